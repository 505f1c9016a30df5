"""Guessing is counted before it is looked at, and what was right is given back."""

import pytest
from django.test import Client

from redbag.organisations import actions, throttling
from redbag.organisations.throttling import TooOften, give_back, take_tries

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
LIMIT = {"most": 5, "window": 900}


def tried(who="10.0.0.1", limit=None):
    try:
        return take_tries("Too often.", ("thing", who, limit or LIMIT))
    except TooOften:
        return None


def test_a_try_that_did_not_count_is_free_again_and_one_refused_takes_none():
    for _ in range(9):
        give_back(tried())
    for _ in range(5):
        assert tried()
    with pytest.raises(TooOften) as often:
        take_tries("Too often.", ("other", "10.0.0.1", {"most": 1, "window": 900}), ("thing", "10.0.0.1", LIMIT))
    assert 890 <= often.value.wait <= 900
    assert take_tries("Too often.", ("other", "10.0.0.1", {"most": 1, "window": 900}))


def test_the_eleventh_wrong_password_is_not_looked_at_and_a_right_one_clears_the_count(world, monkeypatch):
    carer = {"email": world.people["carer"].email, "password": "not this one"}
    for _ in range(9):
        assert Client().post("/sign-in", carer).status_code == 422
    throttling.forget(carer["email"])
    looked = []
    monkeypatch.setattr(actions, "sign_in", lambda **asked: looked.append(asked))
    for _ in range(10):
        assert Client().post("/sign-in", carer).status_code == 422
    assert Client().post("/sign-in", carer).status_code == 429
    assert len(looked) == 10
