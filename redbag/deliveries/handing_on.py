"""What happens when an endpoint gives up: the next channel takes over, or a person must."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from redbag.deliveries.endpoints import stand_ins
from redbag.deliveries.events import TEST
from redbag.deliveries.fhir_letters import TAKEN_BACK
from redbag.deliveries.models import Delivery, Endpoint, Letter
from redbag.journal.recording import record

State = Delivery.State
STILL_HOPE = (State.DUE, State.SENDING, State.DELIVERED)


def give_up(delivery: Delivery, *, at: datetime) -> None:
    """Set the state of a delivery that is tried no more, and owe its letter to the endpoints that stand in for it.

    FAILED when one of those, or another that shares the duty, has it or still tries, and when somebody removed the
    endpoint. PARKED when nobody is left. A test, and what was taken back, is FAILED and goes nowhere else. The caller
    saves the delivery.
    """
    letter = Letter.objects.select_for_update().get(pk=delivery.letter_id)
    if letter.type == TEST or letter.ids.get("sample") or TAKEN_BACK in letter.ids:
        delivery.state, delivery.settled_at = State.FAILED, at
        return
    _owe_to_fallbacks(delivery, letter, at)
    shared = family(delivery.endpoint) - {delivery.endpoint_id}
    hope = letter.deliveries.filter(endpoint__in=shared, state__in=STILL_HOPE).exists()
    if hope or delivery.endpoint.removed_at is not None:
        delivery.state, delivery.settled_at = State.FAILED, at
        return
    delivery.state = State.PARKED
    record("delivery.parked", delivery, actor=None, at=at, organisation=delivery.organisation_id, type=letter.type)


def forget_phone(endpoint: Endpoint, *, at: datetime) -> None:
    """A phone that no longer listens gets nothing more; what stands in for it is first from now on."""
    if endpoint.removed_at is None:
        endpoint.removed_at = at
        endpoint.save(update_fields=["removed_at"])
        record("endpoint.removed", endpoint, actor=None, at=at, organisation=endpoint.organisation_id)


def family(endpoint: Endpoint) -> set[UUID]:
    """An endpoint, what it stands in for, and all that stand in for those, removed ones too."""
    pairs = Endpoint.objects.filter(organisation=endpoint.organisation_id).values_list("pk", "fallback_of")
    return relatives(endpoint.pk, pairs)


def relatives(member: UUID, pairs: Iterable[tuple[UUID, UUID | None]]) -> set[UUID]:
    """Everybody who has the same first ancestor in pairs of (id, the one it stands in for)."""
    stands_for = dict(pairs)

    def first(one: UUID) -> UUID:
        while stands_for.get(one) is not None:
            one = stands_for[one]
        return one

    return {one for one in stands_for if first(one) == first(member)}


def _owe_to_fallbacks(delivery: Delivery, letter: Letter, at: datetime) -> None:
    for endpoint in stand_ins(delivery.endpoint):
        if endpoint.wants(letter.type):
            Delivery.objects.get_or_create(
                letter=letter,
                endpoint=endpoint,
                defaults={"organisation_id": letter.organisation_id, "next_attempt_at": at, "created_at": at},
            )
