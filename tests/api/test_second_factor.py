"""A program that signs in for a person shows their second step, outside the training world."""

import pytest
from django.utils import timezone

from redbag.accounts.recovery import make_codes
from tests.accounts.second_steps import app_of
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(api, world):
    def call(who, **code):
        answer = api().post("session", {"email": world.people[who].email, "password": PASSWORD, **code})
        return answer.status_code, answer.json().get("code")

    return call


def test_in_the_training_world_it_is_never_demanded(world, sign_in):
    assert sign_in("manager") == (201, None)
    app_of(world.people["manager"])
    assert sign_in("manager") == (201, None)
    assert sign_in("manager", code="000000x") == (401, "wrong_code")


def test_outside_it_who_must_have_one_are_asked_for_a_code(world, sign_in, settings):
    settings.DEMO = False
    for who in ("manager", "administrator", "auditor"):
        assert sign_in(who) == (401, "second_factor_needed")
    assert sign_in("manager", code="123456") == (401, "second_factor_needed")
    assert sign_in("carer") == (201, None)


def test_a_code_of_the_app_or_from_paper_opens_a_session_once(world, sign_in, settings):
    settings.DEMO = False
    carer = world.people["carer"]
    app, code = app_of(carer), make_codes(user=carer, now=timezone.now())[0]
    assert sign_in("carer") == (401, "second_factor_needed")
    digits = app.code(timezone.now())
    assert sign_in("carer", code=digits) == (201, None)
    assert sign_in("carer", code=digits) == (401, "wrong_code")
    assert sign_in("carer", code=code) == (201, None)
    assert sign_in("carer", code=code) == (401, "wrong_code")


def test_wrong_codes_are_counted_and_then_not_looked_at(world, sign_in, api, settings):
    settings.DEMO = False
    carer = world.people["carer"]
    app = app_of(carer)
    for _ in range(5):
        assert sign_in("carer", code=app.wrong(timezone.now())) == (401, "wrong_code")
    right = {"email": carer.email, "password": PASSWORD, "code": app.code(timezone.now())}
    answer = api().post("session", right)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_often")
    assert int(answer["Retry-After"]) > 800


def test_me_says_what_somebody_has(world, api):
    app_of(world.people["carer"])
    make_codes(user=world.people["carer"], now=timezone.now())
    told = api("carer").get("me").json()["second_factor"]
    assert told == {"required": False, "app": True, "passkeys": 0, "recovery_codes_left": 10}
