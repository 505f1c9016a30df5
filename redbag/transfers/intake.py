"""Takes in the facts that devices send: none is refused, none is lost, none counts twice.

Each fact has a transaction of its own and locks one transfer, so two batches over the same bags cannot deadlock.
"""

import json
import logging
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F, Q

from redbag.journal.recording import record
from redbag.organisations.access import Actor, Post, actor_for
from redbag.organisations.models import Key
from redbag.rows import everything
from redbag.transfers import bag_later, cases, judging, packing_later, replay
from redbag.transfers.fact_marks import mark_of
from redbag.transfers.facts import Sent, corrected, not_too_deep, read
from redbag.transfers.finding import tell_taken
from redbag.transfers.judging import Held
from redbag.transfers.models import Fact, HeldFact, Transfer
from redbag.transfers.news import announce
from redbag.transfers.snapshot import freeze, listed_items
from redbag.transfers.stages import Kind

TRIES = 3
LONGEST_WAIT, UNREADABLE_WAIT = timedelta(minutes=15), timedelta(days=1)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """What became of one fact: `outcome` is created, duplicate or quarantined."""

    id: str
    outcome: str
    flags: Sequence[str] = ()
    reason: str | None = None
    errors: Mapping[str, str] | None = None
    transfer: UUID | None = None
    stage: str | None = None


@dataclass(frozen=True)
class Arrival:
    """A fact as it came in: who sent it, when by their clock, when by ours."""

    actor: Actor
    raw: Any
    sent: Sent
    sent_at: datetime
    received_at: datetime

    @property
    def when(self) -> tuple[datetime, bool] | None:
        """When it happened by our clock, and whether that had to be corrected."""
        if self.sent.claimed_at is None:
            return None
        return corrected(claimed_at=self.sent.claimed_at, sent_at=self.sent_at, received_at=self.received_at)


@everything()
def take_in(*, actor: Actor, sent_at: datetime, facts: Sequence[Any], now: datetime) -> list[Result]:
    """Keep every fact of a batch; one result per fact, in the order sent.

    One that meets a fault of ours is held as `our_fault` and tried again: it stops no other. Raises only when nothing
    can be kept at all.
    """
    return [_take_one(Arrival(actor, raw, read(raw), sent_at, now), now) for raw in map(not_too_deep, facts)]


def fact_of(result: Result) -> Fact | None:
    """The fact that a result is about; None while it is held."""
    return None if result.outcome == "quarantined" else Fact.objects.filter(pk=result.id).first()


def settle_held(*, now: datetime, limit: int = 500) -> int:
    """Try facts that are held once more; returns how many have become facts.

    Whoever waited longest for a try is next, and what fails again waits longer each time, so that nothing stands in the
    way of what came later. A visitor's stays held: nobody can answer for it any more.
    """
    due = HeldFact.objects.filter(Q(next_try_at=None) | Q(next_try_at__lte=now), settled_at=None)
    due = due.exclude(by=None, key_id=None).order_by(F("next_try_at").asc(nulls_first=True), "received_at")
    return sum(_try_again(*row, now) for row in list(due.values_list("pk", "reason", "received_at")[:limit]))


def _try_again(fact_id: UUID, reason: str, received_at: datetime, now: datetime) -> bool:
    """Whether a fact that is held has become one. Any fault leaves it held, to be tried again later."""
    wait = UNREADABLE_WAIT if reason == "malformed" else min((now - received_at) / 8, LONGEST_WAIT)
    row = HeldFact.objects.filter(pk=fact_id, settled_at=None)
    row.update(next_try_at=now + wait)
    try:
        waiting = row.select_related("by").first()
        return waiting is not None and _take_one(_arrival_of(waiting), now).outcome == "created"
    except Exception as fault:
        _report(fact_id, fault)
        return False


def _arrival_of(row: HeldFact) -> Arrival:
    raw = json.loads(row.body)
    if row.by is not None:
        actor = actor_for(row.by)
    else:
        key = Key.objects.select_related("organisation").filter(pk=row.key_id).first()
        place = key.organisation if key else None  # without a key it was a visitor's: kept, and it stays held
        posts = () if place is None else (Post(organisation=place, role=key.role),)
        actor = Actor(name=key.name if key else "", posts=posts, key=key)
    return Arrival(actor, raw, read(raw), row.sent_at, row.received_at)


def _take_one(arrival: Arrival, now: datetime) -> Result:
    fault: Exception | None = None
    for again in range(TRIES):
        try:
            with transaction.atomic():
                if bag_later.is_bag(arrival.raw):
                    return _settle_bag(arrival, now)
                if packing_later.is_packing(arrival.raw):
                    return _settle_packing(arrival, now)
                return _settle(arrival, now, search_everywhere=again > 0)
        except (IntegrityError, OperationalError) as met:  # the same id at the same moment, or under another transfer
            fault = met
        except Exception as met:
            fault = met
            break
    return _set_aside(arrival, fault, now)


