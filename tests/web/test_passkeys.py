"""Passkeys: added and used from our own address, for one question, by their owner alone."""

import pytest
from django.test import Client
from django.utils import timezone
from fido2.webauthn import AuthenticatorData

from redbag.accounts import passkeys
from redbag.accounts.joining_models import AccountLetter
from redbag.accounts.passkeys import origin
from redbag.accounts.second_factor_models import Passkey
from redbag.journal.models import Entry
from tests.accounts.second_steps import SoftKey
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_address(settings, at):
    settings.PUBLIC_URL = "https://redbag.example"
    settings.DEMO = False


@pytest.fixture
def key_of(world):
    """A passkey of somebody of the cast."""

    def add(who, key=None, counts=0):
        key = key or SoftKey()
        key.counter = counts
        asked, kept = passkeys.ask_new(world.people[who])
        passkeys.add_passkey(
            user=world.people[who],
            name="my phone",
            kept=kept,
            answer=key.made(asked, origin=origin()),
            now=timezone.now(),
        )
        return key

    return add


def in_with(key, *, client=None, **how):
    """Where a sign-in with this key leads."""
    client = client or Client()
    asked = client.post("/sign-in/passkey/asked").json()
    answer = key.shown(asked, origin=how.pop("origin", origin()), **how)
    return client, client.post("/sign-in/passkey", {"answer": answer, "next": "/residents"})["Location"]


def test_a_passkey_is_added_and_is_both_steps_at_once(world):
    client, senior = Client(), world.people["senior"]
    client.force_login(senior)
    client.post("/my-sign-in/again", {"password": PASSWORD})
    asked = client.post("/my-sign-in/passkeys/asked").json()
    assert (asked["rp"]["id"], asked["authenticatorSelection"]["userVerification"]) == ("redbag.example", "required")
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    key = SoftKey()
    answer = key.made(asked, origin=origin())
    told = client.post("/my-sign-in/passkeys", {"name": "my phone", "answer": answer}).content
    assert told.count(b"<code>") == 10
    browser, to = in_with(key)
    assert to == "/residents"
    assert browser.get("/residents").status_code == 200
    done = Entry.objects.filter(subject_id=senior.pk).values_list("action", "facts__how")
    assert {("second_factor.added", "passkey"), ("second_factor.used", "passkey"), ("signed.in", "passkey")} <= set(
        done
    )
    assert Passkey.objects.get().used_at is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://redbag.example.evil.example"},
        {"origin": "https://evil.redbag.example"},
        {"origin": "http://redbag.example"},
        {"host": "evil.example"},
        {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"kind": "webauthn.create"},
        {"flags": AuthenticatorData.FLAG.UP},  # nobody unlocked it
        {"user": b"somebody else's"},
    ],
    ids=lambda wrong: next(iter(wrong.items()))[1],
)
def test_an_answer_to_another_question_opens_nothing(world, key_of, wrong):
    browser, to = in_with(key_of("senior"), **wrong)
    assert to == "/sign-in"
    assert browser.get("/residents").status_code == 302
    assert Entry.objects.filter(action="second_factor.wrong", facts__how="passkey").count() == 1


def test_a_key_that_nobody_added_or_signed_by_another_opens_nothing(world, key_of):
    known, stranger = key_of("senior"), SoftKey()
    stranger.user = known.user
    assert in_with(stranger)[1] == "/sign-in"
    stranger.id = known.id
    assert in_with(stranger)[1] == "/sign-in"
    world.people["senior"].is_active = False
    world.people["senior"].save(update_fields=["is_active"])
    assert in_with(known)[1] == "/sign-in"


def test_an_answer_counts_once_in_the_browser_that_was_asked_and_not_for_long(world, key_of, at):
    key, client = key_of("senior"), Client()
    asked = client.post("/sign-in/passkey/asked").json()
    sent = {"answer": key.shown(asked, origin=origin()), "next": "/residents"}
    assert Client().post("/sign-in/passkey", sent)["Location"] == "/sign-in"
    assert client.post("/sign-in/passkey", sent)["Location"] == "/residents"
    client.post("/sign-out")
    assert client.post("/sign-in/passkey", sent)["Location"] == "/sign-in"
    asked = client.post("/sign-in/passkey/asked").json()
    at(66)
    late = {"answer": key.shown(asked, origin=origin())}
    assert client.post("/sign-in/passkey", late)["Location"] == "/sign-in"


def test_a_key_that_counts_must_count_up_or_its_owner_hears_that_it_may_be_copied(world, key_of):
    key = key_of("senior", counts=7)
    assert in_with(key, counts=1)[1] == "/residents"
    assert in_with(key, counts=0)[1] == "/sign-in"
    assert in_with(key, counts=-8)[1] == "/sign-in"
    assert Passkey.objects.get().counter == 8
    assert AccountLetter.objects.filter(kind="key_copied").count() == 2
    assert in_with(key, counts=9)[1] == "/residents"


@pytest.mark.parametrize("answer", ["", "x", "[]", "{}", '{"id": "AA", "rawId": "AA", "response": {}}', "9" * 70000])
def test_rubbish_is_refused_in_words(world, key_of, answer):
    key = key_of("senior")
    client = Client()
    client.post("/sign-in/passkey/asked")
    assert client.post("/sign-in/passkey", {"answer": answer})["Location"] == "/sign-in"
    in_with(key, client=client)
    client.post("/my-sign-in/passkeys/asked")
    assert client.post("/my-sign-in/passkeys", {"name": "x", "answer": answer})["Location"] == "/my-sign-in"
    assert Passkey.objects.count() == 1


def test_somebody_elses_passkey_is_no_proof_and_cannot_be_taken_off(world, key_of):
    theirs = key_of("senior")
    client = Client()
    client.force_login(world.people["carer"])
    asked = client.post("/sign-in/passkey/asked").json()
    answer = theirs.shown(asked, origin=origin())
    assert client.post("/my-sign-in/again", {"answer": answer}).status_code == 422
    assert client.post("/my-sign-in/passkeys/remove", {"passkey": Passkey.objects.get().pk}).status_code == 404
    assert client.post("/my-sign-in/passkeys/remove", {"passkey": "x"})["Location"] == "/my-sign-in"


def test_the_same_key_is_not_added_twice_and_the_last_one_of_a_manager_stays(world, key_of):
    key, again = key_of("manager"), SoftKey()
    again.id = key.id
    with pytest.raises(passkeys.NotThisPasskey):
        key_of("carer", key=again)
    client, _ = in_with(key)
    remove = ("/my-sign-in/passkeys/remove", {"passkey": Passkey.objects.get().pk})
    assert client.post(*remove).status_code == 409
    key_of("manager")
    assert client.post(*remove)["Location"] == "/my-sign-in"
    assert Passkey.objects.count() == 1
