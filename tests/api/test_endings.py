"""The API offers what the pages offer: outcomes with details, a death in two steps, belongings, another bag."""

import pytest

from redbag.transfers.models import Fact
from tests.web.journeys import in_hospital, tell

pytestmark = pytest.mark.embedded


def test_a_death_is_said_confirmed_kept_for_the_coroner_and_taken_back(world, api):
    transfer = in_hospital(world)
    path, ward, manager = f"transfers/{transfer.pk}/death", api("ward"), api("manager")
    assert ward.get(path).status_code == 409
    assert ward.post(path, {"family_told": "yes"}).status_code == 422
    said = ward.post(path, {"family_told": "yes", "family_told_by": "Dr Lee"})
    assert (said.status_code, said.json()["confirmed_at"]) == (201, None)
    assert manager.post(f"{path}/confirm").json()["confirmed_by"] == "Manager Tester"
    assert manager.post(f"{path}/hold", {"hold": "coroner", "note": "Ref 12"}).json()["hold"] == "coroner"
    item = Fact.objects.get(kind="pack").items[0]["id"]
    given = {"to_name": "Ana Jones", "standing": "executor", "items": [item]}
    assert manager.post(f"transfers/{transfer.pk}/releases", given).json()["code"] == "belongings_on_hold"
    manager.post(f"{path}/hold", {"hold": ""})
    assert manager.post(f"transfers/{transfer.pk}/releases", given).status_code == 201
    assert [row["to_name"] for row in manager.get(f"transfers/{transfer.pk}/releases").json()["results"]] == [
        "Ana Jones"
    ]
    assert list(manager.post(f"{path}/tasks", {"task": "gp"}).json()["done"]) == ["gp"]
    assert manager.post(f"{path}/take-back", {"why": "Wrong person"}).status_code == 204
    assert manager.get(path).status_code == 409
    assert manager.get(f"transfers/{transfer.pk}").json()["awaiting"] == "going home"


def test_a_bag_is_swapped(world, api):
    transfer, carer = in_hospital(world), api("carer")
    path = f"transfers/{transfer.pk}/swap"
    swapped = carer.post(path, {"bag": str(world.other_bag.pk), "reason": "Wet"})
    assert (swapped.status_code, swapped.json()["before"]) == (201, str(world.bag.pk))
    assert carer.post(path, {"bag": str(world.millbrook_bag.pk), "reason": "Wet"}).status_code == 404
    assert api("ward").post(path, {"bag": None, "reason": "Wet"}).status_code == 403


def test_a_transfer_says_who_must_act_and_since_when_bag_and_resident_are_apart(world, api):
    transfer = in_hospital(world)
    tell(world, "ward", transfer, minutes=50, kind="outcome", outcome="left_in_ambulance", details={"where": "214"})
    told = api("carer").get(f"transfers/{transfer.pk}").json()
    assert told["owner"] == {"organisation": "RDEM9", "why": "left_in_ambulance"}
    assert told["apart_since"].startswith("2026-11-21T03:40")
    assert told["timeline"][-1]["content"] == {"details": {"where": "214"}}
