"""Programs and apps review records, hold them back and answer requests as the pages do; they destroy nothing alone."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from redbag.journal.models import Entry
from redbag.residents.actions import archive_resident
from redbag.retention.asking import note_request
from redbag.retention.holds import place_hold
from redbag.retention.models import Ending, RecordExport

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(world):
    archive_resident(actor=world.actor("senior"), resident=world.peggy, why="Moved", now=world.now)
    with time_machine.travel(world.now + timedelta(days=365 * 9), tick=False) as clock:
        yield clock


def test_the_queue_says_what_is_due_and_a_hold_stops_it(world, later, api):
    manager = api("manager")
    (row,) = manager.get("records").json()["results"]
    assert (row["resident"], row["is_due"], row["not_because"]) == (str(world.peggy.pk), True, [])
    told = {"resident": str(world.peggy.pk), "asked_by": "HM Coroner", "reason": "Inquest"}
    hold = manager.post("holds", told)
    assert hold.status_code == 201
    assert manager.get(f"residents/{world.peggy.pk}/record-end").json()["not_because"] == ["A legal hold stands."]
    refused = manager.post(f"residents/{world.peggy.pk}/record-end/destroy", {"name": "Peggy Jones"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_due")
    assert manager.call("DELETE", f"holds/{hold.json()['id']}", {"why": "Over"}).status_code == 204


def test_whoever_reads_them_by_a_program_is_seen_as_on_the_pages(world, later, api):
    manager, peggy = api("manager"), world.peggy
    asked = note_request(
        actor=world.actor("manager"),
        resident=peggy,
        asked_by="Susan",
        standing="self",
        identity_seen="",
        received_on=(timezone.now() - timedelta(days=1)).date(),
        now=timezone.now(),
    )
    export = RecordExport.objects.create(home=peggy.home, request=asked, asked_at=timezone.now())
    held = {"asked_by": "HM Coroner", "reference": "", "reason": "Inquest"}
    place_hold(actor=world.actor("manager"), home=peggy.home, resident=peggy, now=timezone.now(), **held)
    ended = Ending.objects.create(
        resident=peggy,
        home=peggy.home,
        due_on="2034-11-21",
        proposed_at=timezone.now(),
        proposed_by=world.people["manager"],
        proposed_by_name="Ann",
    )
    seen = {
        "records": "records",
        "holds": "records",
        "record-requests": "records",
        f"residents/{peggy.pk}/record-end": "record_end",
        f"destructions/{ended.pk}": "record_end",
        f"record-requests/{asked.pk}": "record_request",
        f"record-exports/{export.pk}": "record_export",
    }
    for path, page in seen.items():
        later.shift(timedelta(minutes=15))
        before = set(Entry.objects.values_list("pk", flat=True))
        assert manager.get(path).status_code == 200
        [line] = Entry.objects.exclude(pk__in=before)
        assert line.action == f"viewed.{page}", path
        named = line.mentions.values_list("resident_id", flat=True) if page == "records" else [line.resident_id]
        assert list(named) == [peggy.pk], path


def test_one_person_proposes_and_cannot_agree(world, later, api):
    manager = api("manager")
    made = manager.post(f"residents/{world.peggy.pk}/record-end/destroy", {"name": "Peggy Jones"})
    assert (made.status_code, made.json()["state"]) == (201, "proposed")
    later.shift(timedelta(minutes=5))
    assert manager.post(f"destructions/{made.json()['id']}", {"name": "Peggy Jones"}).status_code == 403
    assert manager.get("records/destroyed").json()["results"] == []


def test_a_request_is_noted_extended_and_gathered(world, later, api):
    manager = api("manager")
    told = {"asked_by": "Susan", "standing": "self", "received_on": "2035-11-01"}
    asked = manager.post("record-requests", {"resident": str(world.peggy.pk), **told}).json()
    assert asked["due_on"] == "2035-12-01"
    path = f"record-requests/{asked['id']}"
    assert manager.post(f"{path}/extend", {"why": "Many papers"}).json()["due_on"] == "2036-02-01"
    export = manager.post(f"{path}/gather")
    assert (export.status_code, export.json()["state"]) == (202, "waiting")
    assert manager.get(f"record-exports/{export.json()['id']}/paper").status_code == 410
    body = {"outcome": "sent", "words": "By post", "identity_seen": "Passport"}
    assert manager.call("PATCH", path, body).json()["errors"].keys() == {"outcome"}
    assert api("senior").get("record-requests").status_code == 403
