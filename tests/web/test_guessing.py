"""Guessing is counted before it is looked at, and what was right is given back."""

import pytest
from django.test import Client
from django.utils import timezone

from redbag.accounts import passwords, tablets
from redbag.journal.models import Entry
from redbag.organisations import actions, throttling
from redbag.organisations.models import Tried
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


def test_the_old_password_is_not_guessed_at_where_it_is_changed_whatever_is_undone(world, client, monkeypatch):
    monkeypatch.setattr(passwords, "check_password", lambda typed, kept: typed == "red-bag-demo")
    client.force_login(world.people["carer"])
    told = {"old": "not this one", "new": "a lamp in the hall"}
    answers = [client.post("/my-sign-in/password", told).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    again = client.post("/my-sign-in/again", {"password": "red-bag-demo"})
    assert again.status_code == 429  # the same count at both doors
    assert throttling.take_password(world.people["carer"].email) == 0  # and none of them is one at signing in


def test_strangers_who_guess_stop_nobody_who_is_signed_in_from_proving_or_changing(world, client):
    email = world.people["carer"].email
    while not throttling.take_password(email):
        pass
    client.force_login(world.people["carer"])
    assert client.post("/my-sign-in/again", {"password": "red-bag-demo"}).status_code == 302
    told = {"old": "red-bag-demo", "new": "a lamp in the hall"}
    assert client.post("/my-sign-in/password", told).status_code == 302


def test_a_right_password_gives_the_day_its_own_try_back_and_none_of_the_wrong_ones(world):
    email = world.people["carer"].email
    for _ in range(9):
        throttling.take_password(email)
    throttling.forget(email)
    assert list(Tried.objects.values_list("what", flat=True)) == ["password-day"] * 8


def test_who_asks_for_many_links_stops_nobody_else_at_that_address(client):
    asked = [client.post("/forgotten", {"email": f"somebody{number}@trust.example"}) for number in range(61)]
    assert {each.status_code for each in asked} == {200}
    assert client.post("/forgotten", {"email": "somebody60@trust.example"}).status_code == 429  # slowed there alone
    assert Entry.objects.filter(action="guessing.noticed").count() == 1


def test_wrong_tablet_codes_from_an_address_stop_no_right_one_there(world):
    now, here = timezone.now(), "10.0.0.1"
    _, code = tablets.make_code(actor=world.actor("manager"), organisation=world.oakview, name="Office", now=now)
    for number in range(30):
        with pytest.raises(tablets.NoSuchCode):
            tablets.code_here(code=f"ABCDE FGH{number:02}", address=here, now=now)
    with pytest.raises(TooOften):
        tablets.code_here(code="abcdefgh29", address=here, now=now)
    assert tablets.code_here(code=code, address=here, now=now).name == "Office"
    assert not Tried.objects.exists()  # nobody fills a table with codes of their own


def test_a_try_that_is_given_back_late_takes_nobody_elses(monkeypatch):
    moment = [1_000_000.0]
    monkeypatch.setattr(throttling.time, "time", lambda: moment[0])
    slow = tried(limit={"most": 1, "window": 900})
    moment[0] += 901
    assert tried(limit={"most": 1, "window": 900})
    give_back(slow)
    assert tried(limit={"most": 1, "window": 900}) is None
