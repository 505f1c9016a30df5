"""How long a session lasts on anybody's own device: half an hour alone, twelve hours at most."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from redbag.journal.models import Entry
from tests.web.journeys import pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def signed_in(world, at):
    """A browser of somebody who signed in at 03:50, as their sign-in leaves it, without the slow password."""

    def sign_in(who):
        client = Client()
        client.force_login(world.people[who])
        session = client.session
        session["entered_at"], session["entered_by"] = (world.now + timedelta(minutes=60)).isoformat(), "password"
        session.save()
        return client

    return sign_in


def is_in(client):
    return client.get("/").status_code == 200


def test_half_an_hour_alone_ends_it_and_asks_to_sign_in_for_the_page(world, signed_in, at):
    client = signed_in("carer")
    for minutes in (80, 105, 134):
        at(minutes)
        assert is_in(client), minutes
    at(165)
    answer = client.get(f"/residents/{world.peggy.pk}")
    assert answer["Location"] == f"/sign-in?next=/residents/{world.peggy.pk}"
    assert not Session.objects.exists()
    assert client.get("/api/v1/me").status_code == 401


def test_a_board_that_asks_by_itself_keeps_nobody_in(world, signed_in, at):
    pack(world)
    client = signed_in("carer")
    for minutes in (70, 80, 89):
        at(minutes)
        assert client.get("/board/lists", headers={"HX-Request": "true"}).status_code == 200
    at(91)
    assert not is_in(client)


def test_twelve_hours_are_the_end_however_busy_somebody_is(world, signed_in, at):
    client = signed_in("carer")
    for minutes in range(75, 60 + 12 * 60, 25):
        at(minutes)
        client.get("/wake")
    assert is_in(client)
    at(60 + 12 * 60)
    assert not is_in(client)


def test_a_crew_on_the_road_and_a_screen_on_a_wall_stay_until_the_twelve_hours_are_over(world, signed_in, at):
    crew, wall = signed_in("crew"), signed_in("ward")
    wall.post("/board/screen", {"hide": "yes"})
    at(60 + 11 * 60)
    assert (is_in(crew), is_in(wall)) == (True, True)
    assert wall.get("/reports")["Location"].startswith("/sign-in")
    assert wall.get("/api/v1/me").status_code == 401
    del wall.cookies["rb_public"]
    assert "Show names" in wall.get("/").content.decode()
    assert wall.get("/reports").status_code == 302
    wall.post("/board/screen", {"hide": "no"})
    at(60 + 11 * 60 + 31)
    assert (is_in(crew), is_in(wall)) == (True, False)
    at(60 + 12 * 60)
    assert not is_in(crew)


def test_who_made_a_wall_of_their_screen_by_a_cookie_alone_is_signed_out_like_anybody(world, signed_in, at):
    client = signed_in("ward")
    client.cookies["rb_public"] = "1"
    at(91)
    assert not is_in(client)
    assert not Entry.objects.filter(action="viewed.board", at__gt=world.now + timedelta(minutes=90)).exists()
