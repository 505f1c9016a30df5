"""Every kind of news that goes out: what it carries, and that nothing about a person does."""

import json

import pytest

from redbag.deliveries import events
from redbag.deliveries.channels import webhook
from redbag.deliveries.endpoints import new_secret
from redbag.deliveries.models import Endpoint, Letter
from tests.deliveries.people import START

NHS_NUMBER = "9434765919"
PERSONAL = {
    "name": "Margaret Jones",
    "preferred_name": "Peggy",
    "nhs_number": NHS_NUMBER,
    "born": "1936-03-03",
    "words": "She fell at 02:10",
}
AN_ID = "11111111-2222-4333-8444-555555555555"


def body_of(type, ids):
    letter = Letter(type=type, subject_id=AN_ID, path="/api/v1/transfers/x", ids=ids, written_at=START)
    endpoint = Endpoint(kind="webhook", address="https://example.org/", secret=new_secret())
    return json.loads(webhook(letter, endpoint, at=START).body)


@pytest.mark.parametrize("event", events.CATALOGUE, ids=lambda event: event.name)
def test_nothing_about_a_person_leaves_whatever_somebody_puts_in(event):
    hidden = dict.fromkeys(event.ids, "Margaret Jones, 9434765919") | {
        name: [words] for name, words in PERSONAL.items()
    }
    for ids in (PERSONAL, hidden, {name: {"of": words} for name, words in PERSONAL.items()}):
        assert set(body_of(event.name, ids)["data"]) == {"address"}


@pytest.mark.parametrize("event", events.CATALOGUE, ids=lambda event: event.name)
def test_every_kind_carries_its_ids_and_a_sample_is_marked_as_one(event):
    sample = body_of(event.name, events.sample(event.name))["data"]
    assert set(sample) == {*event.ids, "address", "sample"}
    assert sample["sample"] is True
    assert event.when.endswith(".")
    assert event.since >= "2026-11-21"


def test_no_kind_tells_of_a_death():
    told = json.dumps([[event.name, event.words, event.ids] for event in events.CATALOGUE]).lower()
    assert [word for word in ("death", "died", "dead", "deceased") if word in told] == []


def test_who_asked_for_notes_gets_the_answers_to_them_too():
    assert events.asked_for("note.answered", ["note.written"])
    assert not events.asked_for("note.answered", ["bag.found"])
    assert not events.asked_for("note.written", ["note.answered"])
    assert events.asked_for("note.answered", [])
    assert events.asked_for("note.answered", ["*"])


def test_a_kind_that_is_not_in_the_catalogue_carries_nothing():
    assert events.carried("resident.sneezed", {"transfer": AN_ID}) == {}
