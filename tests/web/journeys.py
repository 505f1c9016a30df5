"""Journeys for tests of pages: packed, handed over and told by short names."""

from datetime import timedelta
from uuid import uuid4

from redbag.transfers import actions, intake
from redbag.transfers.models import Transfer
from tests.world import World

ITEMS = (
    {"category": "glasses", "description": "Brown frame"},
    {"category": "hearing_aid_left", "description": ""},
)


def pack(world: World, *, resident=None, bag=None, no_bag=False, minutes: int = 0, **more) -> Transfer:
    """Oakview packs (for Peggy, in OAK-1, to St Mary's unless told otherwise) so many minutes after the world began."""
    at = world.now + timedelta(minutes=minutes)
    packing = actions.Packing(
        resident=resident or world.peggy,
        bag=None if no_bag else bag or world.bag,
        destination=more.pop("destination", world.stmarys),
        items=more.pop("items", ITEMS),
        **more,
    )
    transfer, _ = actions.pack_bag(actor=world.actor("carer"), packing=packing, now=at)
    return transfer


def tell(world: World, who: str, transfer: Transfer, *, minutes: int, **fact) -> intake.Result:
    """Somebody tells a fact so many minutes after the world began."""
    at = world.now + timedelta(minutes=minutes)
    raw = {"id": str(uuid4()), "transfer": str(transfer.pk), "occurred_at": at.isoformat(), **fact}
    (result,) = intake.take_in(actor=world.actor(who), sent_at=at, facts=[raw], now=at)
    assert result.outcome == "created", result
    transfer.refresh_from_db()
    return result


def taken_by_crew(world: World, **more) -> Transfer:
    """Packed, and with the crew 10 minutes later."""
    transfer = pack(world, **more)
    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    return transfer


def in_hospital(world: World, **more) -> Transfer:
    """Packed, with the crew, and at St Mary's after 40 minutes."""
    transfer = taken_by_crew(world, **more)
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1", place="A&E")
    return transfer
