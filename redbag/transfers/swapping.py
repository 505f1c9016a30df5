"""Another bag on a journey that is under way: the first one is torn, wet or the wrong one."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from redbag.bags.life import BagNotUsable
from redbag.bags.models import Bag
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.transfers import replay
from redbag.transfers.actions import BagElsewhere
from redbag.transfers.models import Swap, Transfer
from redbag.transfers.other_bag import go_on, refuse_unusable
from redbag.transfers.stages import Kind, Outcome, Stage
from redbag.transfers.told_at_home import tell_at_home

REASONS = ("Torn or broken", "Wet or dirty", "Too small", "It was the wrong bag", "Nobody can find it")
LONGEST = 200


@transaction.atomic
def swap_bag(
    *, actor: Actor, transfer: Transfer, bag: Bag | None, reason: str, release: bool = False, now: datetime
) -> Swap:
    """Go on with another bag, or with none. What was told of the bag before still belongs to this journey.

    Raises BagElsewhere when the new bag is still written down for somebody else; with `release` that journey is
    finished when it is back home, else goes on without a bag: two residents never share one.
    """
    require(actor, Permission.PACK, transfer.home)
    if not reason.strip() or len(reason) > LONGEST:
        raise BadInput({"reason": f"Say why (at most {LONGEST} letters)."})
    transfer, other = _locked(transfer, bag)
    if transfer.stage == Stage.CLOSED:
        raise Refused("This journey is finished.", code="closed")
    if transfer.bag == bag:
        raise BagNotUsable(f"Bag {bag.tracker} is on this journey already." if bag else "They have no bag already.")
    refuse_unusable(transfer=transfer, bag=bag)
    if other is not None and not release:
        raise BagElsewhere(
            f"Bag {bag.tracker} is still written down for {other.resident.called}.", transfer=str(other.pk)
        )
    if other is not None:
        _release(actor, other, now)
    return go_on(actor=actor, transfer=transfer, bag=bag, reason=reason.strip(), now=now)


def _locked(transfer: Transfer, bag: Bag | None) -> tuple[Transfer, Transfer | None]:
    """The journey, and another one on which the bag still is; locked in one order."""
    rows = Transfer.objects.filter(pk=transfer.pk)
    if bag is not None:
        rows = rows | Transfer.objects.open().filter(bag=bag)
    joined = rows.select_for_update(of=("self",)).select_related("home", "resident", "bag").order_by("pk")
    found = {each.pk: each for each in joined}
    return found.pop(transfer.pk), next(iter(found.values()), None)


def _release(actor: Actor, other: Transfer, now: datetime) -> None:
    """The bag is in hand: the journey it was written down for is over, or goes on without it."""
    if other.stage != Stage.BACK_HOME:
        go_on(actor=actor, transfer=other, bag=None, reason="The bag was used for somebody else", now=now)
        return
    at = max(now, other.stage_since)
    tell_at_home(actor, other, Kind.OUTCOME, at, now, fact_id=uuid4(), outcome=Outcome.CLOSED)
    replay.settle(other, replay.journey_of(other, replay.facts_of(other)))
    home, resident = other.home_id, other.resident_id
    record("transfer.closed", other, actor=actor, at=now, organisation=home, resident=resident)
