"""People look after the addresses: their order, their secrets, trying them out, switching them on again."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q

from redbag.deliveries import tasks
from redbag.deliveries.actions import State
from redbag.deliveries.endpoints import stands_below
from redbag.deliveries.events import NAMES, TEST
from redbag.deliveries.fhir_letters import TAKEN_BACK
from redbag.deliveries.models import Delivery, Endpoint
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.queues.bells import ring

MOST_REPLAYED = 10_000
NOT_ARRIVED = (State.FAILED, State.PARKED)
AT_REST = (State.DELIVERED, State.FAILED, State.PARKED)


class TestFirst(Refused):
    code = "test_first"


@transaction.atomic
def switch_on(*, actor: Actor, endpoint: Endpoint, now: datetime) -> None:
    """Send there again, after a test since it was switched off has arrived; TestFirst otherwise. What waited stays."""
    require(actor, Permission.MANAGE_ENDPOINTS, endpoint.organisation)
    endpoint = _locked(endpoint)
    if endpoint.disabled_at is None or endpoint.removed_at is not None:
        return
    tests = endpoint.deliveries.filter(letter__type=TEST, state=State.DELIVERED)
    if not tests.filter(settled_at__gte=endpoint.disabled_at).exists():
        raise TestFirst("Try it out first. Once a test has arrived there you can switch it on again.")
    endpoint.disabled_at, endpoint.rests_until, endpoint.failing_since, endpoint.failures = None, None, None, 0
    endpoint.save(update_fields=["disabled_at", "rests_until", "failing_since", "failures"])
    record("endpoint.switched_on", endpoint, actor=actor, at=now, organisation=endpoint.organisation)


@transaction.atomic
def change_order(*, actor: Actor, endpoint: Endpoint, fallback_of: Endpoint | None, now: datetime) -> Endpoint:
    """Use an address every time, or only when another one gave up. BadInput for one that would wait for itself."""
    require(actor, Permission.MANAGE_ENDPOINTS, endpoint.organisation)
    endpoint = _locked(endpoint)
    if fallback_of is not None:
        same = Endpoint.objects.live().filter(organisation=endpoint.organisation_id)
        others = same.select_for_update().order_by("pk")
        if fallback_of.pk not in {each.pk for each in others}:
            raise BadInput({"fallback_of": "Choose one of your own addresses that is still in use."})
        if fallback_of.pk in stands_below(endpoint):
            raise BadInput({"fallback_of": "That one waits for this one. Change that one first."})
    before = endpoint.fallback_of_id
    if before != (fallback_of and fallback_of.pk):
        endpoint.fallback_of = fallback_of
        endpoint.save(update_fields=["fallback_of"])
        facts: dict = {"before": before, "fallback_of": fallback_of and fallback_of.pk}
        record("endpoint.order_changed", endpoint, actor=actor, at=now, organisation=endpoint.organisation_id, **facts)
    return endpoint


@transaction.atomic
def end_old_secret(*, actor: Actor, endpoint: Endpoint, now: datetime) -> Endpoint:
    """Sign with the newest secret alone from now on; changes nothing when it does already."""
    require(actor, Permission.MANAGE_ENDPOINTS, endpoint.organisation)
    endpoint = _locked(endpoint)
    if endpoint.kind == Endpoint.Kind.WEBHOOK and len(endpoint.secret.split()) > 1:
        endpoint.secret, endpoint.old_secret_until = endpoint.secret.split()[0], None
        endpoint.save(update_fields=["secret", "old_secret_until"])
        record("endpoint.old_secret_ended", endpoint, actor=actor, at=now, organisation=endpoint.organisation_id)
    return endpoint


@transaction.atomic
def replay_all(
    *,
    actor: Actor,
    organisation: Organisation,
    begin: datetime,
    end: datetime,
    endpoint: Endpoint | None = None,
    state: str = "",
    type: str = "",
    now: datetime,
) -> tuple[int, bool]:
    """Send again what was written from `begin` until before `end`; how many, and whether there is more.

    Without a `state` what did not arrive and nobody saw to; at most 10,000 at a time, the oldest first. What is due or
    on its way already is left as it is, so asking twice sends once; what was taken back is never sent. Workers carry
    it in rounds. BadInput by field.
    """
    require(actor, Permission.MANAGE_ENDPOINTS, organisation)
    if errors := _replay_errors(begin, end, state, type):
        raise BadInput(errors)
    wanted = Q(state=state) if state else Q(state__in=NOT_ARRIVED, settled_by_name="")
    rows = Delivery.objects.filter(wanted, organisation=organisation, created_at__gte=begin, created_at__lt=end)
    rows = rows.filter(endpoint__removed_at=None, endpoint__disabled_at=None, endpoint__isnull=False)
    rows = rows.exclude(letter__type=TEST).exclude(letter__ids__has_key=TAKEN_BACK)
    rows = rows.filter(endpoint=endpoint) if endpoint is not None else rows
    rows = rows.filter(letter__type=type) if type else rows
    found = list(rows.order_by("created_at", "pk").values_list("pk", flat=True)[: MOST_REPLAYED + 1])
    count = Delivery.objects.filter(pk__in=found[:MOST_REPLAYED], state__in=AT_REST).update(
        state=State.DUE,
        next_attempt_at=now,
        attempts_made=0,
        lease_until=None,
        settled_at=None,
        settled_by_name="",
        settled_note="",
        asked_by=actor.user,
    )
    facts: dict = {"begin": begin.isoformat(), "end": end.isoformat(), "endpoint": endpoint and endpoint.pk}
    facts |= {"state": state, "type": type, "count": count}
    record("deliveries.replayed", organisation, actor=actor, at=now, organisation=organisation, **facts)
    transaction.on_commit(partial(ring, tasks.sweep))
    return count, len(found) > MOST_REPLAYED


def _replay_errors(begin: datetime, end: datetime, state: str, type: str) -> dict[str, str]:
    errors = {}
    if begin >= end:
        errors["to"] = "Enter a time after the first one."
    if state and state not in AT_REST:
        errors["state"] = f"Choose one of: {', '.join(AT_REST)}."
    if type and type not in NAMES:
        errors["type"] = f"Choose one of: {', '.join(NAMES)}."
    return errors


def _locked(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=endpoint.pk)
