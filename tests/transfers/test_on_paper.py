"""A journey told from paper ends like the same journey told live, with the times when it happened."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redbag.errors import BadInput, NotAllowed
from redbag.transfers import replay
from redbag.transfers.actions import AlreadyOut, Packing, pack_bag
from redbag.transfers.intake import take_in
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.on_paper import Given, OnPaper, write_down

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
STATE = (
    "stage",
    "stage_since",
    "holder_id",
    "holder_text",
    "holder_place",
    "holder_since",
    "holder_confirmed",
    "left_at",
    "back_at",
    "packed_at",
    "bag_id",
    "flags",
)


def after(world, minutes):
    return None if minutes is None else world.now + timedelta(minutes=minutes)


def paper(world, left=0, crew=None, ward=None, back=None, **more):
    return OnPaper(
        id=more.pop("id", uuid.uuid4()),
        resident=more.pop("resident", world.peggy),
        bag=more.pop("bag", world.bag),
        left_at=after(world, left),
        crew=Given(to=world.lifeline, name="Jo", at=after(world, crew)) if crew is not None else Given(),
        ward=Given(to=world.stmarys, place="Ward 4B", at=after(world, ward)) if ward is not None else Given(),
        back_at=after(world, back),
        **more,
    )


def write(world, told, hours=30):
    return write_down(actor=world.actor("carer"), paper=told, now=world.now + timedelta(hours=hours))


def live(world, told):
    """The same steps as the home would have told them on its tablet, each when it happened."""
    began = told.left_at
    packing = Packing(resident=told.resident, bag=told.bag)
    transfer, _ = pack_bag(actor=world.actor("carer"), packing=packing, now=began)
    steps = (
        ({"to": "RDEM9", "to_name": "Jo"}, told.crew.at if told.crew.is_told else None),
        ({"to": "RDEM1", "place": "Ward 4B"}, told.ward.at if told.ward.is_told else None),
        ({"to": "VDEM1"}, told.back_at),
    )
    for said, at in steps:
        if at is not None:
            fact = {"id": str(uuid.uuid4()), "kind": "handoff", "transfer": str(transfer.pk), **said}
            take_in(actor=world.actor("carer"), sent_at=at, facts=[fact | {"occurred_at": at.isoformat()}], now=at)
    transfer.refresh_from_db()
    return transfer


def state_of(transfer):
    transfer.bag.refresh_from_db()
    parties = set(transfer.parties.values_list("organisation", "holding", "held_until"))
    facts = {(fact.kind, fact.occurred_at, fact.to_id, fact.place, fact.to_name) for fact in transfer.facts.all()}
    return [getattr(transfer, name) for name in STATE], transfer.bag.state, parties, facts


minutes = st.lists(st.integers(1, 60 * 20), min_size=3, max_size=3, unique=True).map(sorted)


@given(at=minutes, written=st.sets(st.sampled_from(["crew", "ward", "back"])))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_journey_told_live_and_from_paper_ends_the_same(world, at, written):
    steps = {name: minute for name, minute in zip(("crew", "ward", "back"), at, strict=True) if name in written}
    ends = []
    for tell in (live, write):
        with transaction.atomic():
            transfer = tell(world, paper(world, **steps))
            assert replay.differences(transfer, replay.journey_of(transfer, replay.facts_of(transfer))) == {}
            ends.append(state_of(transfer))
            transaction.set_rollback(True)
    assert ends[0] == ends[1]


def test_every_fact_from_paper_says_so_and_what_is_days_old_is_flagged_late(world):
    transfer = write(world, paper(world, crew=10, ward=50), hours=72)
    assert [fact.content for fact in transfer.facts.all()] == [{"paper": True}] * 3
    assert "late" in transfer.flags
    assert transfer.facts.get(kind="pack").intake_flags == ["late"]


def test_the_same_form_sent_twice_is_one_journey(world):
    told = paper(world, crew=10)
    assert write(world, told).pk == write(world, told, hours=31).pk
    assert Fact.objects.count() == 2


def test_any_part_may_be_missing_but_one_time_is_needed(world):
    assert write(world, paper(world, left=None, crew=None, ward=40, bag=None)).stage == "IN_HOSPITAL"
    with pytest.raises(BadInput) as wrong:
        write(world, paper(world, left=None, resident=world.arthur))
    assert list(wrong.value.errors) == ["left_time"]
    assert not Transfer.objects.filter(resident=world.arthur).exists()


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ({"left": 60 * 40}, "left_time"),
        ({"left": 30, "crew": 10}, "crew_time"),
        ({"crew": 30, "ward": 20}, "ward_time"),
        ({"ward": 50, "back": 40}, "back_time"),
    ],
)
def test_times_to_come_or_out_of_order_are_named_and_nothing_is_kept(world, times, field):
    with pytest.raises(BadInput) as wrong:
        write(world, paper(world, **times))
    assert list(wrong.value.errors) == [field]
    assert not Transfer.objects.exists()


def test_an_old_journey_entered_after_a_newer_one_is_finished_and_leaves_the_newer_alone(world):
    at = world.now + timedelta(hours=20)
    newer, _ = pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy, bag=world.bag), now=at)
    old = write(world, paper(world, crew=10, ward=50, back=600))
    newer.refresh_from_db()
    world.bag.refresh_from_db()
    assert (old.stage, old.back_at, old.closed_at) == ("CLOSED", after(world, 600), newer.packed_at)
    assert (newer.stage, world.bag.state) == ("PACKED", "packed")
    assert replay.differences(old, replay.journey_of(old, replay.facts_of(old))) == {}


def test_an_old_journey_without_its_end_is_asked_for_it_when_a_newer_one_is_known(world):
    at = world.now + timedelta(hours=20)
    pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy), now=at)
    with pytest.raises(AlreadyOut, match="Write when they came back"):
        write(world, paper(world, crew=10))
    assert Transfer.objects.count() == 1


def test_the_paper_of_a_journey_begun_on_the_tablet_joins_it(world):
    begun, _ = pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy), now=world.now)
    told = paper(world, left=5, crew=10, ward=50)
    with pytest.raises(AlreadyOut) as out:
        write(world, told)
    assert out.value.facts["transfer"] == str(begun.pk)
    joined = write(world, paper(world, left=5, crew=10, ward=50, joins=begun))
    assert (joined.pk, joined.stage, joined.left_at) == (begun.pk, "IN_HOSPITAL", after(world, 10))
    assert Transfer.objects.count() == 1


def test_nobody_else_writes_for_a_home(world):
    for who in ("millbrook", "crew", "ward"):
        with pytest.raises(NotAllowed):
            write_down(actor=world.actor(who), paper=paper(world), now=after(world, 60))


def test_a_bag_that_somebody_else_had_at_that_time_is_left_out_and_flagged(world):
    carer = world.actor("carer")
    arthur, _ = pack_bag(actor=carer, packing=Packing(resident=world.arthur, bag=world.bag), now=world.now)
    back = {"id": str(uuid.uuid4()), "kind": "handoff", "transfer": str(arthur.pk), "to": "VDEM1"}
    at = after(world, 5)
    take_in(actor=carer, sent_at=at, facts=[back | {"occurred_at": at.isoformat()}], now=at)
    told = paper(world, left=1, crew=2)
    transfer = write(world, told)
    assert (transfer.stage, transfer.bag, transfer.flags) == ("WITH_CREW", None, ["bag_elsewhere", "unconfirmed"])
    assert write(world, told, hours=31).pk == transfer.pk
    world.bag.refresh_from_db()
    assert not world.bag.steps.exists()


def test_an_open_paper_whose_bag_went_again_later_is_out_without_it(world):
    carer, at = world.actor("carer"), after(world, 60)
    pack_bag(actor=carer, packing=Packing(resident=world.arthur, bag=world.bag), now=at)
    transfer = write(world, paper(world, crew=10))
    assert (transfer.stage, transfer.bag, "bag_elsewhere" in transfer.flags) == ("WITH_CREW", None, True)
    done = write(world, paper(world, resident=world.arthur, left=0, back=50))
    assert (done.stage, done.bag) == ("CLOSED", world.bag)


def test_a_time_that_has_not_come_names_its_field(world):
    with pytest.raises(BadInput) as wrong:
        write(world, paper(world, crew=60 * 40, ward=60 * 41))
    assert wrong.value.errors["crew_time"].startswith("Time they took the bag: this time has not come yet")
    assert wrong.value.errors["ward_time"].startswith("Time at the hospital: this time")
