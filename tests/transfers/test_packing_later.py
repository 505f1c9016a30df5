"""A journey begun without a network is told later, with its true times, and ends like one told at once."""

import itertools
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from redbag.journal.models import Entry
from redbag.transfers import replay
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.intake import settle_held, take_in
from redbag.transfers.models import Fact, HeldFact, Transfer
from redbag.transfers.named_bag import leave_it_with_the_other, question_of
from redbag.transfers.swapping import swap_bag

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
GLASSES = str(uuid.UUID(int=7))


def packing(world, at=0, **more):
    return {
        "id": str(uuid.uuid4()),
        "kind": "pack",
        "resident": str(world.peggy.pk),
        "occurred_at": (world.now + timedelta(minutes=at)).isoformat(),
        **more,
    }


def handed(world, pack, at=10, to="RDEM9", **more):
    moment = (world.now + timedelta(minutes=at)).isoformat()
    told = {"id": str(uuid.uuid4()), "kind": "handoff", "transfer": pack["id"], "to": to, "occurred_at": moment}
    return told | more


def send(world, *facts, who="carer", at=60, **more):
    actor = replace(world.actor(who), **more)
    now = world.now + timedelta(minutes=at)
    return take_in(actor=actor, sent_at=now, facts=list(facts), now=now)


def test_a_tablet_that_may_only_send_facts_packs_with_the_time_when_they_really_left(world):
    pack = packing(
        world,
        token=world.token(world.bag),
        reason={"concern": "Fell in the night"},
        ask="Please look at the hip",
        destination="RDEM1",
        items=[{"id": GLASSES, "category": "glasses", "where": "bag"}],
    )
    [result] = send(world, pack, at=300, facts_only=True)
    assert (result.outcome, result.flags, str(result.transfer), result.stage) == ("created", [], pack["id"], "PACKED")
    transfer = Transfer.objects.get(pk=pack["id"])
    assert (transfer.resident, transfer.bag, transfer.destination) == (world.peggy, world.bag, world.stmarys)
    assert (transfer.packed_at, transfer.recorded_at) == (world.now, world.now + timedelta(hours=5))
    assert (transfer.reason["concern"], transfer.ask) == ("Fell in the night", "Please look at the hip")
    assert transfer.packed_by == world.people["carer"]
    assert [item["id"] for item in Fact.objects.get(pk=pack["id"]).items] == [GLASSES]
    world.bag.refresh_from_db()
    assert world.bag.state == "packed"
    assert Entry.objects.filter(action="bag.packed").count() == 1


def test_sent_twice_is_one_journey(world):
    pack = packing(world)
    first, again = send(world, pack)[0], send(world, pack, at=400)[0]
    assert (first.outcome, again.outcome, again.flags) == ("created", "duplicate", [])
    assert send(world, {**pack, "ask": "Something else"})[0].flags == ["differs"]
    assert Transfer.objects.get().ask == ""


def test_a_packing_known_from_the_page_is_a_duplicate(world):
    made, _ = pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy), now=world.now)
    [result] = send(world, packing(world, id=str(made.pk)))
    assert (result.outcome, result.flags, result.transfer) == ("duplicate", ["differs"], made.pk)


def test_whatever_arrives_first_the_journey_ends_the_same(world):
    pack = packing(world, bag=str(world.bag.pk), items=[{"id": GLASSES, "category": "glasses"}])
    steps = [
        ("carer", pack),
        ("carer", handed(world, pack)),
        ("ward", handed(world, pack, at=40, to="RDEM1", items=[{"item": GLASSES, "state": "missing"}])),
    ]
    ends = set()
    for order in itertools.permutations(steps):
        with transaction.atomic():
            for who, fact in order:
                send(world, fact, who=who, at=60)
            transfer = Transfer.objects.get(pk=pack["id"])
            assert replay.differences(transfer, replay.journey_of(transfer, replay.facts_of(transfer))) == {}
            assert HeldFact.objects.filter(settled_at=None).count() == 0
            flags = tuple(transfer.flags)
            ends.add((transfer.stage, transfer.holder_id, transfer.missing_items, transfer.left_at, flags))
            transaction.set_rollback(True)
    left = world.now + timedelta(minutes=10)
    [(stage, holder, missing, left_at, flags)] = ends
    assert (stage, holder, missing, left_at) == ("IN_HOSPITAL", world.stmarys.pk, 1, left)
    assert {"missing_items", "unconfirmed"} <= set(flags)