@transaction.atomic
def _set_aside(arrival: Arrival, fault: Exception, now: datetime) -> Result:
    """Hold a fact that met a fault of ours, so that it is neither lost nor in the way of others."""
    _report(arrival.sent.id, fault)
    fact = Fact.objects.filter(pk=arrival.sent.id).select_related("transfer").first()
    if fact is not None and _same_sender(arrival.actor, fact.organisation_id, fact.by_id, None):
        return Result(str(fact.pk), "duplicate", transfer=fact.transfer_id, stage=fact.transfer.stage)
    if fact is not None:
        return Result(str(fact.pk), "quarantined", reason="not_yours")
    row = HeldFact.objects.filter(pk=arrival.sent.id).first()
    return (row and _held_before(arrival, row)) or _hold(arrival, Held("our_fault"), row, None, now)


def _report(fact_id: UUID, fault: Exception) -> None:
    """Tell the operators where it failed; never what it said, which may name a person."""
    where = "".join(traceback.format_tb(fault.__traceback__))
    log.error("A fact could not be taken in: %s, %s\n%s", fact_id, type(fault).__name__, where)


def _settle_waiting(row: HeldFact, now: datetime) -> None:
    """Try a fact that waited for the one just kept; a fault leaves it waiting, and the other kept."""
    try:
        with transaction.atomic():
            arrival = _arrival_of(row)
            if bag_later.is_bag(arrival.raw):
                _settle_bag(arrival, now)
            else:
                _settle(arrival, now, search_everywhere=True)
    except Exception as fault:
        _report(row.pk, fault)


def _settle(arrival: Arrival, now: datetime, *, search_everywhere: bool) -> Result:
    transfer, facts, why, place = None, [], None, None
    try:
        place = judging.find_transfer(sent=arrival.sent, when=arrival.when)
        transfer = place.transfer
        facts = replay.facts_of(transfer)
    except Held as reason:
        why = reason
    held = _held_for(arrival.sent.id, transfer)
    fact = next((fact for fact in facts if fact.pk == arrival.sent.id), None)
    if fact is None and (transfer is None or search_everywhere):
        fact = Fact.objects.filter(pk=arrival.sent.id).select_related("transfer").first()
    if fact is not None:
        return _known(arrival, fact)
    row = next((row for row in held if row.pk == arrival.sent.id), None)
    if row is not None and (other := _held_before(arrival, row)):
        return other
    if why is None:
        try:
            fields = judging.judge(place=place, arrival=arrival, facts=facts, now=now)
            return _keep(arrival, place, facts, fields, held, now)
        except Held as reason:
            why = reason
    return _hold(arrival, why, row, transfer, now)


def _settle_packing(arrival: Arrival, now: datetime) -> Result:
    """Pack, and then take in what waits for this journey; refused by the state of things, it is held like any fact."""
    fact = Fact.objects.filter(pk=arrival.sent.id).select_related("transfer").first()
    if fact is not None:
        return _known(arrival, fact)
    row = HeldFact.objects.filter(pk=arrival.sent.id).first()
    if row is not None and (other := _held_before(arrival, row)):
        return other
    try:
        transfer, made = packing_later.pack_as_told(arrival=arrival, now=now)
    except Held as why:
        return _hold(arrival, why, row, None, now)
    if not made:
        return _known(arrival, Fact.objects.select_related("transfer").get(pk=transfer.pk))
    HeldFact.objects.filter(pk=transfer.pk).update(settled_at=now)
    for waiting in HeldFact.objects.filter(settled_at=None, transfer_ref=transfer.pk).order_by("received_at"):
        _settle_waiting(waiting, now)
    transfer.refresh_from_db()
    flags = replay.journey_of(transfer, replay.facts_of(transfer)).flags[transfer.pk]
    return Result(str(transfer.pk), "created", flags, transfer=transfer.pk, stage=transfer.stage)


def _settle_bag(arrival: Arrival, now: datetime) -> Result:
    """Put a bag on a journey that has none; told again, nothing changes."""
    row = HeldFact.objects.filter(pk=arrival.sent.id).first()
    if row is not None and (other := _held_before(arrival, row)):
        return other
    try:
        transfer, changed = bag_later.bag_as_told(arrival=arrival, now=now)
    except Held as why:
        return _hold(arrival, why, row, None, now)
    HeldFact.objects.filter(pk=arrival.sent.id).update(settled_at=now)
    outcome = "created" if changed else "duplicate"
    return Result(str(arrival.sent.id), outcome, transfer=transfer.pk, stage=transfer.stage)


