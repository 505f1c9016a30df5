"""The first page of hospitals and crews."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from redbag.residents.models import Resident
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = pytest.mark.django_db


def board(client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def under(words: str, heading: str) -> str:
    """What stands under a heading."""
    return words.split(f"<h2>{heading}</h2>")[1].split("<h2>")[0]


def test_the_ward_sees_who_is_here_who_is_coming_and_who_goes_home(world, browser_of):
    in_hospital(world)
    pack(world, resident=world.arthur, bag=world.other_bag, minutes=5)
    words = board(browser_of("ward"))
    assert "JONES, Margaret (Mrs)" in under(words, "Here now")
    assert "DALE, Arthur" in under(words, "On the way")
    assert "Nobody is going home now" in under(words, "Going home")


def test_a_bag_the_crew_took_from_the_ward_goes_home(world, browser_of):
    tell(world, "crew", in_hospital(world), minutes=50, kind="handoff", to="RDEM9")
    words = board(browser_of("ward"))
    assert "JONES" in under(words, "Going home")
    assert "JONES" not in under(words, "Here now")


def test_another_hospital_sees_nothing_of_it(world, browser_of):
    in_hospital(world)
    assert "JONES" not in board(browser_of("northgate"))


def test_the_crew_sees_what_it_has_and_had_in_the_last_day(world, browser_of, at):
    in_hospital(world)
    taken_by_crew(world, resident=world.arthur, bag=world.other_bag)
    pack(world, resident=_third(world), no_bag=True, minutes=20)
    words = board(browser_of("crew"))
    assert "DALE" in under(words, "Bags you have")
    assert "JONES" in under(words, "Bags you had in the last day")
    assert "THIRD" not in words
    assert words.index("Scan a bag") < words.index("Bags you have")
    at(40 + 24 * 60 + 1)
    assert "JONES" not in board(browser_of("crew"))


def test_an_empty_board_says_what_will_appear(world, browser_of):
    assert "No red bag is here" in board(browser_of("ward"))
    assert 'press "I have this bag"' in board(browser_of("crew"))


@pytest.mark.parametrize("who", ["ward", "crew"])
def test_three_patients_cost_as_many_statements_as_one(world, browser_of, who, at):
    client = browser_of(who)
    in_hospital(world)
    board(client)
    at(80)
    counted = _statements(client)
    in_hospital(world, resident=world.arthur, bag=world.other_bag)
    taken_by_crew(world, resident=_third(world), no_bag=True)
    at(100)
    assert _statements(client) == counted


def test_the_lists_are_sent_again_only_when_they_say_something_new(world, browser_of):
    ward = browser_of("ward")
    seen = board(ward).split("/inbound/lists?seen=")[1].split('"')[0]
    assert ward.get("/inbound/lists", {"seen": seen}).status_code == 204
    in_hospital(world)
    answer = ward.get("/inbound/lists", {"seen": seen})
    assert answer.status_code == 200
    assert "JONES, Margaret (Mrs)" in answer.content.decode()


def _statements(client) -> int:
    with CaptureQueriesContext(connection) as seen:
        board(client)
    return len(seen)


def _third(world) -> Resident:
    return Resident.objects.create(
        home=world.oakview,
        first_name="Thea",
        last_name="Third",
        date_of_birth=world.peggy.date_of_birth,
        created_at=world.now,
    )