def test_refused_by_the_state_of_things_it_is_kept_and_tried_again(world):
    first, second = packing(world), packing(world, at=120)
    send(world, first)
    [refused] = send(world, second, at=130)
    assert (refused.outcome, refused.reason) == ("quarantined", "refused")
    assert refused.errors == {"resident": "Peggy Jones is already on the way or in hospital."}
    [waits] = send(world, handed(world, second, at=125), at=131)
    assert waits.outcome == "quarantined"
    home = {**handed(world, first, at=100, to="VDEM1")}
    send(world, home, at=132)
    settle_held(now=world.now + timedelta(minutes=133))
    assert Transfer.objects.get(pk=second["id"]).stage == "WITH_CREW"
    assert Transfer.objects.get(pk=first["id"]).stage == "CLOSED"
    assert HeldFact.objects.filter(settled_at=None).count() == 0


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_journey_whose_bag_went_with_somebody_else_is_kept_without_it_and_the_home_is_asked(world, minutes):
    arthur, _ = pack_bag(
        actor=world.actor("carer"), packing=Packing(resident=world.arthur, bag=world.bag), now=world.now
    )
    peggy = packing(world, at=minutes, token=world.token(world.bag), reason={"concern": "Fell in the bathroom"})
    results = send(world, peggy, handed(world, peggy, at=minutes + 2))
    assert [(each.outcome, each.stage) for each in results] == [("created", "PACKED"), ("created", "WITH_CREW")]
    assert results[0].flags == ["bag_elsewhere"]
    transfer = Transfer.objects.select_related("resident").get(pk=peggy["id"])
    assert (transfer.bag, transfer.holder, transfer.reason["concern"]) == (None, world.lifeline, "Fell in the bathroom")
    assert replay.differences(transfer, replay.journey_of(transfer, replay.facts_of(transfer))) == {}
    arthur.refresh_from_db()
    assert (arthur.bag, arthur.stage) == (world.bag, "PACKED")
    question = question_of(transfer)
    assert (question.bag, question.other) == (world.bag, arthur)
    assert "Which of the two has it?" in question.words
    assert send(world, peggy)[0].outcome == "duplicate"


def test_a_bag_that_was_set_aside_meanwhile_keeps_nobody_back(world):
    world.bag.state = "quarantined"
    world.bag.save()
    [kept] = send(world, packing(world, bag=str(world.bag.pk)))
    transfer = Transfer.objects.select_related("resident").get(pk=kept.transfer)
    assert (kept.outcome, transfer.bag, question_of(transfer).other) == ("created", None, None)


def test_who_has_the_bag_is_settled_either_way(world):
    carer, later = world.actor("carer"), world.now + timedelta(minutes=90)
    arthur, _ = pack_bag(actor=carer, packing=Packing(resident=world.arthur, bag=world.bag), now=world.now)
    [kept] = send(world, packing(world, at=5, bag=str(world.bag.pk)))
    peggy = Transfer.objects.select_related("home", "resident").get(pk=kept.transfer)
    with transaction.atomic():
        leave_it_with_the_other(actor=carer, transfer=peggy, now=later)
        leave_it_with_the_other(actor=carer, transfer=peggy, now=later)
        assert question_of(peggy) is None
        assert Fact.objects.filter(transfer=peggy, kind="addition").count() == 1
        transaction.set_rollback(True)
    swap_bag(actor=carer, transfer=peggy, bag=world.bag, reason="They have it", release=True, now=later)
    peggy.refresh_from_db()
    arthur.refresh_from_db()
    assert (peggy.bag, arthur.bag, question_of(peggy)) == (world.bag, None, None)


@pytest.mark.parametrize("who", ["millbrook", "crew", "ward", "auditor"])
def test_nobody_packs_for_another_home(world, who):
    [result] = send(world, packing(world), who=who)
    assert (result.outcome, result.reason, result.errors) == ("quarantined", "not_yours", None)
    assert not Transfer.objects.exists()


