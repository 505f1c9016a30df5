"""After a death a crew finds whom to ring and nothing to act on: with an account, without one, on page and API."""

import re

import pytest
from django.urls import reverse

from redbag.transfers.offline import open_journeys
from redbag.web.let_in import board_rows
from tests.visitors.people import JO, TAXI, let_in
from tests.web.journeys import pack, taken_by_crew, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def words(answer) -> str:
    return answer.content.decode().replace("&#x27;", "'")


def dies(world, transfer):
    tell(world, "ward", transfer, minutes=50, kind="outcome", outcome="died")


def is_calm(seen):
    assert "this patient has died" in seen
    assert "Ring Oakview" in seen
    assert "Ring St Mary's Hospital" in seen
    assert "heart or breathing" not in seen
    assert not re.search(r"\bCPR\b", seen)


@pytest.mark.parametrize("page", ["label", "transfer", "handover_card"])
def test_a_crew_sees_whom_to_ring_and_no_emergency(world, browser_of, page):
    transfer, crew = taken_by_crew(world), browser_of("crew")
    where = reverse(f"web:{page}", args=[world.token(world.bag) if page == "label" else transfer.pk])
    assert "this patient has died" not in words(crew.get(where))
    dies(world, transfer)
    is_calm(words(crew.get(where)))
    tell(world, "carer", transfer, minutes=55, kind="outcome", outcome="closed")
    is_calm(words(crew.get(where)))


def test_home_and_ward_read_on(world, browser_of):
    transfer = taken_by_crew(world)
    dies(world, transfer)
    assert "If heart or breathing stops" in words(browser_of("ward").get(f"/transfers/{transfer.pk}"))
    assert "Peggy Jones" in words(browser_of("carer").get(f"/transfers/{transfer.pk}"))


def test_a_crew_that_still_has_the_bag_says_to_whom_it_went(world, browser_of):
    transfer, crew = taken_by_crew(world), browser_of("crew")
    dies(world, transfer)
    page = words(crew.get(reverse("web:label", args=[world.token(world.bag)])))
    assert reverse("web:hand_over", args=[transfer.pk]) in page


@pytest.mark.parametrize("who", [JO, TAXI])
def test_a_visitor_sees_the_same_and_the_board_names_nobody(world, at, who):
    transfer = pack(world)
    phone = let_in(transfer, who)
    assert len(board_rows(world.actor("carer"), now=world.now)) == 1
    dies(world, transfer)
    is_calm(words(phone.get(f"/visit/{transfer.pk}")))
    assert board_rows(world.actor("carer"), now=world.now) == []


def test_a_tablet_keeps_no_emergency_of_somebody_who_died(world):
    transfer, crew = taken_by_crew(world), world.actor("crew")
    assert [kept.first is None for kept in open_journeys(actor=crew, now=world.now)] == [False]
    dies(world, transfer)
    assert [kept.first for kept in open_journeys(actor=crew, now=world.now)] == [None]
