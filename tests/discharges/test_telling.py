"""The places where things happen tell of them, by code and id, and a body never says who it is about."""

import json
from datetime import timedelta

import pytest

from redbag.bags.life import take_step
from redbag.deliveries.actions import add_endpoint
from redbag.deliveries.channels import webhook
from redbag.deliveries.models import Delivery
from redbag.discharges.actions import acknowledge
from redbag.notes.actions import write_note
from tests.discharges.conftest import LATER
from tests.web.journeys import in_hospital, pack, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def listening(world):
    """A webhook at the home and one at the hospital, which ask for everything."""
    for who, place in (("manager", world.oakview), ("discharge", world.stmarys)):
        add_endpoint(
            actor=world.actor(who),
            organisation=place,
            kind="webhook",
            address="https://example.org/",
            events=[],
            fallback_of=None,
            now=world.now,
        )


def told(place):
    rows = Delivery.objects.filter(organisation=place, endpoint__isnull=False).select_related("letter", "endpoint")
    return [each.letter.type for each in rows.order_by("letter__written_at", "created_at", "pk")]


def bodies():
    rows = Delivery.objects.exclude(endpoint=None).select_related("letter", "endpoint")
    return [webhook(each.letter, each.endpoint, at=each.created_at).body.decode() for each in rows]


def test_packing_and_handing_over_are_told_to_the_home_and_where_it_goes(world, listening):
    in_hospital(world, destination=world.stmarys)
    home = told(world.oakview)
    assert home.count("transfer.packed") == 1
    assert home.count("handoff.recorded") >= 1
    assert set(told(world.stmarys)) == {"transfer.packed", "transfer.stage_changed", "handoff.recorded"}


def test_an_outcome_is_told_but_never_a_death(world, listening):
    transfer = in_hospital(world)
    tell(world, "ward", transfer, minutes=90, kind="outcome", outcome="hospice")
    assert told(world.oakview).count("outcome.told") == 1
    assert any('"hospice"' in body for body in bodies())
    tell(world, "ward", transfer, minutes=95, kind="outcome", outcome="died")
    assert told(world.oakview).count("outcome.told") == 1
    assert [body for body in bodies() if "died" in body.lower()] == []


def test_what_was_missing_and_is_there_after_all_is_told(world, listening):
    transfer = pack(world, items=[{"category": "glasses", "description": "Blue case", "quantity": 1}])
    item = transfer.facts.get(kind="pack").items[0]["id"]
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1", place="A&E")
    tell(world, "ward", transfer, minutes=60, kind="check", items=[{"item": item, "state": "missing"}])
    assert "item.found" not in told(world.oakview)
    tell(world, "ward", transfer, minutes=70, kind="check", items=[{"item": item, "state": "present"}])
    assert [type for type in told(world.oakview) if type.startswith("item.")] == ["item.missing", "item.found"]


def test_a_finished_journey_a_lost_bag_and_an_answered_note_are_told(world, listening):
    transfer = in_hospital(world)
    note, _ = write_note(actor=world.actor("carer"), transfer=transfer, words="Is Peggy eating?", now=LATER)
    write_note(actor=world.actor("ward"), transfer=transfer, words="Peggy is.", answers=note, now=LATER)
    tell(world, "manager", transfer, minutes=200, kind="outcome", outcome="closed")
    take_step(actor=world.actor("manager"), bag=world.other_bag, step="lose", reason="Gone", now=LATER)
    home = told(world.oakview)
    assert [home.count(each) for each in ("transfer.closed", "bag.lost", "note.answered")] == [1, 1, 1]
    assert "outcome.told" not in home
    assert told(world.stmarys).count("note.written") == 1


def test_the_hospital_hears_that_its_summary_was_opened_and_taken_on(world, listening, write):
    summary = write()
    acknowledge(actor=world.actor("senior"), summary=summary, name=None, role=None, now=LATER + timedelta(hours=1))
    hospital = told(world.stmarys)
    assert [hospital.count(f"discharge_summary.{each}") for each in ("opened", "acknowledged")] == [1, 1]


def test_no_body_of_a_whole_journey_says_who_it_is_about(world, listening, journey, write):
    tell(world, "crew", journey, minutes=10, kind="handoff", to="RDEM9")
    tell(world, "ward", journey, minutes=40, kind="handoff", to="RDEM1", place="A&E")
    write_note(actor=world.actor("carer"), transfer=journey, words="Peggy likes tea", now=LATER)
    summary = write()
    acknowledge(actor=world.actor("senior"), summary=summary, name=None, role=None, now=LATER + timedelta(hours=1))
    peggy = world.peggy
    secrets = ("jones", "margaret", "peggy", "1936", "tea", "pneumonia", "tester", peggy.nhs_number, str(peggy.pk))
    sent = bodies()
    assert len(sent) > 8
    assert [(secret, body) for secret in secrets for body in sent if secret in body.lower()] == []
    assert all(set(json.loads(body)) == {"type", "timestamp", "data"} for body in sent)
