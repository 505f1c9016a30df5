"""Carries deliveries to their endpoints; the row is the queue."""

import http.client
import random as chance
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Q, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from redbag.deliveries import channels, posting
from redbag.deliveries.addresses import AddressRefused
from redbag.deliveries.handing_on import forget_phone, give_up
from redbag.deliveries.health import hand_on_from_switched_off, has_room, is_ready, may_be_tried, unwell, well
from redbag.deliveries.models import Attempt, Delivery, Endpoint, Letter
from redbag.deliveries.schedule import MOST_ATTEMPTS, next_attempt_at, outcome_of, wait_asked_for

LEASE = timedelta(seconds=60)
BELL_RUNG = timedelta(seconds=60)
MOST_RUNG, MOST_OF_ONE, IN_A_ROUND = 2000, 500, 25
ONE_ROUND = timedelta(seconds=5)
MOST_MISSED = 3
State = Delivery.State


@dataclass(frozen=True, kw_only=True)
class Result:
    """How one attempt went: `outcome` is a word for programs, `detail` for people."""

    outcome: str
    status: int | None = None
    detail: str = ""
    retry_after: timedelta | None = None


def push(
    delivery_id: str,
    *,
    now: Callable[[], datetime],
    post: Callable[..., posting.Reply] = posting.post,
    random: Callable[[], float] = chance.random,
    lease: timedelta = LEASE,
) -> str | None:
    """Claim a delivery and send it; a second worker finds nothing to claim. Returns its state afterwards, or None.

    Nothing is claimed for an endpoint that rests, is switched off or has enough under way: it stays due and no attempt
    counts. Nothing of the network happens inside a transaction. Whoever dies on the way leaves a lease that runs out;
    the next worker sends again, under the same id.
    """
    started = now()
    claimed = _claim(delivery_id, started, lease)
    if claimed is None:
        return None
    if claimed.attempts_made > MOST_ATTEMPTS:
        return _finish(claimed, None, started, started, random)
    result = carry(claimed, at=started, post=post)
    return _finish(claimed, result, started, now(), random)


def push_each(delivery_ids: Sequence[str], *, now: Callable[[], datetime]) -> int:
    """Send deliveries to one endpoint, one after the other; returns how many were tried.

    It stops when that takes too long or nothing is to be claimed any more; the sweeper may ring for the rest at once.
    """
    until, tried, missed = now() + ONE_ROUND, 0, 0
    for place, delivery_id in enumerate(delivery_ids):
        if missed >= MOST_MISSED or now() >= until:
            left = Delivery.objects.filter(pk__in=delivery_ids[place:], state=State.DUE)
            left.update(lease_until=None)
            break
        if push(delivery_id, now=now) is None:
            missed += 1
        else:
            tried += 1
    return tried


def push_due(*, now: Callable[[], datetime]) -> Counter[str]:
    """Send everything that is due, here and now; how many ended in each state."""
    hand_on_from_switched_off(now=now())
    due = Delivery.objects.due(now=now()).order_by("next_attempt_at").values_list("pk", flat=True)
    return Counter(state for delivery_id in list(due) if (state := push(str(delivery_id), now=now)))


def ring_for(*, now: datetime) -> list[str]:
    """The deliveries to ring for, endpoint by endpoint in turn; each is named once a minute while nobody takes it.

    Of no endpoint more than 500, of one that is tried after a rest one; none while it rests or is switched off. At most
    2,000 wait behind a bell at a time. Two statements, however many endpoints and deliveries there are.
    """
    return [delivery_id for round in rounds_for(now=now) for delivery_id in round]


def rounds_for(*, now: datetime) -> list[list[str]]:
    """Like `ring_for`, in rounds of at most 25 for one endpoint."""
    waiting = Delivery.objects.due(now=now).filter(Q(lease_until=None) | Q(lease_until__lte=now), is_ready(at=now))
    turn = Window(RowNumber(), partition_by="endpoint", order_by=["next_attempt_at", "pk"])
    rung = Delivery.objects.filter(state=State.DUE, next_attempt_at__lte=now, lease_until__gt=now)
    behind_a_bell = Subquery(rung.order_by().values("state").annotate(count=Count("pk")).values("count"))
    rows = waiting.annotate(turn=turn, rung=Coalesce(behind_a_bell, 0))
    fair = rows.filter(Q(turn=1) | Q(turn__lte=MOST_OF_ONE, endpoint__rests_until=None))
    found = list(fair.order_by("turn", "next_attempt_at").values_list("pk", "endpoint", "rung")[:MOST_RUNG])
    found = found[: max(MOST_RUNG - found[0][2], 0)] if found else []
    if found:
        named = Delivery.objects.filter(pk__in=[each[0] for each in found], state=State.DUE)
        named.update(lease_until=now + BELL_RUNG)
    theirs: dict[UUID, list[str]] = {}
    for delivery_id, endpoint, _ in found:
        theirs.setdefault(endpoint, []).append(str(delivery_id))
    in_turn = zip_longest(*(_in_rounds(ids) for ids in theirs.values()))
    return [list(each) for row in in_turn for each in row if each]


def _in_rounds(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + IN_A_ROUND] for start in range(0, len(ids), IN_A_ROUND)]


