"""Whoever reads the table of sessions can sign in as nobody, and reads nothing of anybody."""

import pytest
from cryptography.fernet import Fernet
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def carer(world):
    client = Client()
    client.force_login(world.people["carer"])
    session = client.session
    session["kept"] = "a link out of a letter"
    session.save()
    return client


def test_the_table_holds_no_cookie_and_no_word(carer, settings):
    cookie = carer.session.session_key
    (row,) = Session.objects.all()
    assert cookie not in row.session_key
    assert row.session_data.startswith("gAAAA"), "sealed"
    assert row.get_decoded() == {}
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
    assert thief.get("/")["Location"].startswith("/sign-in")


def test_a_session_works_gets_a_new_key_and_ends(carer):
    assert carer.get("/").status_code == 200
    before = carer.session.session_key
    session = carer.session
    session.cycle_key()
    assert not session.exists(before)
    assert session.exists(session.session_key)
    assert session["kept"] == "a link out of a letter"
    session.flush()
    assert Session.objects.count() == 0


def test_sessions_outlive_a_new_key_and_end_with_the_old_one(carer, settings, own_files):
    settings.DATA_KEYS = [Fernet.generate_key().decode(), *settings.DATA_KEYS]
    assert carer.get("/").status_code == 200
    call_command("rotate_keys")
    settings.DATA_KEYS = [Fernet.generate_key().decode()]
    assert carer.get("/")["Location"].startswith("/sign-in")


def test_what_comes_late_with_the_cookie_of_before_does_not_take_the_new_one_away(carer, settings):
    late, name = Client(), settings.SESSION_COOKIE_NAME
    late.cookies[name] = carer.session.session_key
    carer.session.cycle_key()
    answer = late.get("/")
    assert answer["Location"].startswith("/sign-in")
    assert name not in answer.cookies


def test_signing_out_takes_the_cookie_away(carer, settings):
    assert carer.post("/sign-out").cookies[settings.SESSION_COOKIE_NAME].value == ""
