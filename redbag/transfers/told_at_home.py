"""A fact that the home tells by doing something, not by sending it."""

from datetime import datetime
from uuid import UUID

from redbag.organisations.access import Actor
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.stages import Kind


def tell_at_home(
    actor: Actor, transfer: Transfer, kind: Kind, at: datetime, now: datetime, *, fact_id: UUID, **said
) -> Fact:
    """Keep a fact that the home tells through one of its actions, in the caller's transaction."""
    post = next((post for post in actor.posts if post.organisation.pk == transfer.home_id), None)
    return Fact.objects.create(
        id=fact_id,
        kind=kind,
        transfer=transfer,
        organisation_id=transfer.home_id,
        role=post.role if post else "",
        by=actor.user,
        by_name=actor.name,
        occurred_at=at,
        recorded_at=now,
        **{"claimed_at": at, "digest": "", **said},
    )
