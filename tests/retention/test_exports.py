"""Everything held about somebody is written out for who asks, and what is about others only when a person said so."""

import io
import json
import zipfile
from datetime import date, timedelta

import pikepdf
import pytest
from django.core.files.storage import default_storage

from redbag.errors import BadInput, Gone, Refused
from redbag.journal.models import Entry
from redbag.residents.actions import change_resident
from redbag.retention.asking import ask_export, close_request, extend_request, months_after, note_request
from redbag.retention.gathering import gather
from redbag.retention.holds import place_hold
from redbag.retention.looking_through import ask_making, decide, forget_exports, hand_out, show_rest
from redbag.retention.making import left_out, make, redacted
from redbag.retention.models import RecordExport
from redbag.retention.passages import finder, leaves, without
from redbag.retention.tasks import forget_old_exports
from redbag.summaries.actions import write_sections
from redbag.vault import files_in, keep_file

pytestmark = pytest.mark.django_db


def noted(world, **more):
    told = {"asked_by": "Susan Jones, 1 High Street", "standing": "attorney", "identity_seen": "Passport"} | more
    day = world.now.date()
    return note_request(actor=world.actor("manager"), resident=world.peggy, received_on=day, now=world.now, **told)


@pytest.fixture
def gathered(world):
    """Peggy's record, with others named in it, gathered and waiting for somebody to look through it."""
    senior = world.actor("senior")
    contacts = [{"name": "Walter Underhill", "relation": "Nephew", "phone": "01632 960999"}]
    change_resident(actor=senior, resident=world.peggy, values={"contacts": contacts}, now=world.now)
    contents = {
        "conditions": {"diagnoses": "Bruised when Arthur Dale fell against her. Likes tea."},
        "safeguarding": {"detail": "The porter pushed her, said a visitor"},
    }
    for name, said in contents.items():
        write_sections(actor=senior, resident=world.peggy, contents={name: said}, seen={}, now=world.now)
    asked = noted(world)
    export = ask_export(actor=world.actor("manager"), asked=asked, now=world.now)
    gather(export.pk, now=lambda: world.now)
    export.refresh_from_db()
    return export


def decided(world, export, decision="show", reason=""):
    manager = world.actor("manager")
    rows = {
        each.pk: ("all" if decision == "names" and not each.names_found else decision, reason)
        for each in export.passages.all()
    }
    decide(actor=manager, export=export, decisions=rows, now=world.now)
    ask_making(actor=manager, export=export, now=world.now)
    make(export.pk, now=lambda: world.now)
    handed = hand_out(actor=manager, export=export_of(export), form="data", now=world.now)
    with zipfile.ZipFile(io.BytesIO(handed.content)) as folder:
        return json.loads(folder.read("record.json")), folder.read("record.pdf")


def export_of(export):
    return RecordExport.objects.select_related("request").get(pk=export.pk)


