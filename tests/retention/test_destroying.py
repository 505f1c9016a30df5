"""Two people destroy what is due: nothing of the person stays, and everything that happened still stands."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from redbag.discharges.models import LetterCopy
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.journal.sealing import seal_pending
from redbag.journal.verifying import verify
from redbag.reports.file_models import ReportFile
from redbag.residents.actions import change_resident, return_resident
from redbag.residents.models import Resident
from redbag.retention.destroying import NotTheSame, destroy, files_of, sweep
from redbag.retention.ending import AskAgain, NotDue, agree, give_up, keep_longer, propose, tell_end
from redbag.retention.holdings import BY_TABLE, HOLDINGS, OTHERS
from redbag.retention.holds import place_hold
from redbag.retention.models import EndedRecord, Ending, Keeping
from redbag.retention.reviewing import row_of
from redbag.retention.theirs import model_of, theirs
from redbag.transfers import repair
from redbag.transfers.models import Fact, Snapshot, Transfer
from redbag.vault import keep_file, read_file
from tests.append_only import TRIGGERS
from tests.retention.conftest import SECRET, every_word

pytestmark = [pytest.mark.django_db, pytest.mark.embedded, pytest.mark.usefixtures("own_files")]


def proposed(world, name="Peggy Jones"):
    return propose(actor=world.actor("manager"), resident=world.peggy, typed_name=name, now=world.later)


def agreed(world, ending, who="second", name="Peggy Jones", after=timedelta(minutes=5)):
    return agree(actor=world.actor(who), ending=ending, typed_name=name, now=world.later + after)


def hold(world, resident):
    return place_hold(
        actor=world.actor("manager"),
        home=world.oakview,
        resident=resident,
        asked_by="HM Coroner",
        reference="7/26",
        reason="Inquest",
        now=world.later,
    )


def test_two_managers_destroy_and_one_alone_never(left):
    ending = proposed(left)
    with pytest.raises(NotAllowed):
        agreed(left, ending, who="manager")
    with pytest.raises(NotAllowed):
        agreed(left, ending, who="senior")
    with pytest.raises(AskAgain):
        agreed(left, ending, after=timedelta(seconds=30))
    with pytest.raises(BadInput):
        agreed(left, ending, name="Arthur Dale")
    assert agreed(left, ending).state == Ending.State.AGREED


def test_nothing_is_destroyed_before_its_time(left):
    left.later = left.now + timedelta(days=365 * 7)
    with pytest.raises(NotDue):
        proposed(left)


def test_nobody_is_destroyed_under_another_name(left):
    with pytest.raises(BadInput):
        proposed(left, name="Margaret James")


@pytest.mark.parametrize("whose", ["their own", "everybody's at the home", "of the record that was joined"])
def test_while_a_hold_stands_nothing_is_destroyed_however_far_it_had_come(left, whose):
    joined = Resident.objects.get(pk=left.arthur.pk)
    Resident.objects.filter(pk=joined.pk).update(merged_into=left.peggy, archived_at=left.now)
    ending = agreed(left, proposed(left))
    hold(left, {"their own": left.peggy, "of the record that was joined": joined}.get(whose))
    destroy(ending.pk, now=left.later + timedelta(minutes=6))
    ending.refresh_from_db()
    assert (ending.state, ending.stopped_why) == (Ending.State.STOPPED, "A legal hold stands.")
    assert Resident.objects.get(pk=left.peggy.pk).last_name == "Jones"


def test_who_came_back_meanwhile_is_not_destroyed(left):
    ending = agreed(left, proposed(left))
    Resident.objects.filter(pk=left.peggy.pk).update(archived_at=None)
    sweep(now=lambda: left.later)
    ending.refresh_from_db()
    assert (ending.state, ending.stopped_why) == (Ending.State.STOPPED, "They live here.")


def test_what_is_kept_longer_is_proposed_no_more_until_that_day(left):
    ending = proposed(left)
    until = (left.later + timedelta(days=100)).date()
    keep_longer(actor=left.actor("second"), resident=left.peggy, until=until, because="A claim", now=left.later)
    ending.refresh_from_db()
    assert ending.state == Ending.State.WITHDRAWN
    with pytest.raises(NotDue):
        proposed(left)
    left.later += timedelta(days=100)
    give_up(actor=left.actor("second"), ending=proposed(left), why="Not sure", now=left.later)
    assert Ending.objects.open().count() == 0


def test_what_was_told_of_a_joined_record_keeps_the_kept_one(left):
    today, until = left.later.date(), (left.later + timedelta(days=9000)).date()
    joined = Resident.objects.get(pk=left.arthur.pk)
    keep_longer(actor=left.actor("manager"), resident=joined, until=until, because="Inquest", now=left.now)
    Keeping.objects.create(
        resident=joined, home=left.oakview, mental_health=True, told_at=left.now, told_by_name="Manager Tester"
    )
    peggy = Resident.objects.get(pk=left.peggy.pk)
    assert row_of(peggy, today=today).answer.is_due is True
    Resident.objects.filter(pk=joined.pk).update(merged_into=left.peggy, archived_at=left.now)
    kept = row_of(peggy, today=today).answer
    assert (kept.rule, kept.due_on, kept.is_due) == ("mental_health", until, False)


def test_a_day_told_too_early_shortens_nothing(left):
    peggy = Resident.objects.get(pk=left.peggy.pk)
    told = {"left_on": date(2010, 1, 1), "died_on": None, "last_contact_on": None}
    with pytest.raises(BadInput, match="not born"):
        tell_end(actor=left.actor("manager"), resident=peggy, told=told | {"died_on": date(1900, 1, 1)}, now=left.now)
    due = row_of(peggy, today=left.now.date()).answer.due_on
    tell_end(actor=left.actor("manager"), resident=peggy, told=told, now=left.now)
    assert row_of(peggy, today=left.now.date()).answer.due_on == due > left.now.date()
    assert "2010" not in str(Entry.objects.get(action="record.end_told").facts)


def test_after_it_no_word_of_theirs_is_anywhere_and_all_that_happened_stands(whole):
    seal_pending(now=whole.now)
    mine = theirs(whole.peggy)
    empty = [holding.table for holding in HOLDINGS if not mine.rows(holding).exists()]
    assert empty == [], "a table without rows proves nothing"
    files = {name for holding in HOLDINGS for row in mine.rows(holding) for name in files_of(holding, row)}
    assert len(files) >= 8
    words = (SECRET, "Dulcinea", "Tobos", "Aldonza", whole.peggy.nhs_number, whole.peggy.nhs_number_index)
    assert {word for word in words if any(word in said for _, said in every_word())} == set(words)
    before = {each.pk: (each.stage, each.flags, each.outcomes) for each in Transfer.objects.all()}
    facts, bags = list(Fact.objects.order_by("pk").values("kind", "occurred_at", "digest")), whole.bag.tracker
    others = Resident.objects.get(pk=whole.arthur.pk)
    Resident.objects.filter(pk=whole.peggy.pk).update(archived_at=whole.now)
    _nothing_open(whole)
    for days in (0, 40):
        _named_report(whole, days)

    ending = agreed(whole, proposed(whole, name="Dulcinea Toboso"), name="Dulcinea Toboso")
    destroy(ending.pk, now=whole.later)
    seal_pending(now=whole.later)

    ending.refresh_from_db()
    assert ending.state == Ending.State.DONE
    assert {(table, word) for table, said in every_word() for word in words if word and word in said} == set()
    assert [name for name in files if default_storage.exists(name)] == []
    reports = ReportFile.objects.order_by("first_day")
    there = [(each.state, default_storage.exists(each.parts.get().file)) for each in reports]
    assert there == [("forgotten", False), ("done", True)]
    folder = Path(default_storage.location)
    assert [each for each in folder.rglob("*") if each.is_file() and SECRET.encode() in read_file(str(each))] == []
    assert verify(now=whole.later).fault == ""
    assert [wrong for _, wrong in repair.damaged()] == []
    assert {each.pk: (each.stage, each.flags, each.outcomes) for each in Transfer.objects.all()} == before
    assert list(Fact.objects.order_by("pk").values("kind", "occurred_at", "digest")) == facts
    assert Transfer.objects.get().bag.tracker == bags
    assert Resident.objects.get(pk=whole.arthur.pk).last_name == others.last_name
    told = EndedRecord.objects.get()
    assert (told.proposed_by_name, told.agreed_by_name, told.counts["Fact"]) == ("Manager Tester", "Second Tester", 7)
    assert len(told.digest) == 64


def _named_report(world, days):
    """A report file with names in it, of a month that begins so many days after the world began."""
    first = timezone.localdate(world.now) + timedelta(days=days)
    told = {"what": "journeys", "form": "csv", "state": "done", "named": True, "asked_by_name": "Ana"}
    days_of_it = {"first_day": first, "last_day": first + timedelta(days=30), "asked_at": world.later}
    file = ReportFile.objects.create(place=world.oakview, asked_by=world.people["manager"], **told, **days_of_it)
    file.parts.create(rows=False, number=0, file=keep_file(f"reports/{file.pk}/file-0", b"somebody"))


def _nothing_open(world):
    """Pages of a letter that wait would keep the record; here somebody has thrown them away."""
    LetterCopy.objects.all().delete()
    default_storage.delete("copies/x")


def test_a_record_is_destroyed_once_however_often_it_is_asked(left):
    ending = agreed(left, proposed(left))
    for _ in range(2):
        destroy(ending.pk, now=left.later)
    assert EndedRecord.objects.count() == 1


def test_a_fault_half_way_leaves_the_record_whole_and_the_next_sweep_goes_on(left, monkeypatch):
    ending = agreed(left, proposed(left))
    monkeypatch.setattr("redbag.retention.destroying._replay_same", lambda mine: 1 / 0)
    sweep(now=lambda: left.later)
    assert Resident.objects.get(pk=left.peggy.pk).last_name == "Jones"
    monkeypatch.undo()
    sweep(now=lambda: left.later)
    ending.refresh_from_db()
    assert ending.state == Ending.State.DONE


def test_the_database_empties_nothing_without_two_people_and_never_under_a_hold(whole):
    def try_to_empty():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE redbag_snapshot SET content = ''")

    with pytest.raises(DatabaseError, match="append-only"):
        try_to_empty()
    _nothing_open(whole)
    agreed(whole, proposed(whole, name="Dulcinea Toboso"), name="Dulcinea Toboso")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE redbag_snapshot SET content = '', hash = 'f'")
    standing = hold(whole, whole.peggy)
    with pytest.raises(DatabaseError, match="append-only"):
        try_to_empty()
    standing.lifted_at, standing.lifted_by_name = whole.later, "Jo"
    standing.save()
    try_to_empty()
    assert list(Snapshot.objects.values_list("content", flat=True)) == [""]


def test_every_table_that_leads_to_a_resident_has_a_class_and_every_column_of_words_an_end():
    """Fails when a table or a column is new: say in redbag/retention/holdings.py what destruction does with it."""
    leads = _lead_to_residents()
    assert {each.__name__ for each in leads} - BY_TABLE.keys() == set()
    forgotten = {
        f"{table.__name__}.{column.name}"
        for table in leads | {model_of(each) for each in HOLDINGS}
        for column in table._meta.concrete_fields
        if _may_say_something(column) and not _is_said_of(BY_TABLE[table.__name__], column.name)
    }
    assert forgotten == set()


def _lead_to_residents():
    tables, found = set(apps.get_app_config("redbag").get_models()), {Resident}
    while more := {
        table
        for table in tables - found
        if any(field.is_relation and field.concrete and field.related_model in found for field in table._meta.fields)
    }:
        found |= more
    return found


def _may_say_something(column):
    words = isinstance(column, models.CharField | models.TextField | models.JSONField)
    return column.name == "date_of_birth" or (words and not column.choices and not column.primary_key)


def _is_said_of(holding, name):
    return holding.removes or name in (*holding.clears, *holding.keeps, *holding.ids)


def test_what_the_database_lets_be_emptied_is_what_destruction_empties():
    (last,) = [each for each in TRIGGERS if hasattr(each, "EMPTIED")]
    append_only = {table for each in TRIGGERS for table in each.TABLES}
    coded = {
        model_of(each)._meta.db_table: set(each.clears)
        for each in HOLDINGS
        if model_of(each)._meta.db_table in append_only and each.clears
    }
    assert coded == {table: set(columns) for table, (_, _, columns) in last.EMPTIED.items()}


def test_every_other_table_has_a_class_too():
    known = BY_TABLE.keys() | {table for tables in OTHERS.values() for table in tables}
    assert {each.__name__ for each in apps.get_app_config("redbag").get_models()} - known == set()


def test_a_destroyed_record_is_never_used_again(left):
    destroy(agreed(left, proposed(left)).pk, now=left.later)
    assert "care_record" not in str(list(Entry.objects.values_list("facts")))  # facts stay when the person is gone
    peggy = Resident.objects.get(pk=left.peggy.pk)
    for write in (
        lambda: return_resident(actor=left.actor("senior"), resident=peggy, now=left.later),
        lambda: change_resident(actor=left.actor("senior"), resident=peggy, values={"room": "4"}, now=left.later),
        lambda: hold(left, peggy),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert refused.value.code == "destroyed"


def test_what_would_change_a_journey_is_stopped_with_words(left, monkeypatch):
    ending = agreed(left, proposed(left))

    def other(mine):
        raise NotTheSame

    monkeypatch.setattr("redbag.retention.destroying._replay_same", other)
    sweep(now=lambda: left.later)
    ending.refresh_from_db()
    assert (ending.state, ending.stopped_why[:9]) == (Ending.State.STOPPED, "A journey")
    assert Resident.objects.get(pk=left.peggy.pk).last_name == "Jones"
