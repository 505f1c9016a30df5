"""Whoever was signed out in the middle is told, and comes back to where they were."""

import uuid

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_a_press_after_the_session_ended_says_that_it_was_not_recorded(client, world):
    token = world.token(world.bag)
    answer = client.post(f"/b/{token}/take", {"form": uuid.uuid4()}, follow=True)
    assert answer.redirect_chain == [(f"/sign-in?next=/b/{token}", 302)]
    assert b"what you pressed was not recorded" in answer.content


def test_a_form_leads_back_to_its_own_page(client, world):
    answer = client.post("/bags/new", {"tracker": "OAK-9"})
    assert answer["Location"] == "/sign-in?next=/bags/new"


def test_a_character_that_no_database_keeps_is_refused_in_words(client, world):
    client.force_login(world.people["carer"])
    assert client.post("/bags/new", {"tracker": "OAK\0-9"}).status_code == 400
    assert client.get("/residents?q=a%00b").status_code == 400