def test_a_request_is_due_one_calendar_month_after_it_came(world):
    assert months_after(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert months_after(date(2026, 11, 21), 3) == date(2027, 2, 21)
    asked = noted(world)
    assert asked.due_on == date(2026, 12, 21)
    extend_request(actor=world.actor("manager"), asked=asked, why="Eight years of papers", now=world.now)
    asked.refresh_from_db()
    assert asked.due_on == date(2027, 2, 21)
    with pytest.raises(Refused):
        extend_request(actor=world.actor("manager"), asked=asked, why="Again", now=world.now)


def test_everything_is_in_it_and_who_looked(world, gathered):
    told, _ = decided(world, gathered)
    text = json.dumps(told)
    for words in ("Likes tea", "Walter Underhill", "Arthur Dale", "The porter pushed her", world.peggy.nhs_number):
        assert words in text
    assert [each["says"] for each in told["looked"] if each["who"] == "Manager Tester"] != []
    assert told["left_out"] == []


def test_nobody_else_is_in_it_when_a_person_said_so_and_the_export_says_what_is_missing(world, gathered):
    told, paper = decided(world, gathered, decision="all", reason="others")
    text = json.dumps(told)
    for words in ("Walter", "Underhill", "Arthur", "Dale", "porter", "01632 960999", "Senior Tester"):
        assert words not in text
    assert "Margaret" in text
    assert {each["why"] for each in told["left_out"]} == {"It is about somebody else"}
    assert len(pikepdf.open(io.BytesIO(paper)).pages) >= 1


def test_names_alone_can_be_left_out_and_the_rest_stays(world, gathered):
    told, _ = decided(world, gathered, decision="names", reason="others")
    text = json.dumps(told)
    assert "Bruised when [somebody else] fell against her. Likes tea." in text
    assert "Arthur" not in text


def test_nothing_is_made_before_everything_was_looked_at_and_safeguarding_is_looked_at_first(world, gathered):
    manager = world.actor("manager")
    with pytest.raises(Refused):
        ask_making(actor=manager, export=gathered, now=world.now)
    left = show_rest(actor=manager, export=gathered, now=world.now)
    assert left == gathered.passages.filter(first=True).count() > 0
    assert {"The porter pushed her, said a visitor"} <= set(
        gathered.passages.filter(first=True, decision="").values_list("text", flat=True)
    )
    with pytest.raises(Refused):
        ask_making(actor=manager, export=gathered, now=world.now)


def test_leaving_something_out_needs_a_reason(world, gathered):
    row = gathered.passages.first()
    with pytest.raises(BadInput):
        decide(actor=world.actor("manager"), export=gathered, decisions={row.pk: ("all", "")}, now=world.now)


def test_fetching_it_is_in_the_journal_and_the_record_stays_as_it_was(world, gathered):
    decided(world, gathered, decision="all", reason="others")
    assert Entry.objects.filter(action="record.exported", resident_id=world.peggy.pk).count() == 1
    world.peggy.refresh_from_db()
    assert world.peggy.contacts[0]["name"] == "Walter Underhill"


def test_it_goes_after_two_weeks_but_not_under_a_hold(world, gathered, django_capture_on_commit_callbacks):
    decided(world, gathered)
    files = [getattr(export_of(gathered), name) for name in ("raw", "paper", "data")]
    files.append(keep_file(f"exports/{gathered.pk}/raw", b"of a try that ended half-way"))
    hold = {"asked_by": "Court", "reference": "", "reason": "Claim"}
    place_hold(actor=world.actor("manager"), home=world.oakview, resident=world.peggy, now=world.now, **hold)
    RecordExport.objects.update(kept_until=world.now - timedelta(days=900))
    forget_old_exports()
    assert all(default_storage.exists(name) for name in files)
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_exports(now=world.now) == 1
    assert [name for name in files if default_storage.exists(name)] == []
    with pytest.raises(Gone):
        hand_out(actor=world.actor("manager"), export=export_of(gathered), form="paper", now=world.now)
    assert set(gathered.passages.values_list("text", flat=True)) == {""}
    assert files_in(f"exports/{gathered.pk}") == []


def test_nothing_is_sent_before_it_is_known_who_asked(world, gathered):
    decided(world, gathered)
    asked = gathered.request
    asked.identity_seen = ""
    asked.save(update_fields=["identity_seen"])
    told = {"actor": world.actor("manager"), "asked": asked, "outcome": "sent", "words": "By post", "now": world.now}
    with pytest.raises(BadInput):
        close_request(**told, identity_seen="")
    close_request(**told, identity_seen="Passport")
    asked.refresh_from_db()
    assert (asked.outcome, asked.identity_seen) == ("sent", "Passport")


def test_names_are_found_as_wholes_and_in_parts_and_never_the_persons_own():
    names = finder({"Arthur Dale", "Ana", "Margaret Senior"}, own=("Margaret", "Jones", "Peggy"))
    assert names.findall("margaret saw ARTHUR, and Ana; banana") == ["ARTHUR", "Ana"]
    assert without("Arthur Dale and Dale", ("Arthur Dale", "Dale"), "X") == "X and X"
    assert list(leaves({"a": ["", {"b": "x"}]}, "p")) == [("p.a.1.b", "x")]


def test_where_no_name_is_known_names_alone_cannot_be_left_out(world, gathered):
    row = gathered.passages.get(place="RecordRequest.0.asked_by")
    assert row.names_found == []
    with pytest.raises(BadInput):
        decide(actor=world.actor("manager"), export=gathered, decisions={row.pk: ("names", "others")}, now=world.now)
    gathered.passages.filter(pk=row.pk).update(decision="names", reason="others")  # as it was decided before
    (row,) = gathered.passages.filter(pk=row.pk)
    told = {"kinds": [{"table": "RecordRequest", "rows": [{"asked_by": row.text}]}], "looked": []}
    assert "Susan" not in json.dumps(redacted(told, [row]))
    assert [each["what"] for each in left_out([row])] == ["all of it"]
