"""News becomes letters, and letters are owed to every endpoint that asked for them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from redbag.deliveries import tasks
from redbag.deliveries.models import Delivery, Endpoint, Letter


def post_letters(
    *, organisations: Sequence[UUID], type: str, subject_id: UUID, path: str, ids: dict, now: datetime
) -> list[Delivery]:
    """Owe a piece of news to every endpoint of these organisations that asked for it, in the caller's transaction.

    `path` is where to fetch it below PUBLIC_URL, `ids` identify and never describe a person. When no endpoint asked for it,
    looking that up is all that happens.
    """
    wanted = _endpoints(organisations, type)
    letters = {
        place: Letter(organisation_id=place, type=type, subject_id=subject_id, path=path, ids=ids, written_at=now)
        for place in {endpoint.organisation_id for endpoint in wanted}
    }
    return _owe(letters, wanted, now)


def post_to_inbox(
    *, organisation: UUID, type: str, subject_id: UUID, path: str, ids: dict, now: datetime
) -> list[Delivery]:
    """Like `post_letters` to one organisation, and the letter is in its inbox at once, whatever its endpoints do.

    The delivery to the inbox comes first.
    """
    letter = Letter(organisation_id=organisation, type=type, subject_id=subject_id, path=path, ids=ids, written_at=now)
    owed = _owe({organisation: letter}, _endpoints([organisation], type), now)
    inbox = Delivery.objects.create(
        letter=letter,
        organisation_id=organisation,
        endpoint=None,
        state=Delivery.State.DELIVERED,
        settled_at=now,
        created_at=now,
    )
    return [inbox, *owed]


def ring(delivery_ids: Sequence[str]) -> None:
    """Ring the post office's bell for each; when the broker is away, the sweeper finds them."""
    try:
        for delivery_id in delivery_ids:
            tasks.push.delay(delivery_id=delivery_id)
    except tasks.BROKER_AWAY:
        tasks.log.warning("broker away", deliveries=len(delivery_ids))


def _endpoints(organisations: Sequence[UUID], type: str) -> list[Endpoint]:
    first = Endpoint.objects.live().filter(organisation__in=organisations, fallback_of=None)
    return [endpoint for endpoint in first if endpoint.wants(type)]


def _owe(letters: dict[UUID, Letter], endpoints: Sequence[Endpoint], now: datetime) -> list[Delivery]:
    if not letters:
        return []
    Letter.objects.bulk_create(letters.values())
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            letter=letters[endpoint.organisation_id],
            organisation_id=endpoint.organisation_id,
            endpoint=endpoint,
            next_attempt_at=now,
            created_at=now,
        )
        for endpoint in endpoints
    )
    if deliveries:
        transaction.on_commit(partial(ring, [str(delivery.pk) for delivery in deliveries]))
    return deliveries
