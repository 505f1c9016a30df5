"""The API lets a crew in without an account, takes a finder's word, and shows the home both."""

import pytest
from django.utils import timezone

from redbag.transfers.handover_codes import code_at
from redbag.transfers.models import Transfer
from tests.api.test_calls import handoff, pack, problem

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
JO = {"name": "Jo Bloggs", "role": "paramedic", "organisation": "RDEM9", "registration": "PA123456"}


def enter(api, world, **more):
    """A visitor's caller, and the answer they got."""
    transfer = Transfer.objects.get(pk=pack(api, world).json()["id"])
    code = code_at(transfer, timezone.now())[0]
    answer = api().post(f"transfers/{transfer.pk}/visitors", {**JO, "code": code, **more})
    assert answer.status_code == 201, answer.content
    visitor = type(api())()
    visitor.headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    return visitor, transfer, answer.json()


def test_the_right_code_gives_a_token_for_one_transfer(api, world):
    visitor, transfer, told = enter(api, world)
    assert (told["name"], told["checked"], told["state"], told["organisation"]) == ("Jo Bloggs", False, "open", "RDEM9")
    seen = visitor.get(f"transfers/{transfer.pk}/visit").json()
    assert (seen["view"], seen["patient"]["name"]) == ("emergency", "JONES, Margaret (Mrs)")
    assert visitor.get(f"scan/{world.token(world.bag)}").json()["view"] == "emergency"
    assert visitor.get(f"scan/{world.token(world.other_bag)}").json()["view"] == "found"
    assert problem(visitor.get("transfers")) == (403, "not_allowed")
    assert problem(visitor.get("residents")) == (403, "not_allowed")


def test_a_visitor_tells_facts_of_their_own_transfer(api, world):
    visitor, _, _ = enter(api, world)
    (result,) = visitor.post("facts", handoff(world, "RDEM9")).json()["results"]
    assert (result["outcome"], result["stage"]) == ("created", "WITH_CREW")


def test_a_carrier_gets_a_few_lines_and_no_emergency_view(api, world):
    visitor, transfer, _ = enter(api, world, role="carrier", registration="")
    seen = visitor.get(f"transfers/{transfer.pk}/visit").json()
    assert (seen["view"], "patient" in seen, seen["carrier"]["bag"]) == ("carrier", False, "OAK-1")
    assert visitor.get(f"scan/{world.token(world.bag)}").json()["view"] == "found"


def test_a_carrier_names_no_other_hospital_by_its_code(api, world):
    visitor, transfer, _ = enter(api, world, role="carrier", registration="")
    visitor.post("facts", handoff(world, "RDEM9"))
    (result,) = visitor.post("facts", handoff(world, "RDEM2")).json()["results"]
    assert (result["outcome"], result["reason"]) == ("quarantined", "not_yours")
    (result,) = visitor.post("facts", handoff(world, "RDEM1")).json()["results"]
    assert result["outcome"] == "created"
    transfer.refresh_from_db()
    assert transfer.holder == world.stmarys


def test_a_service_ticked_and_another_one_named_is_asked_about(api, world):
    transfer = pack(api, world).json()["id"]
    both = {**JO, "organisation_text": "City Taxis", "code": code_at(Transfer.objects.get(), timezone.now())[0]}
    answer = api().post(f"transfers/{transfer}/visitors", both)
    assert list(answer.json()["errors"]) == ["organisation"]


def test_a_wrong_code_is_named_and_nothing_is_told(api, world):
    transfer = pack(api, world).json()["id"]
    answer = api().post(f"transfers/{transfer}/visitors", {**JO, "code": "no idea"})
    assert problem(answer) == (422, "bad_input")
    assert list(answer.json()["errors"]) == ["code"]


def test_the_home_lists_and_stops_visitors(api, world):
    visitor, transfer, told = enter(api, world)
    (listed,) = api("carer").get(f"transfers/{transfer.pk}/visitors").json()["results"]
    assert (listed["id"], listed["registration"]) == (told["id"], "PA123456")
    assert api("ward").get(f"transfers/{transfer.pk}/visitors").status_code == 403
    stopped = api("carer").call("DELETE", f"transfers/{transfer.pk}/visitors/{told['id']}")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped")
    assert visitor.get(f"transfers/{transfer.pk}/documents").status_code == 404


def test_of_a_visitor_whom_the_home_has_stopped_no_fact_is_taken(api, world):
    visitor, transfer, told = enter(api, world)
    api("carer").call("DELETE", f"transfers/{transfer.pk}/visitors/{told['id']}")
    assert visitor.get(f"transfers/{transfer.pk}/visit").status_code == 200
    assert problem(visitor.post("facts", handoff(world, "RDEM9"))) == (403, "not_allowed")
    transfer.refresh_from_db()
    assert transfer.stage == "PACKED"


def test_a_finder_tells_the_home_which_lists_and_settles_it(api, world):
    answer = api().post(f"scan/{world.token(world.bag)}/found", {"place": "Bus 9"})
    assert (answer.status_code, answer.json()["tracker"]) == (201, "OAK-1")
    (told,) = api("carer").get(f"bags/{world.bag.pk}/found").json()["results"]
    assert (told["place"], told["settled_at"]) == ("Bus 9", None)
    assert api("millbrook").post(f"found/{told['id']}/settle").status_code == 404
    assert api("carer").post(f"found/{told['id']}/settle").json()["settled_by"] == "Carer Tester"


def test_managers_read_the_scans_of_a_bag_that_did_not_open(api, world):
    api().get(f"scan/{world.token(world.bag)}")
    (kept,) = api("manager").get(f"bags/{world.bag.pk}/attempts").json()["results"]
    assert (kept["reason"], kept["times"]) == ("stranger", 1)
    assert api("carer").get(f"bags/{world.bag.pk}/attempts").status_code == 403