def carry(delivery: Delivery, *, at: datetime, post: Callable[..., posting.Reply]) -> Result:
    """Send a claimed delivery over its channel; whatever goes wrong out there becomes a result."""
    letter, endpoint = delivery.letter, delivery.endpoint
    try:
        if endpoint.kind == Endpoint.Kind.EMAIL:
            channels.email(letter, endpoint).send()
            return Result(outcome="delivered")
        parcel = _parcel(letter, endpoint, at)
        reply = post(parcel.address, body=parcel.body, headers=parcel.headers)
    except AddressRefused as refused:
        return Result(outcome="address_refused", detail=str(refused))
    except TimeoutError:
        return Result(outcome="timed_out", detail="No answer in time.")
    except (OSError, http.client.HTTPException, ValueError) as fault:
        return Result(outcome="unreachable", detail=f"{type(fault).__name__}: {fault}")
    return Result(
        outcome=outcome_of(reply.status, forgets=endpoint.kind == Endpoint.Kind.PUSH),
        status=reply.status,
        retry_after=wait_asked_for(reply.retry_after, now=at),
    )


def _parcel(letter: Letter, endpoint: Endpoint, at: datetime) -> channels.Parcel:
    if endpoint.kind == Endpoint.Kind.WEBHOOK:
        return channels.webhook(letter, endpoint, at=at)
    if endpoint.kind == Endpoint.Kind.PUSH:
        return channels.push(letter, endpoint, at=at)
    return channels.sms(letter, endpoint) if endpoint.kind == Endpoint.Kind.SMS else channels.fhir(letter, endpoint)


@transaction.atomic
def _claim(delivery_id: str, started: datetime, lease: timedelta) -> Delivery | None:
    """Take a delivery that is due, in two statements; its endpoint is locked, so that two cannot both be the last."""
    rows = Delivery.objects.select_for_update(of=("endpoint",), no_key=True).due(now=started)
    whole = rows.select_related("letter__organisation", "endpoint").filter(endpoint__kind__in=Endpoint.Kind.values)
    delivery = whole.filter(pk=delivery_id).first()
    if delivery is None or not may_be_tried(delivery.endpoint, type=delivery.letter.type, at=started):
        return None
    same = Delivery.objects.due(now=started).filter(pk=delivery.pk, attempts_made=delivery.attempts_made)
    made, until = delivery.attempts_made + 1, started + lease
    free = same.filter(state=delivery.state).filter(has_room(delivery.endpoint, at=started))
    if not free.update(state=State.SENDING, lease_until=until, attempts_made=made):
        return None
    if delivery.state == State.SENDING:
        interrupted = Result(outcome="interrupted", detail="The sender was stopped. Whether it arrived is not known.")
        _log(delivery, interrupted, delivery.lease_until - lease, delivery.lease_until)
    delivery.state, delivery.lease_until, delivery.attempts_made = State.SENDING, until, made
    return delivery


@transaction.atomic
def _finish(
    claimed: Delivery, result: Result | None, started: datetime, ended: datetime, random: Callable[[], float]
) -> str:
    """Write down the attempt and what follows; a worker whose lease somebody else has taken only writes the attempt."""
    if result is not None and result.outcome == "delivered":
        well(claimed.endpoint)
        arrived = {"state": State.DELIVERED, "settled_at": ended, "lease_until": None, "next_attempt_at": None}
        still = Delivery.objects.filter(pk=claimed.pk, state=State.SENDING, lease_until=claimed.lease_until)
        mine = still.update(**arrived, asked_by=None)
        _log(claimed, result, started, ended)
        return State.DELIVERED if mine else Delivery.objects.values_list("state", flat=True).get(pk=claimed.pk)
    if result is not None:
        unwell(claimed.endpoint, result.outcome, at=ended)
    return _failed(claimed, result, started, ended, random)


def _failed(
    claimed: Delivery, result: Result | None, started: datetime, ended: datetime, random: Callable[[], float]
) -> str:
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=claimed.pk)
    endpoint = delivery.endpoint
    if result is not None:
        _log(delivery, result, started, ended)
        if result.outcome == "gone" and endpoint.kind == Endpoint.Kind.PUSH:
            forget_phone(endpoint, at=ended)
    if delivery.state != State.SENDING or delivery.lease_until != claimed.lease_until:
        return delivery.state
    again = None
    if result is not None and result.outcome != "gone" and endpoint.removed_at is None and endpoint.disabled_at is None:
        again = next_attempt_at(
            attempts_made=delivery.attempts_made, ended_at=ended, retry_after=result.retry_after, random=random
        )
    delivery.lease_until, delivery.next_attempt_at, delivery.asked_by = None, again, None
    if again is not None:
        delivery.state = State.DUE
    else:
        give_up(delivery, at=ended)
    delivery.save(update_fields=["state", "lease_until", "next_attempt_at", "asked_by", "settled_at"])
    return delivery.state


def _log(delivery: Delivery, result: Result, started: datetime, ended: datetime) -> None:
    """Write an attempt, with the next number; of two at the same moment one waits for the delivery's row."""
    numbers = Attempt.objects.filter(delivery=delivery.pk).order_by().values("delivery").annotate(last=Max("number"))
    Attempt.objects.create(
        delivery=delivery,
        number=Coalesce(Subquery(numbers.values("last")), 0) + 1,
        started_at=started,
        finished_at=ended,
        status=result.status,
        outcome=result.outcome,
        detail="".join(each if each.isprintable() else " " for each in result.detail[:300]),
        asked_by_id=delivery.asked_by_id,
    )
