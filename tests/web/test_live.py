"""Boards that move by themselves, and screens that the public can see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from redbag.journal.models import Entry
from redbag.organisations.access import actor_for
from redbag.web.live import watched
from tests.web.journeys import in_hospital, pack, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
NAMES = ("Peggy", "JONES", "Margaret", "03-Mar-1936", "Room")


def words(response):
    return " ".join(response.content.decode().split())


def version(address):
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content


@pytest.fixture
def boards(world):
    """Where each board asks, by who looks at it."""
    return {who: watched(actor_for(world.people[who]))["watch"] for who in ("carer", "ward", "millbrook", "northgate")}


def test_a_fact_moves_the_boards_of_its_parties_and_no_others(world, boards, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        transfer = pack(world)
    before = {who: version(address) for who, address in boards.items()}
    with django_capture_on_commit_callbacks(execute=True):
        tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    moved = {who for who, address in boards.items() if version(address) != before[who]}
    assert moved == {"carer", "ward"}


def test_asking_whether_anything_moved_is_one_statement_and_no_sign_in(world, boards):
    with CaptureQueriesContext(
        connection,
    ) as statements:
        version(boards["carer"])
    assert len(statements) == 1


def test_an_address_made_up_or_changed_answers_nothing(world, boards):
    assert Client().get(reverse("web:board_version", args=["made-up"])).status_code == 404
    assert Client().get(boards["carer"][:-3] + "abc").status_code == 404


@pytest.mark.parametrize("who", ["carer", "ward"])
def test_a_screen_that_faces_the_public_shows_bags_and_no_names(world, browser_of, who):
    in_hospital(world)
    client = browser_of(who)
    assert "Peggy" in words(client.get("/")) or "JONES" in words(client.get("/"))
    client.post(reverse("web:screen"), {"hide": "yes"})
    lists = reverse("web:board_lists" if who == "carer" else "web:inbound_lists")
    for page in (words(client.get("/")), words(client.get(lists))):
        assert [name for name in NAMES if name in page] == []
        assert "Bag OAK-1" in page
    client.post(reverse("web:screen"), {"hide": "no"})
    assert any(name in words(client.get("/")) for name in NAMES)


def test_a_public_screen_is_no_look_at_anybody(world, browser_of):
    in_hospital(world)
    client = browser_of("carer")
    client.post(reverse("web:screen"), {"hide": "yes"})
    client.get("/")
    assert not Entry.objects.filter(action="viewed.board").exists()


def test_a_ward_shows_its_own_patients_and_who_comes_to_it(world, browser_of):
    in_hospital(world)
    pack(world, resident=world.arthur, bag=world.other_bag, minutes=5, destination_place="Ward 4B")
    client = browser_of("ward")
    client.post(reverse("web:ward"), {"ward": "Ward 4B"})
    page = words(client.get("/"))
    assert ("JONES" in page, "DALE" in page) == (False, True)
    client.post(reverse("web:ward"), {"ward": ""})
    page = words(client.get("/"))
    assert ("JONES" in page, "DALE" in page) == (True, True)
