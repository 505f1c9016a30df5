"""Another bag on a journey that is under way: the first one is torn, wet or the wrong one."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from redbag.bags import life
from redbag.bags.models import Bag
from redbag.bags.models import State as BagState
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.transfers import replay
from redbag.transfers.actions import BagElsewhere, BagNotUsable, tell_at_home
from redbag.transfers.models import Swap, Transfer
from redbag.transfers.stages import Kind, Outcome, Stage

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
    if bag is not None and (bag.home_id != transfer.home_id or life.why_not(bag)):
        raise BagNotUsable(life.why_not(bag) or "This bag belongs to another home.")
    if other is not None and not release:
        raise BagElsewhere(
            f"Bag {bag.tracker} is still written down for {other.resident.called}.", transfer=str(other.pk)
        )
    if other is not None:
        _release(actor, other, now)
    return _go_on(actor, transfer, bag, reason.strip(), now)


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
        _go_on(actor, other, None, "The bag was used for somebody else", now)
        return
    at = max(now, other.stage_since)
    tell_at_home(actor, other, Kind.OUTCOME, at, now, fact_id=uuid4(), outcome=Outcome.CLOSED)
    replay.settle(other, replay.journey_of(other, replay.facts_of(other)))
    home, resident = other.home_id, other.resident_id
    record("transfer.closed", other, actor=actor, at=now, organisation=home, resident=resident)


def _go_on(actor: Actor, transfer: Transfer, bag: Bag | None, reason: str, now: datetime) -> Swap:
    before = transfer.bag
    swap = Swap.objects.create(
        transfer=transfer, before=before, after=bag, reason=reason, at=now, by=actor.user, by_name=actor.name
    )
    tell_at_home(actor, transfer, Kind.ADDITION, now, now, fact_id=uuid4(), content={"swapped": _words(before, bag)})
    _put_away(transfer, before, now)
    if bag is not None:
        life.pack(bag=bag, state=replay.BAG_STATES[Stage(transfer.stage)], actor=actor, now=now)
    transfer.bag = bag
    transfer.changes += 1
    transfer.save(update_fields=["bag", "changes"])
    if Outcome.LOST in transfer.outcomes:  # what is lost is no longer this journey's bag
        content = {"details": {"together": True}}
        told = {"outcome": Outcome.LOST, "content": content}
        tell_at_home(actor, transfer, Kind.OUTCOME, now, now, fact_id=uuid4(), **told)
        replay.settle(transfer, replay.journey_of(transfer, replay.facts_of(transfer)))
    record(
        "bag.swapped",
        transfer,
        actor=actor,
        at=now,
        organisation=transfer.home_id,
        resident=transfer.resident_id,
        personal={"reason": reason},
        before=before.pk if before else None,
        after=bag.pk if bag else None,
    )
    return swap


def _words(before: Bag | None, after: Bag | None) -> str:
    if before is None:
        return f"{after.tracker} goes with them"
    return f"{after.tracker} instead of {before.tracker}" if after else f"without {before.tracker}"


def _put_away(transfer: Transfer, bag: Bag | None, now: datetime) -> None:
    """The bag before is free again: as it was if it never left, to be washed if it did, lost if it is lost."""
    if bag is None or Outcome.LOST in transfer.outcomes:
        return
    if transfer.left_at is None:
        life.put_back(bag=bag, now=now)
    else:
        life.follow_journey(bag_id=bag.pk, state=BagState.CLEANING, at=now)
