"""Programs and apps review records, hold them back and answer requests as the pages do; they destroy nothing alone."""

from datetime import timedelta

import pytest
import time_machine

from redbag.residents.actions import archive_resident

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
