"""Signing in in two steps: between them nothing is open."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from redbag.accounts.passwords import SIGNED_IN
from redbag.accounts.recovery import make_codes, take_recovery_code
from redbag.accounts.second_factor import reset, standing
from redbag.accounts.second_factor_models import Authenticator
from redbag.accounts.signing_out import sign_out_everywhere
from redbag.accounts.tablet_models import Pin
from redbag.journal.models import Entry
from redbag.organisations import throttling
from redbag.organisations.models import Membership, User
from tests.accounts.second_steps import App, app_of
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
PAGES = ("/", "/residents", "/people", "/journal", "/my-sign-in", "/my-sign-in/again")


@pytest.fixture
def live(settings, at):
    """Not the training world."""
    settings.DEMO = False
    return settings


def first_step(user, *, client=None, to="/"):
    client = client or Client()
    return client, client.post("/sign-in", {"email": user.email, "password": PASSWORD, "next": to})


def opens(client, page):
    return client.get(page).status_code == 200


def test_who_need_no_second_step_and_have_none_are_in_at_once(world, live):
    client, answer = first_step(world.people["carer"], to="/residents")
    assert answer["Location"] == "/residents"
    assert opens(client, "/residents")


def test_a_manager_without_a_second_step_sets_one_up_before_anything_opens(world, live):
    manager = world.people["manager"]
    client, answer = first_step(manager, to="/people")
    assert answer["Location"] == "/my-sign-in/app"
    assert [page for page in PAGES if opens(client, page)] == []
    assert client.get("/api/v1/me").status_code == 401
    shown = client.get("/my-sign-in/app").content.decode()
    key = re.search(r'class="sf-key">([A-Z2-7 ]+)<', shown)[1]
    assert "<svg" in shown
    assert "style=" not in shown.split("<main")[1]
    app, now = App(key), timezone.now()
    assert client.post("/my-sign-in/app", {"code": app.wrong(now)}).status_code == 422
    assert not opens(client, "/people")
    done = client.post("/my-sign-in/app", {"code": app.code(now)}).content.decode()
    assert len(re.findall(r"<code>[A-Z2-9 ]{29}</code>", done)) == 10
    assert 'href="/people"' in done
    assert opens(client, "/people")
    assert client.get("/my-sign-in").content.decode().count("10 left") == 1
    assert first_step(manager)[1]["Location"] == "/sign-in/second-step"


def test_between_the_steps_nothing_is_open_and_after_five_minutes_it_is_over(world, live, at):
    manager = world.people["manager"]
    app = app_of(manager)
    client, answer = first_step(manager, to="/people")
    assert answer["Location"] == "/sign-in/second-step"
    assert [page for page in (*PAGES, "/my-sign-in/app") if opens(client, page)] == []
    assert client.post("/my-sign-in/passkeys/asked").json() == {"go": "/sign-in"}
    assert client.get("/api/v1/residents").status_code == 401
    assert opens(client, "/sign-in/second-step")
    at(64)
    assert opens(client, "/sign-in/second-step")
    at(66)
    assert client.post("/sign-in/second-step", {"code": app.code(timezone.now())})["Location"] == "/sign-in"
    assert not opens(client, "/people")
    client, _ = first_step(manager, to="/people", client=client)
    assert client.post("/sign-in/second-step", {"code": app.code(timezone.now())})["Location"] == "/people"
    assert opens(client, "/people")
    used = Entry.objects.filter(actor_id=manager.pk).values_list("action", flat=True)
    assert {"second_factor.used", "signed.in"} <= set(used)


def test_the_session_has_a_new_key_after_every_step(world, live):
    carer = world.people["carer"]
    app, client = app_of(carer), Client()
    keys = []

    def noted():
        keys.append(client.session.session_key)

    client.post("/sign-in/passkey/asked")
    noted()
    first_step(carer, client=client)
    noted()
    client.post("/sign-in/second-step", {"code": app.code(timezone.now())})
    noted()
    client.post("/my-sign-in/again", {"password": PASSWORD, "next": "/my-sign-in"})
    noted()
    assert len(set(keys)) == 4
    assert [key for key in keys[:3] if client.session.exists(key)] == []
    assert client.session.exists(keys[3])


def test_a_password_in_the_browser_of_somebody_else_ends_their_session(world, live):
    manager = world.people["manager"]
    app_of(manager)
    client = Client()
    client.force_login(world.people["senior"])
    first_step(manager, client=client)
    assert [page for page in PAGES if opens(client, page)] == []


def test_wrong_codes_count_in_every_browser_together(world, live):
    manager = world.people["manager"]
    app, now = app_of(manager), timezone.now()
    one, other = (first_step(manager)[0] for _ in range(2))
    for client in (one, other, one, other, one):
        assert client.post("/sign-in/second-step", {"code": app.wrong(now)}).status_code == 422
    answer = other.post("/sign-in/second-step", {"code": app.code(now)})
    assert answer.status_code == 429
    assert b"Wait 15 minutes" in answer.content
    assert not opens(other, "/people")


def test_a_recovery_code_lets_in_once_and_few_left_are_told(world, live):
    carer = world.people["carer"]
    app_of(carer)
    codes = make_codes(user=carer, now=timezone.now())
    for code in codes[4:]:
        assert take_recovery_code(user=carer, typed=code, now=timezone.now())
    client, _ = first_step(carer)
    page = client.get("/sign-in/second-step?paper").content
    assert b"Recovery code" in page
    answer = client.post("/sign-in/second-step?paper", {"code": codes[0]}, follow=True)
    assert b"3 are left. Make new ones in My sign-in." in answer.content
    again, _ = first_step(carer)
    assert again.post("/sign-in/second-step?paper", {"code": codes[0]}).status_code == 422


def test_in_the_training_world_it_is_asked_for_and_may_be_skipped_and_nowhere_else(world, settings, at):
    carer = world.people["carer"]
    app_of(carer)
    client, answer = first_step(carer, to="/residents")
    assert answer["Location"] == "/sign-in/second-step"
    assert b"Skip in the training world" in client.get("/sign-in/second-step").content
    assert client.post("/sign-in/second-step/skip")["Location"] == "/residents"
    assert opens(client, "/residents")
    settings.DEMO = False
    client, _ = first_step(carer)
    assert b"Skip in the training world" not in client.get("/sign-in/second-step").content
    client.post("/sign-in/second-step/skip")
    assert not opens(client, "/residents")


def test_a_change_asks_for_the_second_step_again_after_ten_minutes_and_takes_no_password_for_it(world, live, at):
    carer = world.people["carer"]
    app, client = app_of(carer), Client()
    client.force_login(carer)
    changes = ("/my-sign-in/app/remove", "/my-sign-in/codes", "/my-sign-in/passkeys")
    again = "/my-sign-in/again?code=1&next=/my-sign-in"
    assert client.post("/my-sign-in/again", {"password": PASSWORD})["Location"] == "/"
    for path in changes:
        assert client.post(path)["Location"] == again
    assert client.get("/my-sign-in/app")["Location"] == f"{again}/app"
    assert client.post("/my-sign-in/passkeys/asked").json() == {"go": again}
    client.post("/my-sign-in/pin", {"pin": "58203917", "again": "58203917"})
    assert not Pin.objects.exists()
    assert client.post(again, {"code": app.wrong(timezone.now()), "next": "/my-sign-in"}).status_code == 422
    assert standing(carer).app
    shown = {"code": app.code(timezone.now()), "next": "//evil.example/"}
    assert client.post(again, shown)["Location"] == "/"
    assert client.post(changes[1]).content.count(b"<code>") == 10
    at(71)
    assert client.post(changes[0])["Location"] == again
    at(69)
    assert client.post(changes[0])["Location"] == "/my-sign-in"
    assert not standing(carer).has_one


def test_the_first_second_step_asks_for_the_password_when_that_was_long_ago(world, live):
    client = Client()
    client.force_login(world.people["carer"])
    again = "/my-sign-in/again?next=/my-sign-in/app"
    assert client.get("/my-sign-in/app")["Location"] == again
    assert client.post(again, {"password": "not this one"}).status_code == 422
    assert client.post(again, {"password": PASSWORD, "next": "/my-sign-in/app"})["Location"] == "/my-sign-in/app"
    assert client.get("/my-sign-in/app").status_code == 200


def test_strangers_who_guess_take_no_try_from_who_is_signed_in_and_their_own_wrong_ones_count(world, live):
    carer = world.people["carer"]
    client = Client()
    client.force_login(carer)
    while not throttling.take_password(carer.email):
        pass
    assert client.post("/my-sign-in/again", {"password": PASSWORD})["Location"] == "/"
    while not throttling.take_password(carer.email, browser=SIGNED_IN):
        pass
    assert client.post("/my-sign-in/again", {"password": PASSWORD}).status_code == 429


def test_who_stands_half_way_by_a_password_alone_replaces_no_second_step_set_up_meanwhile(world, live):
    manager = world.people["manager"]
    client, _ = first_step(manager)
    shown = client.get("/my-sign-in/app").content.decode()
    strange = App(re.search(r'class="sf-key">([A-Z2-7 ]+)<', shown)[1])
    own, now = app_of(manager), timezone.now()
    assert client.post("/my-sign-in/app", {"code": strange.code(now)})["Location"] == "/sign-in"
    assert client.post("/my-sign-in/passkeys/asked").json() == {"go": "/sign-in"}
    assert Authenticator.objects.get().secret == own.maker.secret
    assert not opens(client, "/people")


@pytest.mark.parametrize("meanwhile", ["a new password", "out everywhere"])
def test_half_way_is_over_with_a_new_password_or_out_everywhere(world, live, meanwhile):
    manager = world.people["manager"]
    app = app_of(manager)
    client, _ = first_step(manager)
    if meanwhile == "a new password":
        User.objects.filter(pk=manager.pk).update(password="argon2$another")
    else:
        sign_out_everywhere(user=manager, now=timezone.now())
    answer = client.post("/sign-in/second-step", {"code": app.code(timezone.now())})
    assert answer["Location"] == "/sign-in"
    assert not opens(client, "/people")


def test_the_key_that_waits_in_a_browser_is_never_given_to_the_next_person(world, live):
    client = Client()
    keys = []
    for who in ("manager", "administrator"):
        first_step(world.people[who], client=client)
        page = client.get("/my-sign-in/app").content.decode()
        keys.append(re.search(r'class="sf-key">([A-Z2-7 ]+)<', page)[1])
        kept = client.session.load()
        assert keys[-1].replace(" ", "") not in str(kept)
    assert keys[0] != keys[1]


def test_a_manager_resets_a_colleague_with_their_own_second_step_just_shown(world, live):
    manager, carer = world.people["manager"], world.people["carer"]
    app_of(carer)
    app, now = app_of(manager), timezone.now()
    client = Client()
    client.force_login(manager)
    page = f"/people/{Membership.objects.get(user=carer).pk}/second-step"
    for asked in (client.get(page), client.post(page)):
        assert asked["Location"] == f"/my-sign-in/again?code=1&next={page}"
    again = f"/my-sign-in/again?code=1&next={page}"
    assert client.post(again, {"password": PASSWORD, "next": page}).status_code == 422
    assert client.post(again, {"code": app.code(now), "next": page})["Location"] == page
    assert carer.name.encode() in client.get(page).content
    assert client.post(page)["Location"] == "/people"
    assert not standing(carer).has_one
    assert first_step(carer)[1]["Location"] == "/"


def test_out_everywhere_else_ends_every_other_browser_and_a_reset_ends_all(world, live):
    carer = world.people["carer"]
    app_of(carer)
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(carer)
    assert here.post("/my-sign-in/out-elsewhere")["Location"].startswith("/my-sign-in/again")
    assert opens(there, "/residents")
    here.post("/my-sign-in/again", {"password": PASSWORD})
    assert here.post("/my-sign-in/out-elsewhere")["Location"] == "/my-sign-in"
    assert opens(here, "/residents")
    assert not opens(there, "/residents")
    app_of(world.people["manager"])
    membership = Membership.objects.get(user=carer)
    Pin.objects.create(user=carer, proof="seen by somebody", set_at=timezone.now())
    reset(actor=world.actor("manager"), membership=membership, now=timezone.now())
    assert not Pin.objects.exists()
    assert not opens(here, "/residents")
