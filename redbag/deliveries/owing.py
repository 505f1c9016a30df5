"""Letters become deliveries: one for each endpoint that is to have it. Ringing for them is the caller's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from redbag.deliveries.models import Delivery, Endpoint, Letter

State = Delivery.State


def owe(
    letters: Mapping[UUID, Letter], endpoints: Sequence[Endpoint], now: datetime, *, waiting: Sequence[Endpoint] = ()
) -> list[Delivery]:
    """Owe each organisation's letter to its endpoints, in two statements; for the `waiting` ones it waits for a person.

    Gives the deliveries that are due.
    """
    if not letters:
        return []
    Letter.objects.bulk_create(letters.values())
    due = [_delivery(letters, each, now, State.DUE) for each in endpoints]
    Delivery.objects.bulk_create([*due, *(_delivery(letters, each, now, State.PARKED) for each in waiting)])
    return due


def _delivery(letters: Mapping[UUID, Letter], endpoint: Endpoint, now: datetime, state: str) -> Delivery:
    return Delivery(
        letter=letters[endpoint.organisation_id],
        organisation_id=endpoint.organisation_id,
        endpoint=endpoint,
        state=state,
        next_attempt_at=now if state == State.DUE else None,
        created_at=now,
    )
