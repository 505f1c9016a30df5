"""A signed word a day on how far the journal had come: what is cut off at the end shows beside a copy of it."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.test import Client

from redbag.journal import checkpoints, comparing
from redbag.journal.models import Checkpoint, Entry, Mention, Personal, Seal
from redbag.journal.recording import record
from redbag.journal.sealing import link, seal_pending
from redbag.journal.verifying import verify

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def signed(sealed, data):
    """Two days of checkpoints: over three entries, then over four; with their files."""
    checkpoints.make_daily(now=sealed.now)
    record("bag.lost", sealed.bag, actor=None, at=sealed.now, organisation=sealed.oakview)
    checkpoints.make_daily(now=sealed.now + timedelta(days=1))
    checkpoints.write_files()
    return sealed


def faults(place=None):
    return [*comparing.own_faults(), *comparing.faults_beside(comparing.copies_in(place or checkpoints.folder()))]


def test_one_is_made_for_each_london_day(sealed, data):
    evening = sealed.now.replace(month=6, hour=22, minute=59)  # 23:59 in London in June
    assert checkpoints.make_daily(now=evening).day.isoformat() == "2026-06-21"
    assert checkpoints.make_daily(now=evening + timedelta(seconds=30)) is None
    second = checkpoints.make_daily(now=evening + timedelta(minutes=1))
    assert (second.day.isoformat(), second.number, second.seal, second.entries) == ("2026-06-22", 2, 3, 3)


def test_what_fits_is_found_to_fit_and_counted(signed, capsys):
    call_command("verify_journal", against=checkpoints.folder())
    said = capsys.readouterr()
    assert said.out == f"4 sealed, 0 not yet sealed.\nHeld against 2 checkpoints in {checkpoints.folder()}.\n"
    assert said.err == ""


def cut(world):
    """What a backup from before the second day would hold."""
    Checkpoint.objects.filter(number=2).delete()
    Seal.objects.filter(number=4).delete()
    Entry.objects.filter(action="bag.lost").delete()


def test_a_restored_backup_without_the_journals_end_is_found_and_named(signed, without_triggers, capsys):
    cut(signed)
    assert (verify(now=signed.now).faults, list(comparing.own_faults())) == ((), [])
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_journal")
    [file] = [path.name for path in checkpoints.folder().iterdir() if path.name.startswith("000002")]
    assert capsys.readouterr().err == (
        f"Does not fit: checkpoint 2 of 2026-11-22 in {file} signed 4 seals, but the journal ends at seal 3: "
        "its end is missing.\n"
    )


def test_a_journal_written_anew_from_one_entry_on_is_found(signed, without_triggers):
    Entry.objects.filter(action="bag.lost").update(action="bag.find")
    before, last = Seal.objects.get(number=3), Seal.objects.get(number=4)
    Seal.objects.filter(number=4).delete()
    seal_pending(now=signed.now)
    again = Seal.objects.get(number=4)
    assert again.chained == link(before.chained, again.digest) != last.chained
    assert verify(now=signed.now).faults == ()
    assert list(comparing.own_faults()) == [
        "checkpoint 2 of 2026-11-22 does not fit seal 4: up to there the journal is not what was signed"
    ]


def test_a_journal_begun_anew_is_another_one_and_its_own_folder_says_so(signed, without_triggers, capsys):
    files = comparing.copies_in(checkpoints.folder())
    for model in (Checkpoint, Seal, Mention, Personal, Entry):
        model.objects.all().delete()
    record("bag.lost", signed.bag, actor=None, at=signed.now)
    checkpoints.make_checkpoint(now=signed.now)
    assert ["is of another journal" in each for each in comparing.faults_beside(files)] == [True, True]
    checkpoints.write_files()
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_journal")
    assert capsys.readouterr().err.count("is of another journal") == 2


def test_what_is_sealed_while_a_checkpoint_is_made_is_in_the_next_one(sealed, data):
    read = []

    def meanwhile(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if "redbag_seal" in sql and 'ORDER BY "redbag_seal"."number" DESC' in sql:
            read.append(sql)
            if len(read) == 2:  # the sealer's own look came first; now the end of the chain is read
                record("bag.lost", sealed.bag, actor=None, at=sealed.now, organisation=sealed.oakview)
                seal_pending(now=sealed.now)
        return found

    with connection.execute_wrapper(meanwhile):
        made = checkpoints.make_checkpoint(now=sealed.now)
    assert (made.seal, made.entries, Seal.objects.count()) == (3, 3, 4)
    assert list(comparing.own_faults()) == []


EDITED = {
    "another day": ({"day": "2026-11-20"}, "checkpoint 2 of 2026-11-20 is not what was signed"),
    "another seal": ({"seal": 3}, "checkpoint 2 of 2026-11-22 is not what was signed"),
    "another end": ({"chained": "f" * 64}, "checkpoint 2 of 2026-11-22 is not what was signed"),
    "another signature": ({"signature": "AAAA"}, "checkpoint 2 of 2026-11-22 is not what was signed"),
    "no base64": ({"signature": "?!"}, "checkpoint 2 of 2026-11-22 is not what was signed"),
    "another key": (
        {"key": "0" * 16},
        "checkpoint 2 of 2026-11-22 is signed with a key that is not accepted here",
    ),
}


@pytest.mark.parametrize(("values", "named"), EDITED.values(), ids=EDITED)
def test_an_edited_checkpoint_is_named(signed, without_triggers, values, named):
    Checkpoint.objects.filter(number=2).update(**values)
    assert list(comparing.own_faults()) == [named]


def test_a_checkpoint_that_is_gone_is_named(signed, without_triggers):
    Checkpoint.objects.filter(number=2).delete()
    [fault] = faults()
    assert fault.startswith("checkpoint 2 of 2026-11-22 in 000002-")
    assert fault.endswith(" is missing from the database")
    Checkpoint.objects.filter(number=1).update(number=3)
    assert next(comparing.own_faults()) == "checkpoint 1 is missing"


def test_a_copy_that_somebody_changed_or_that_is_none_is_named(signed, data):
    [first, _] = sorted(checkpoints.folder().iterdir())
    held = json.loads(first.read_text())
    held["statement"]["entries"] = 2
    changed = data / "changed.json"
    changed.write_text(json.dumps(held))
    assert faults(changed) == ["checkpoint 1 of 2026-11-21 in changed.json is not what was signed"]
    for words in ("{}", "[]", "nothing", '{"checkpoints": 3}', json.dumps(held).replace('"seal": 3', '"seal": "3"')):
        changed.write_text(words)
        with pytest.raises(comparing.Unreadable):
            comparing.copies_in(changed)
    with pytest.raises(SystemExit):
        call_command("verify_journal", against=data / "nowhere")


def test_after_a_change_of_keys_the_former_public_key_is_still_accepted(signed, settings):
    former = checkpoints.public_keys()
    settings.JOURNAL_KEYS = [Fernet.generate_key().decode()]
    assert [each.endswith("is signed with a key that is not accepted here") for each in faults()] == [True] * 4
    settings.JOURNAL_PUBLIC_KEYS = list(former.values())
    checkpoints.make_checkpoint(now=signed.now + timedelta(days=2))
    assert faults() == []
    assert Checkpoint.objects.get(number=3).key not in former


def test_anybody_may_see_and_keep_them_and_nothing_in_them_is_about_a_person(signed, data):
    page = Client().get("/journal/checkpoints").content.decode()
    kept = Client().get("/journal/checkpoints.json")
    [key] = checkpoints.public_keys().values()
    assert key in page
    assert "22 Nov 2026" in page
    assert kept.json()["keys"] == checkpoints.public_keys()
    assert [each["statement"]["number"] for each in kept.json()["checkpoints"]] == [2, 1]
    copy = data / "kept.json"
    copy.write_bytes(kept.content)
    assert faults(copy) == []
    for name in ("Jones", "Peggy", "Margaret", "Tester", str(signed.peggy.pk)):
        assert name not in kept.content.decode()


def test_the_command_signs_now_and_prints_the_key(signed, capsys):
    call_command("checkpoint_journal")
    assert capsys.readouterr().out.startswith("Checkpoint 3: 4 seals signed.")
    assert len(list(checkpoints.folder().iterdir())) == 3
    call_command("checkpoint_journal", public_key=True)
    assert capsys.readouterr().out.strip() == next(iter(checkpoints.public_keys().values()))


def by_hand(row):
    """Run what docs/journal.md gives to whoever checks without us."""
    page = (Path(__file__).parents[2] / "docs/journal.md").read_text()
    [words] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    known = {"checkpoint": checkpoints.published(row), "key": next(iter(checkpoints.public_keys().values()))}
    exec(words, {**known, "database": connection})


def test_what_the_page_gives_to_check_by_hand_finds_what_fits_and_what_does_not(signed, without_triggers):
    row = Checkpoint.objects.get(number=2)
    by_hand(row)
    row.entries = 5
    with pytest.raises(InvalidSignature):
        by_hand(row)
    row.refresh_from_db()
    cut(signed)
    with pytest.raises(AssertionError, match="the end of the journal is missing"):
        by_hand(row)
    Seal.objects.filter(number=2).update(chained="f" * 64)
    with pytest.raises(AssertionError, match="seal 2 does not fit"):
        by_hand(row)