def _held_before(arrival: Arrival, row: HeldFact) -> Result | None:
    """The answer when this id is held for somebody else, or with other content; None when it may be tried again."""
    if not _same_sender(arrival.actor, row.organisation_id, row.by_id, row.key_id):
        return Result(str(row.pk), "quarantined", reason="not_yours")
    if row.digest != arrival.sent.digest:
        return Result(str(row.pk), "quarantined", ["differs"], row.reason, row.errors)
    return None


def _held_for(fact_id: UUID, transfer: Transfer | None) -> list[HeldFact]:
    """What is held under this id, and what waits on this transfer."""
    wanted = Q(pk=fact_id)
    if transfer is not None:
        wanted |= Q(settled_at=None, transfer_ref=transfer.pk)
    return list(HeldFact.objects.filter(wanted))


def _same_sender(actor: Actor, organisation_id: UUID | None, by_id: UUID | None, key_id: UUID | None) -> bool:
    if organisation_id is not None:
        return any(post.organisation.pk == organisation_id for post in actor.posts)
    return (by_id, key_id) == (actor.user_id, actor.key_id)


def _known(arrival: Arrival, fact: Fact) -> Result:
    if not _same_sender(arrival.actor, fact.organisation_id, fact.by_id, None):
        return Result(str(fact.pk), "quarantined", reason="not_yours")
    transfer = fact.transfer
    flags = replay.journey_of(transfer, replay.facts_of(transfer)).flags.get(fact.pk, [])
    differs = ["differs"] if fact.digest != arrival.sent.digest else []
    return Result(str(fact.pk), "duplicate", [*flags, *differs], transfer=transfer.pk, stage=transfer.stage)


def _keep(arrival: Arrival, place, facts: list[Fact], fields: dict, held: list[HeldFact], now: datetime) -> Result:
    sent, transfer = arrival.sent, place.transfer
    fact = Fact(
        id=sent.id,
        transfer=transfer,
        by=arrival.actor.user,
        by_name=arrival.actor.name,
        claimed_at=sent.claimed_at,
        recorded_at=arrival.received_at,
        digest=sent.digest,
        **fields,
    )
    fact.save(force_insert=True)
    journey = replay.journey_of(transfer, [*facts, fact])
    missing_before = transfer.missing_items
    changed = replay.settle(transfer, journey)
    cases.follow(actor=arrival.actor, transfer=transfer, journey=journey, facts=[*facts, fact], told=fact, now=now)
    if "left_at" in changed and transfer.left_at and transfer.snapshot_is_old:
        freeze(transfer=transfer, items=listed_items([*facts, fact]), now=now)
    record(
        f"fact.{fact.kind}",
        transfer,
        actor=arrival.actor,
        at=now,
        organisation=fact.organisation_id,
        resident=transfer.resident_id,
        fact=fact.pk,
        personal={"mark": mark_of(fact)},
        stage=transfer.stage,
    )
    announce(transfer, fact, changed=changed, missing_before=missing_before, now=now)
    if fact.kind == Kind.HANDOFF and "after_close" in journey.flags[fact.pk]:
        tell_taken(transfer=transfer, fact=fact, actor=arrival.actor, now=now)
    result = Result(str(fact.pk), "created", journey.flags[fact.pk], transfer=transfer.pk, stage=transfer.stage)
    for row in held:
        if row.pk == fact.pk:
            HeldFact.objects.filter(pk=row.pk).update(settled_at=now)
        else:
            _settle_waiting(row, now)
    return result


def _hold(arrival: Arrival, why: Held, row: HeldFact | None, transfer: Transfer | None, now: datetime) -> Result:
    sent = arrival.sent
    if row is None:
        organisation = arrival.actor.home()
        HeldFact.objects.create(
            id=sent.id,
            body=json.dumps(arrival.raw, default=str),
            digest=sent.digest,
            reason=why.reason,
            errors=why.errors,
            organisation=organisation,
            by=arrival.actor.user,
            key_id=arrival.actor.key_id,
            transfer_ref=transfer.pk if transfer else sent.transfer,
            token_digest=judging.token_digest_of(sent.token),
            sent_at=arrival.sent_at,
            received_at=arrival.received_at,
        )
        record(
            "fact.held", None, actor=arrival.actor, at=now, organisation=organisation, fact=sent.id, reason=why.reason
        )
    elif (row.reason, row.transfer_ref) != (why.reason, transfer.pk if transfer else row.transfer_ref):
        HeldFact.objects.filter(pk=row.pk).update(
            reason=why.reason, errors=why.errors, transfer_ref=transfer.pk if transfer else row.transfer_ref
        )
    told_id = arrival.raw.get("id", str(sent.id)) if isinstance(arrival.raw, Mapping) else str(sent.id)
    return Result(str(told_id), "quarantined", reason=why.reason, errors=why.errors or None)
