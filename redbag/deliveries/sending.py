"""Carries deliveries to their endpoints; the row is the queue."""

import http.client
import random as chance
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from redbag.deliveries import channels, posting
from redbag.deliveries.addresses import AddressRefused
from redbag.deliveries.handing_on import forget_phone, give_up
from redbag.deliveries.models import Attempt, Delivery, Endpoint, Letter
from redbag.deliveries.schedule import MOST_ATTEMPTS, next_attempt_at, outcome_of, wait_asked_for

LEASE = timedelta(seconds=60)
BELL_RUNG = timedelta(seconds=60)
MOST_RUNG = 200
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

    Nothing of the network happens inside a transaction. Whoever dies on the way leaves a lease that runs out; the next
    worker sends again, under the same id.
    """
    started = now()
    claimed = _claim(delivery_id, started, lease)
    if claimed is None:
        return None
    if claimed.attempts_made > MOST_ATTEMPTS:
        return _finish(claimed, None, started, started, random)
    result = carry(claimed, at=started, post=post)
    return _finish(claimed, result, started, now(), random)


def push_due(*, now: Callable[[], datetime]) -> Counter[str]:
    """Send everything that is due, here and now; how many ended in each state."""
    due = Delivery.objects.due(now=now()).order_by("next_attempt_at").values_list("pk", flat=True)
    return Counter(state for delivery_id in list(due) if (state := push(str(delivery_id), now=now)))


def ring_for(*, now: datetime) -> list[str]:
    """The deliveries to ring for, at most 200; each is named once a minute for as long as nobody takes it."""
    waiting = Delivery.objects.due(now=now).filter(Q(lease_until=None) | Q(lease_until__lte=now))
    ids = list(waiting.order_by("next_attempt_at").values_list("pk", flat=True)[:MOST_RUNG])
    if ids:
        Delivery.objects.filter(pk__in=ids, state=State.DUE).update(lease_until=now + BELL_RUNG)
    return [str(each) for each in ids]


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
    rows = Delivery.objects.filter(pk=delivery_id)
    taken = {"state": State.SENDING, "lease_until": started + lease, "attempts_made": F("attempts_made") + 1}
    whole = rows.select_related("letter__organisation", "endpoint")
    if rows.filter(state=State.DUE, next_attempt_at__lte=started).update(**taken):
        return whole.get()
    lost = rows.filter(state=State.SENDING, lease_until__lte=started)
    ended = lost.values_list("lease_until", flat=True).first()
    if ended is None or not lost.update(**taken):
        return None
    delivery = whole.get()
    interrupted = Result(outcome="interrupted", detail="The sender was stopped. Whether it arrived is not known.")
    _log(delivery, interrupted, ended - lease, ended)
    return delivery


@transaction.atomic
def _finish(
    claimed: Delivery, result: Result | None, started: datetime, ended: datetime, random: Callable[[], float]
) -> str:
    """Write down the attempt and what follows; a worker whose lease somebody else has taken only writes the attempt."""
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=claimed.pk)
    if result is not None:
        _log(delivery, result, started, ended)
        if result.outcome == "gone" and delivery.endpoint.kind == Endpoint.Kind.PUSH:
            forget_phone(delivery.endpoint, at=ended)
    if delivery.state != State.SENDING or delivery.lease_until != claimed.lease_until:
        return delivery.state
    again = None
    if result is not None and result.outcome not in ("delivered", "gone") and delivery.endpoint.removed_at is None:
        again = next_attempt_at(
            attempts_made=delivery.attempts_made, ended_at=ended, retry_after=result.retry_after, random=random
        )
    delivery.lease_until, delivery.next_attempt_at, delivery.asked_by = None, again, None
    if result is not None and result.outcome == "delivered":
        delivery.state, delivery.settled_at = State.DELIVERED, ended
    elif again is not None:
        delivery.state = State.DUE
    else:
        give_up(delivery, at=ended)
    delivery.save(update_fields=["state", "lease_until", "next_attempt_at", "asked_by", "settled_at"])
    return delivery.state


def _log(delivery: Delivery, result: Result, started: datetime, ended: datetime) -> None:
    Attempt.objects.create(
        delivery=delivery,
        number=delivery.attempts.count() + 1,
        started_at=started,
        finished_at=ended,
        status=result.status,
        outcome=result.outcome,
        detail="".join(each if each.isprintable() else " " for each in result.detail[:300]),
        asked_by_id=delivery.asked_by_id,
    )
