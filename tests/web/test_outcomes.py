"""Something else happened: each outcome from its own page, and what everybody sees of it afterwards."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from redbag.organisations.models import Organisation
from redbag.transfers.models import Fact, Swap, Transfer
from redbag.transfers.outcomes import PATHS
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = pytest.mark.embedded

SAYS = {
    "not_taken": {"advised_by": "Sam Reed, paramedic", "watch_for": "Drowsy, sick, headache"},
    "treated_on_scene": {"advised_by": "Sam Reed, paramedic", "watch_for": "Drowsy"},
    "another_hospital": {"to": "RDEM2"},
    "same_day_return": {"bag": "with_them"},
    "another_home": {"to": "VDEM2"},
    "own_home": {"where": "12 High Street", "bag": "with_them"},
    "hospice": {"where": "St Luke's", "phone": "01632 960777", "bag": "with_them"},
    "hospital_at_home": {"where": "12 High Street, team 4"},
    "self_discharge": {"where": "Her sister's"},
    "cannot_return": {"why": "Equipment is not there yet"},
    "outside_network": {"where": "Private clinic", "phone": "01632 960778"},
    "no_bag": {},
    "left_in_ambulance": {"where": "Vehicle 214"},
    "with_family": {"who": "Ana Jones, daughter", "phone": "01632 960779"},
    "follows_later": {"expected": "tonight, 19:00 taxi"},
    "lost": {"where": "Bay 3"},
}
EARLY = {"not_taken", "treated_on_scene"}
NEXT = {
    "another_home": "Next, by Millbrook House: Send the bag back to Oakview",
    "own_home": "Next, by Oakview: Ask 12 High Street for the bag",
    "hospice": "Ring St Luke&#x27;s: 01632 960777",
    "self_discharge": "Find out where Peggy Jones is",
    "cannot_return": "has to change before Peggy Jones can come back",
    "outside_network": "Ring Private clinic: 01632 960778",
    "left_in_ambulance": "Next, by Lifeline Ambulance Service: Look in the vehicle",
    "with_family": "Ring Ana Jones, daughter: 01632 960779",
    "follows_later": "Send the bag after Peggy Jones",
    "lost": "Ring everybody who had the bag",
}


def address(transfer, *more):
    return reverse("web:outcome" if more else "web:outcomes", args=[transfer.pk, *more])


def page(client, transfer):
    html = client.get(reverse("web:transfer", args=[transfer.pk])).content.decode()
    return re.sub(r"<[^>]+>", "", html)


def says(client, transfer, outcome, **said):
    said = said or SAYS[outcome]
    return client.post(address(transfer, outcome), {"form": str(uuid4()), **said}, follow=True)


@pytest.mark.parametrize("outcome", SAYS)
def test_each_outcome_is_told_from_its_own_page_and_the_journey_says_what_is_next(world, browser_of, outcome):
    carer = browser_of("carer")
    transfer = taken_by_crew(world) if outcome in EARLY else in_hospital(world)
    choose = carer.get(address(transfer)).content.decode()
    assert PATHS[outcome].button in choose
    assert address(transfer, outcome) in choose
    assert PATHS[outcome].next in carer.get(address(transfer, outcome)).content.decode().replace("&#x27;", "'")
    answer = says(carer, transfer, outcome)
    assert "Recorded" in answer.content.decode()
    fact = Fact.objects.get(kind="outcome")
    kept = {name: value for name, value in SAYS[outcome].items() if name != "to"}
    assert (fact.outcome, fact.content.get("details", {})) == (outcome, kept)
    assert (fact.to.ods_code if fact.to else "") == SAYS[outcome].get("to", "")
    if outcome in NEXT:
        assert NEXT[outcome] in page(carer, transfer)


def test_every_outcome_but_death_and_the_end_is_walked_above():
    assert set(SAYS) | {"closed"} == set(PATHS)


@pytest.mark.parametrize("outcome", ["hospice", "with_family", "cannot_return", "another_hospital"])
def test_what_must_be_said_is_asked_for_and_nothing_typed_is_lost(world, browser_of, outcome):
    transfer = in_hospital(world)
    answer = says(browser_of("carer"), transfer, outcome, phone="01632 960779", note="ring after four")
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Fact.objects.filter(kind="outcome").exists()


def test_a_ward_does_not_finish_a_journey_and_a_crew_tells_no_outcome(world, browser_of):
    transfer = in_hospital(world)
    assert "Finished" not in browser_of("ward").get(address(transfer)).content.decode()
    assert browser_of("crew").get(address(transfer)).status_code == 403
    assert browser_of("millbrook").get(address(transfer)).status_code == 404


def test_parted_is_an_alarm_on_the_journey_until_somebody_says_they_are_together(world, browser_of, at):
    transfer, ward = in_hospital(world), browser_of("ward")
    says(ward, transfer, "left_in_ambulance")
    assert "Apart: the bag is with Lifeline Ambulance Service, they are in hospital" in page(ward, transfer)
    at(61)
    ward.post(reverse("web:together", args=[transfer.pk]), {"form": str(uuid4())})
    transfer.refresh_from_db()
    assert (transfer.apart_since, transfer.outcomes) == (None, [])
    assert "Apart:" not in page(ward, transfer)
    assert "Resident and bag are together again" in page(ward, transfer)


def test_another_hospital_on_the_way_changes_where_they_are_expected_and_alarms_nobody(world, browser_of):
    transfer, carer = taken_by_crew(world), browser_of("carer")
    says(carer, transfer, "another_hospital", to="RDEM2")
    transfer.refresh_from_db()
    assert (transfer.destination.ods_code, transfer.stage, transfer.apart_since) == ("RDEM2", "WITH_CREW", None)
    assert browser_of("northgate").get(reverse("web:transfer", args=[transfer.pk])).status_code == 200


def test_advice_to_stay_stands_on_the_board_with_what_to_watch_for(world, browser_of):
    transfer, carer = taken_by_crew(world), browser_of("carer")
    says(carer, transfer, "not_taken")
    tell(world, "carer", transfer, minutes=61, kind="outcome", outcome="closed")
    board = carer.get(reverse("web:board")).content.decode()
    assert "Sam Reed, paramedic" in board
    assert "Drowsy, sick, headache" in board


def test_going_without_a_bag_sets_the_bag_free(world, browser_of):
    transfer = pack(world)
    says(browser_of("carer"), transfer, "no_bag", form=str(uuid4()))
    transfer.refresh_from_db()
    world.bag.refresh_from_db()
    assert (transfer.bag, world.bag.state, Swap.objects.get().after) == (None, "available", None)


def test_a_lost_bag_is_found_by_a_scan(world, browser_of):
    transfer = in_hospital(world)
    says(browser_of("ward"), transfer, "lost")
    world.bag.refresh_from_db()
    assert world.bag.state == "lost"
    tell(world, "ward", transfer, minutes=70, kind="opened")
    world.bag.refresh_from_db()
    assert (transfer.outcomes, transfer.apart_since, world.bag.state) == ([], None, "in_hospital")


def test_a_lost_bag_whose_owner_is_home_again_can_be_finished(world, browser_of, at):
    transfer, carer = in_hospital(world), browser_of("carer")
    says(carer, transfer, "lost")
    assert reverse("web:outcome", args=[transfer.pk, "closed"]) not in carer.get(address(transfer)).content.decode()
    at(61)
    says(carer, transfer, "follows_later")
    at(62)
    says(carer, transfer, "closed", form=str(uuid4()))
    transfer.refresh_from_db()
    world.bag.refresh_from_db()
    assert (transfer.stage, world.bag.state) == ("CLOSED", "lost")


def test_a_place_outside_the_network_closes_properly(world, browser_of, at):
    transfer, carer = in_hospital(world), browser_of("carer")
    says(carer, transfer, "outside_network")
    tell(world, "carer", transfer, minutes=90, kind="handoff", to="VDEM1")
    at(100)
    says(carer, transfer, "closed", form=str(uuid4()))
    transfer.refresh_from_db()
    assert (transfer.stage, "unexpected" in transfer.flags) == ("CLOSED", False)


def test_the_other_home_is_asked_for_the_bag_and_sends_it_back(world, browser_of):
    transfer, carer = in_hospital(world, items=()), browser_of("carer")
    says(carer, transfer, "another_home")
    millbrook = browser_of("millbrook")
    assert "Send the bag back to Oakview" in page(millbrook, transfer)
    tell(world, "millbrook", transfer, minutes=90, kind="handoff", to="VDEM2")
    tell(world, "carer", transfer, minutes=120, kind="handoff", to="VDEM1")
    assert (transfer.stage, "unexpected" in transfer.flags) == ("BACK_HOME", False)


def test_the_same_details_come_through_the_api_and_what_does_not_fit_is_held(world):
    transfer = in_hospital(world)
    details = {"where": "St Luke's", "bag": "with_them"}
    tell(world, "ward", transfer, minutes=60, kind="outcome", outcome="hospice", details=details)
    assert (transfer.holder_text, transfer.resident_is, transfer.resident_is_at) == (
        "St Luke's",
        "hospice",
        "St Luke's",
    )
    with pytest.raises(AssertionError, match="malformed"):
        tell(world, "ward", transfer, minutes=61, kind="outcome", outcome="lost", details={"bag": "under the bed"})
    with pytest.raises(AssertionError, match="malformed"):
        tell(world, "ward", transfer, minutes=62, kind="outcome", outcome="another_home", to="RDEM2")


def test_nobody_else_is_let_in_by_an_outcome(world):
    transfer = in_hospital(world)
    tell(world, "carer", transfer, minutes=50, kind="outcome", outcome="another_hospital", to="RDEM2")
    northgate = Organisation.objects.get(ods_code="RDEM2")
    assert str(northgate.pk) in transfer.parties_known
    fact = Fact.objects.get(kind="outcome")
    tell(world, "carer", transfer, minutes=55, kind="void", fact=str(fact.pk))
    assert str(northgate.pk) not in transfer.parties_known
    assert not Transfer.objects.visible_to(world.actor("northgate"), now=world.now).exists()


def test_a_bag_left_in_the_ambulance_that_comes_to_another_hospital_stays_an_alarm(world, browser_of, at):
    transfer = in_hospital(world)
    tell(world, "ward", transfer, minutes=50, kind="outcome", outcome="left_in_ambulance")
    tell(world, "northgate", transfer, minutes=55, kind="handoff", to="RDEM2")
    assert transfer.apart_since is not None
    seen = page(browser_of("carer"), transfer)
    assert "Apart: the bag is with Northgate Hospital, it was going to St Mary&#x27;s Hospital" in seen
    assert (
        "Northgate Hospital says it has the bag, which was going to St Mary&#x27;s Hospital. Ring to be sure." in seen
    )
