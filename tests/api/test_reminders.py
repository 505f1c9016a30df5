"""What is due, house rules and phones through the API."""

from datetime import timedelta

import pytest
import time_machine

from redbag.deliveries.models import Endpoint
from redbag.organisations.models import HouseRules
from redbag.reminders.models import Reminder
from redbag.reminders.watching import watch
from tests.deliveries.test_waking import Phone
from tests.web.journeys import in_hospital, pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
RULES = {
    "signature_asked": True,
    "seal_asked": False,
    "clocks": {"crew_awaited": 90},
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "escalate_to": None,
}


@pytest.fixture
def later(world):
    """49 hours after the world began, with the clocks watched on the way."""
    in_hospital(world)
    at = world.now + timedelta(hours=49)
    with time_machine.travel(at, tick=False):
        watch(now=at)
        yield at


def test_what_is_due_is_read_and_done_with_a_note(world, api, later):
    carer = api("carer")
    [row] = carer.get("reminders?state=due").json()["results"]
    assert {row["kind"] for row in carer.get("reminders").json()["results"]} == {"contact_ward", "long_stay"}
    assert (row["kind"], row["organisation"], row["done_at"]) == ("contact_ward", "VDEM1", None)
    assert row["says"].startswith("In hospital since 21 Nov 2026, 03:30")
    assert row["ring"] == [{"who": world.stmarys.name, "phone": world.stmarys.phone}]
    done = carer.post(f"reminders/{row['id']}/done", {"note": "Spoke to Sister Okoro"})
    assert (done.status_code, done.json()["done_by"], done.json()["note"]) == (
        200,
        "Carer Tester",
        "Spoke to Sister Okoro",
    )
    again = carer.post(f"reminders/{row['id']}/done", {"note": "other"})
    assert again.json()["note"] == "Spoke to Sister Okoro"
    assert [each["id"] for each in carer.get("reminders?state=done").json()["results"]] == [row["id"]]
    assert api("millbrook").get(f"reminders/{row['id']}").status_code == 404
    assert api("millbrook").get("reminders").json()["results"] == []


def test_what_only_doing_it_settles_is_409(world, api, later):
    Reminder.objects.filter(kind="contact_ward").update(kind="letter")
    reminder = Reminder.objects.get(kind="letter")
    answer = api("carer").post(f"reminders/{reminder.pk}/done", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "done_on_its_own_page")


def test_house_rules_are_read_and_set_as_a_whole(world, api):
    manager = api("manager")
    first = manager.get("house-rules").json()
    assert (first["clocks"], first["usual"]["crew_awaited"]) == ({}, 360)
    pack(world)
    answer = manager.call("PUT", "house-rules", {**RULES, "escalate_to": str(world.people["senior"].pk)})
    assert (answer.status_code, answer.json()["clocks"], answer.json()["quiet_from"]) == (
        200,
        {"crew_awaited": 90},
        "22:00",
    )
    assert HouseRules.objects.get().escalate_to == world.people["senior"]
    assert manager.get("house-rules").json() == answer.json()
    assert api("carer").get("house-rules").status_code == 403


def test_rules_are_written_to_the_home_that_is_named_or_to_none(world, api):
    manager = api("manager")
    for named in ("VDEM2", "NOWHERE"):
        assert manager.call("PUT", "house-rules", {**RULES, "organisation": named}).status_code == 404
        assert (
            manager.call("PUT", "house-rules?organisation=VDEM1", {**RULES, "organisation": named}).status_code == 404
        )
    assert not HouseRules.objects.exists()
    answer = manager.call("PUT", "house-rules", {**RULES, "organisation": "vdem1"})
    assert (answer.status_code, answer.json()["organisation"]) == (200, "VDEM1")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"clocks": {"unknown": 5}}, "clocks.unknown"),
        ({"clocks": {"crew_awaited": 1}}, "clocks.crew_awaited"),
        ({"clocks": {"case_due": 60}}, "clocks.case_due"),
        ({"quiet_from": None}, "quiet_from"),
        ({"escalate_to": "00000000-0000-4000-8000-000000000000"}, "escalate_to"),
        ({"signature_asked": None}, "signature_asked"),
    ],
)
def test_rules_that_cannot_be_are_422_by_field_and_change_nothing(world, api, change, field):
    answer = api("manager").call("PUT", "house-rules", {**RULES, **change})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert not HouseRules.objects.exists()


def test_nobody_of_another_home_hears_of_what_is_late_here(world, api):
    other = str(world.people["millbrook_manager"].pk)
    assert api("manager").call("PUT", "house-rules", {**RULES, "escalate_to": other}).status_code == 422


def test_a_phone_is_subscribed_listed_and_stopped_by_its_owner(world, api):
    phone = Phone()
    carer = api("carer")
    assert len(carer.get("push-subscriptions").json()["public_key"]) == 87
    made = carer.post("push-subscriptions", {"endpoint": "https://push.example/abc", "keys": phone.keys})
    assert made.status_code == 201
    own = f"push-subscriptions/{made.json()['id']}"
    assert [each["id"] for each in carer.get("push-subscriptions").json()["results"]] == [made.json()["id"]]
    assert phone.keys["auth"] not in carer.get("push-subscriptions").content.decode()
    assert api("senior").call("DELETE", own).status_code == 404
    assert carer.call("DELETE", own).status_code == 204
    assert Endpoint.objects.get(kind="push").removed_at is not None


@pytest.mark.parametrize("address", ["https://x.example:99999/x", "https://192.168.0.1/x", "not an address"])
def test_an_address_inside_our_walls_is_422(world, api, address):
    answer = api("carer").post("push-subscriptions", {"endpoint": address, "keys": Phone().keys})
    assert answer.status_code == 422
