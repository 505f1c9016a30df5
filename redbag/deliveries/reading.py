"""How the addresses fare and in which order they are used, for a page or a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from redbag.deliveries.models import Attempt, Delivery, Endpoint
from redbag.organisations.access import Actor

WORKING, FAILING, RESTING, OFF = "working", "failing", "resting", "switched_off"


@dataclass(frozen=True)
class Fares:
    """One endpoint: a word for programs, the last attempt that failed, the last test, and how many wait there."""

    endpoint: Endpoint
    health: str
    last_failure: Attempt | None
    last_test: Delivery | None
    waiting: int


def fares(endpoints: Sequence[Endpoint], *, now: datetime) -> list[Fares]:
    """How each endpoint fares, in their order; three statements and one for each that fails."""
    tests = _last_tests(endpoints)
    parked = Delivery.objects.unsettled().filter(endpoint__in=[each.pk for each in endpoints])
    waiting = dict(parked.order_by().values_list("endpoint").annotate(count=Count("pk")))
    return [
        Fares(each, health(each, now=now), _last_failure(each), tests.get(each.pk), waiting.get(each.pk, 0))
        for each in endpoints
    ]


def health(endpoint: Endpoint, *, now: datetime) -> str:
    """Whether it is working, failing, resting or switched_off."""
    if endpoint.disabled_at:
        return OFF
    if endpoint.rests_until and endpoint.rests_until > now:
        return RESTING
    return FAILING if endpoint.failures else WORKING


def chains(endpoints: Sequence[Endpoint]) -> list[list[list[Endpoint]]]:
    """The orders in which endpoints are used: of each chain its first, those in its place, those in theirs."""
    known = {each.pk for each in endpoints}
    below: dict[UUID | None, list[Endpoint]] = {}
    for each in endpoints:
        below.setdefault(each.fallback_of_id if each.fallback_of_id in known else None, []).append(each)

    def steps(first: Endpoint) -> list[list[Endpoint]]:
        found = [[first]]
        while more := [each for above in found[-1] for each in below.get(above.pk, [])]:
            found.append(more)
        return found

    return [steps(first) for first in below.get(None, [])]


def troubles(actor: Actor) -> tuple[int, list[Endpoint]]:
    """How many letters wait for a person, and which endpoints are switched off, where the actor manages them."""
    off = Endpoint.objects.visible_to(actor).live().filter(disabled_at__isnull=False).select_related("organisation")
    return Delivery.objects.visible_to(actor).unsettled().count(), list(off.order_by("disabled_at"))


def _last_tests(endpoints: Sequence[Endpoint]) -> dict[UUID, Delivery]:
    """The newest test or sample of each endpoint; these are about the endpoint itself."""
    pks = [each.pk for each in endpoints]
    rows: QuerySet[Delivery] = Delivery.objects.filter(letter__subject_id__in=pks, endpoint__in=pks)
    found = rows.exclude(letter__type="endpoint.disabled").select_related("letter").prefetch_related("attempts")
    return {each.endpoint_id: each for each in found.order_by("created_at")}


def _last_failure(endpoint: Endpoint) -> Attempt | None:
    if not endpoint.failures:
        return None
    failed = Attempt.objects.filter(delivery__endpoint=endpoint.pk, started_at__gte=endpoint.failing_since)
    return failed.exclude(outcome="delivered").order_by("-pk").first()