def test_the_bag_and_label_of_another_home_stay_theirs(world):
    token = world.token(world.millbrook_bag)
    results = send(world, packing(world, token=token), packing(world, bag=str(world.millbrook_bag.pk)))
    assert [each.reason for each in results] == ["not_yours", "not_yours"]


def test_more_than_two_days_late_and_a_wrong_clock_are_flagged_and_counted(world):
    [late] = send(world, packing(world), at=49 * 60)
    assert (late.outcome, late.flags) == ("created", ["late"])
    ahead = packing(world, at=90, resident=str(world.arthur.pk))
    now = world.now + timedelta(minutes=10)
    [fast] = take_in(actor=world.actor("carer"), sent_at=now + timedelta(minutes=90), facts=[ahead], now=now)
    transfer = Transfer.objects.get(pk=ahead["id"])
    assert (fast.flags, transfer.packed_at, transfer.flags) == (["clock_corrected"], world.now, ["clock_corrected"])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"resident": ""}, "resident"),
        ({"resident": "Peggy"}, "resident"),
        ({"bag": 5}, "bag"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"reason": "fell"}, "reason"),
        ({"reason": {"concern": "a\0b"}}, "fact"),
        ({"items": {"glasses": 1}}, "items"),
        ({"ask": 7}, "ask"),
    ],
)
def test_what_cannot_be_read_is_kept_with_what_to_mend(world, wrong, field):
    [result] = send(world, packing(world, **wrong))
    assert (result.outcome, result.reason, list(result.errors)) == ("quarantined", "malformed", [field])
    assert HeldFact.objects.count() == 1


def test_a_record_joined_meanwhile_leads_to_the_one_that_is_kept(world):
    world.arthur.merged_into = world.peggy
    world.arthur.save()
    [result] = send(world, packing(world, resident=str(world.arthur.pk)))
    assert Transfer.objects.get(pk=result.transfer).resident == world.peggy


@pytest.mark.parametrize("minutes", [-10, 10])
def test_one_departure_begun_on_and_off_line_never_becomes_two_journeys(world, minutes):
    online, _ = pack_bag(actor=world.actor("carer"), packing=Packing(resident=world.peggy), now=world.now)
    offline = packing(world, at=minutes)
    [refused] = send(world, offline, at=30)
    assert (refused.reason, list(refused.errors)) == ("refused", ["resident"])
    send(
        world,
        handed(world, {"id": str(online.pk)}, at=15),
        handed(world, {"id": str(online.pk)}, at=400, to="VDEM1"),
        at=401,
    )
    settle_held(now=world.now + timedelta(minutes=402))
    assert [each.pk for each in Transfer.objects.all()] == [online.pk]
    assert HeldFact.objects.get(settled_at=None).reason == "refused"


def bag_for(pack, bag, **more):
    return {"id": str(uuid.uuid4()), "kind": "pack", "transfer": pack["id"], "bag": str(bag.pk)} | {
        "occurred_at": pack["occurred_at"],
        **more,
    }


def test_a_bag_chosen_at_the_door_goes_on_the_journey_that_began_without_one(world):
    pack = packing(world)
    bag, hand = bag_for(pack, world.bag), handed(world, pack)
    assert [each.outcome for each in send(world, pack, bag, hand, facts_only=True)] == ["created"] * 3
    transfer = Transfer.objects.get()
    world.bag.refresh_from_db()
    assert (transfer.bag, transfer.stage, world.bag.state) == (world.bag, "WITH_CREW", "with_crew")
    assert send(world, bag, at=70)[0].outcome == "duplicate"
    assert send(world, bag_for(pack, world.other_bag))[0].errors == {"bag": "Bag OAK-1 is on this journey already."}
    assert send(world, bag_for(packing(world), world.bag), who="ward")[0].outcome == "quarantined"


def test_a_bag_told_before_its_journey_waits_for_it(world):
    pack = packing(world)
    bag = bag_for(pack, world.bag)
    assert send(world, bag)[0].outcome == "quarantined"
    send(world, pack)
    assert Transfer.objects.get().bag == world.bag
    assert HeldFact.objects.get().settled_at
