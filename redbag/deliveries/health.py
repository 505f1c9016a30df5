"""How an endpoint fares: it rests when it fails too often, and is switched off when nothing arrives for days."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Q

from redbag.deliveries.events import TEST
from redbag.deliveries.handing_on import give_up
from redbag.deliveries.models import Delivery, Endpoint, Letter
from redbag.deliveries.owing import owe
from redbag.deliveries.schedule import is_hopeless, rest_after
from redbag.journal.recording import record
from redbag.organisations.pulse import stir

State = Delivery.State
AT_ONCE = 2
MOST_HANDED_ON = 200
HUNG = "timed_out"
LEFT_TO_THE_TESTER = timedelta(minutes=1)


def may_be_tried(endpoint: Endpoint, *, type: str, at: datetime) -> bool:
    """Whether it neither rests nor is switched off; a test, which a person asked for, is always tried."""
    rests = endpoint.rests_until is not None and endpoint.rests_until > at
    return type == TEST or not (rests or endpoint.disabled_at)


def has_room(endpoint: Endpoint, *, at: datetime) -> Q:
    """That fewer are being sent there than may be: two, and one while it is tried after a rest.

    So one that hangs takes two workers at most, and the others go on.
    """
    most = AT_ONCE if endpoint.rests_until is None else 1
    under_way = Delivery.objects.filter(endpoint=endpoint.pk, state=State.SENDING, lease_until__gt=at)
    return ~Q(Exists(under_way[most - 1 :]))


def is_ready(*, at: datetime) -> Q:
    """Deliveries whose endpoint neither rests nor is switched off."""
    return Q(endpoint__disabled_at=None) & (Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=at))


def well(endpoint: Endpoint) -> None:
    """It took a letter: what failed before counts no more. `endpoint` may be as it was when the letter was claimed."""
    if endpoint.failures:
        Endpoint.objects.filter(pk=endpoint.pk).update(failures=0, failing_since=None, rests_until=None)


def unwell(endpoint: Endpoint, outcome: str, *, at: datetime) -> Endpoint:
    """It did not take a letter: count it, let it rest after several in a row, switch it off after days. Locks it.

    One that answers `gone` is awake and is asked on, so that each letter goes to its fallbacks at once.
    """
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    if endpoint.removed_at is not None or endpoint.disabled_at is not None:
        return endpoint
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or at
    rest = rest_after(endpoint.failures, hung=outcome == HUNG, rested=endpoint.rests_until is not None)
    if rest is not None and outcome != "gone":
        endpoint.rests_until = at + rest
    hopeless = is_hopeless(endpoint.failures, failing_for=at - endpoint.failing_since)
    if hopeless and endpoint.kind != Endpoint.Kind.PUSH:
        endpoint.disabled_at, endpoint.rests_until = at, None
    endpoint.save(update_fields=["failures", "failing_since", "rests_until", "disabled_at"])
    if endpoint.disabled_at:
        _say_switched_off(endpoint, at)
    return endpoint


def hand_on_from_switched_off(*, now: datetime) -> int:
    """Give what is still due at endpoints that were switched off to their fallbacks, or to a person; 200 at a time.

    Returns how many. A fresh test is left to whoever asked for it.
    """
    stuck = Delivery.objects.filter(state=State.DUE, endpoint__disabled_at__isnull=False)
    stuck = stuck.exclude(letter__type=TEST, created_at__gt=now - LEFT_TO_THE_TESTER)
    return sum(_handed_on(pk, now) for pk in list(stuck.values_list("pk", flat=True)[:MOST_HANDED_ON]))


@transaction.atomic
def _handed_on(delivery_id, now: datetime) -> bool:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("endpoint")
    delivery = rows.filter(pk=delivery_id, state=State.DUE).first()
    if delivery is None:
        return False
    delivery.next_attempt_at, delivery.lease_until = None, None
    give_up(delivery, at=now)
    delivery.save(update_fields=["state", "next_attempt_at", "lease_until", "settled_at"])
    return True


def _say_switched_off(endpoint: Endpoint, at: datetime) -> None:
    """Tell the owner: in the journal, on the board, and over their other addresses, e-mail without being asked."""
    place, type = endpoint.organisation_id, "endpoint.disabled"
    record("endpoint.disabled", endpoint, actor=None, at=at, organisation=place, failures=endpoint.failures)
    others = Endpoint.objects.with_standing().filter(organisation=place, stands=True, user=None).exclude(pk=endpoint.pk)
    told = [each for each in others if each.wants(type) or each.kind == Endpoint.Kind.EMAIL]
    letter = Letter(
        organisation_id=place,
        type=type,
        subject_id=endpoint.pk,
        path="/api/v1/endpoints",
        ids={"endpoint": str(endpoint.pk)},
        written_at=at,
    )
    owe({place: letter}, told, at)
    stir([place])
