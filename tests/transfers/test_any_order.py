"""However facts arrive, late, twice, before their cause, the transfer ends the same; and at once is no different."""

import random
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redbag.organisations.access import actor_for
from redbag.transfers import replay
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.intake import settle_held, take_in
from redbag.transfers.models import Fact, HeldFact, Transfer

PLACES = {"carer": "VDEM1", "crew": "RDEM9", "ward": "RDEM1", "northgate": "RDEM2", "millbrook": "VDEM2"}


def pack(world, resident=None, bag=None):
    packing = Packing(
        resident=resident or world.peggy,
        bag=bag or world.bag,
        items=({"category": "glasses", "id": str(uuid.UUID(int=7))},),
    )
    return pack_bag(actor=world.actor("carer"), packing=packing, now=world.now)[0]


@st.composite
def told(draw):
    """A list of (who, fact) for one transfer; the transfer's id and the time are filled in later."""
    facts = []
    for number in range(100, 100 + draw(st.integers(1, 8))):
        who = draw(st.sampled_from(list(PLACES)))
        kind = draw(st.sampled_from(["handoff"] * 5 + ["check", "opened", "void"]))
        fact = {"id": str(uuid.UUID(int=number)), "kind": kind, "minute": draw(st.integers(0, 30))}
        if kind == "handoff":
            fact["to"] = draw(st.sampled_from([PLACES[who], *PLACES.values()]))
        if kind == "check":
            fact["items"] = [{"item": str(uuid.UUID(int=7)), "state": draw(st.sampled_from(["present", "missing"]))}]
        if kind == "void":
            fact |= {"fact": str(uuid.UUID(int=draw(st.integers(100, 107)))), "reason": "slip"}
        facts.append((who, fact))
    return facts


@pytest.mark.django_db
@pytest.mark.slow
@given(facts=told(), seed=st.integers(0, 10**6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_arrival_with_repeats_ends_the_same(world, facts, seed):
    actors = {who: world.actor(who) for who in PLACES}
    shuffled = facts + random.Random(seed).sample(facts, k=len(facts) // 2)
    random.Random(seed).shuffle(shuffled)
    assert end_of(world, actors, facts) == end_of(world, actors, shuffled)


def end_of(world, actors, facts):
    """What the transfer says once all of these have arrived in this order."""
    with transaction.atomic():
        transfer = pack(world)
        now = world.now + timedelta(minutes=45)
        for who, fact in facts:
            at = (world.now + timedelta(minutes=fact["minute"])).isoformat()
            sent = {k: v for k, v in fact.items() if k != "minute"} | {
                "occurred_at": at,
                "token": world.token(world.bag),
            }
            take_in(actor=actors[who], sent_at=now, facts=[sent], now=now)
        settle_held(now=now)
        transfer.refresh_from_db()
        assert replay.differences(transfer, replay.journey_of(transfer, replay.facts_of(transfer))) == {}
        counted = set(Fact.objects.filter(transfer=transfer, kind="handoff").values_list("pk", flat=True))
        parties = set(transfer.parties.values_list("organisation", "holding", "held_until"))
        end = (transfer.stage, transfer.holder_id, transfer.holder_since, transfer.flags, counted, parties)
        transaction.set_rollback(True)
    return end


def all_at_once(calls):
    """Run every call in a thread of its own, started together; returns what they returned."""
    gate, answers, faults = threading.Barrier(len(calls)), [], []

    def run(call):
        try:
            gate.wait()
            answers.append(call())
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.embedded
def test_forty_sends_of_one_fact_at_once_make_one_fact(world):
    transfer, token, now = pack(world), world.token(world.bag), world.now + timedelta(minutes=5)
    crew = actor_for(world.people["crew"])
    fact = {"id": str(uuid.uuid4()), "kind": "handoff", "token": token, "to": "RDEM9", "occurred_at": now.isoformat()}
    results = all_at_once([lambda: take_in(actor=crew, sent_at=now, facts=[fact], now=now)[0] for _ in range(40)])
    assert sorted(result.outcome for result in results) == ["created"] + ["duplicate"] * 39
    assert Fact.objects.filter(transfer=transfer, kind="handoff").count() == 1
    assert Transfer.objects.get(pk=transfer.pk).stage == "WITH_CREW"


@pytest.mark.django_db(transaction=True)
@pytest.mark.embedded
def test_forty_sends_of_a_fact_with_an_unknown_token_keep_it_once(world):
    crew, now = actor_for(world.people["crew"]), world.now
    fact = {
        "id": str(uuid.uuid4()),
        "kind": "handoff",
        "token": "A" * 26,
        "to": "RDEM9",
        "occurred_at": now.isoformat(),
    }
    results = all_at_once([lambda: take_in(actor=crew, sent_at=now, facts=[fact], now=now)[0] for _ in range(40)])
    assert {(result.outcome, result.reason) for result in results} == {("quarantined", "unknown_token")}
    assert HeldFact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.embedded
def test_two_batches_over_the_same_bags_in_opposite_order_do_not_deadlock(world):
    pack(world)
    pack(world, world.arthur, world.other_bag)
    crew, now = actor_for(world.people["crew"]), world.now + timedelta(minutes=5)
    tokens = [world.token(world.bag), world.token(world.other_bag)]

    def batch(order):
        facts = [
            {"id": str(uuid.uuid4()), "kind": "handoff", "token": token, "to": "RDEM9", "occurred_at": now.isoformat()}
            for token in order * 15
        ]
        return [result.outcome for result in take_in(actor=crew, sent_at=now, facts=facts, now=now)]

    answers = all_at_once([lambda: batch(tokens), lambda: batch(tokens[::-1])])
    assert answers == [["created"] * 30, ["created"] * 30]


@pytest.mark.django_db(transaction=True)
@pytest.mark.embedded
def test_two_tablets_packing_for_one_resident_at_once_make_one_journey(world):
    carer = actor_for(world.people["carer"])

    def go(bag):
        try:
            return pack_bag(actor=carer, packing=Packing(resident=world.peggy, bag=bag), now=world.now)[0].pk
        except Exception as refusal:
            return getattr(refusal, "code", repr(refusal))

    answers = all_at_once([lambda: go(world.bag), lambda: go(world.other_bag)])
    assert Transfer.objects.filter(resident=world.peggy).count() == 1
    assert "transfer_open" in answers
