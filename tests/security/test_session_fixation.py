"""A session key that somebody planted is worth nothing, and one that ended opens nothing."""

from http import HTTPStatus

import pytest
from django.test import Client

from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_session_planted_before_signing_in_is_nobodys_afterwards_and_ends_with_signing_out(world, settings, tried):
    name, planted = settings.SESSION_COOKIE_NAME, "planted0planted0planted0planted0"
    browser, thief = Client(), Client()
    browser.cookies[name] = thief.cookies[name] = planted
    browser.get("/sign-in")
    browser.post("/sign-in", {"email": "carer@test.example", "password": PASSWORD})
    assert browser.get("/residents").status_code == HTTPStatus.OK
    key = browser.cookies[name].value
    assert key != planted
    assert thief.get("/residents").status_code == HTTPStatus.FOUND
    browser.post("/sign-out")
    thief.cookies[name] = key
    assert thief.get("/residents").status_code == HTTPStatus.FOUND
    tried(2)
