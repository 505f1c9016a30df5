"""Another bag takes the place of the one on a journey; what was told of either leads to that journey."""

from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from redbag.bags import life
from redbag.bags.life import BagNotUsable
from redbag.bags.models import Bag
from redbag.journal.recording import record
from redbag.organisations.access import Actor
from redbag.transfers import replay
from redbag.transfers.models import HeldFact, Swap, Transfer
from redbag.transfers.stages import Kind, Outcome, Stage
from redbag.transfers.told_at_home import tell_at_home

NOTHING_TOLD = (Kind.PACK, Kind.ADDITION)


def refuse_unusable(*, transfer: Transfer, bag: Bag | None) -> None:
    """Raise BagNotUsable for a bag of another home, or one that may not be packed."""
    if bag is not None and bag.home_id != transfer.home_id:
        raise BagNotUsable("This bag belongs to another home.")
    if bag is not None and (why_not := life.why_not(bag)):
        raise BagNotUsable(why_not)


def is_told_of(transfer: Transfer) -> bool:
    """Whether anybody has told anything of the journey since it was packed, or another bag came before this one."""
    return (
        transfer.swaps.exists()
        or transfer.facts.exclude(kind__in=NOTHING_TOLD).exists()
        or HeldFact.objects.filter(transfer_ref=transfer.pk, settled_at=None).exists()
    )


def put_on(*, actor: Actor, transfer: Transfer, bag: Bag | None, now: datetime) -> None:
    """The journey (locked) has this bag now, or none. Raises BagNotUsable when somebody else was faster with it."""
    transfer.bag = bag
    try:
        with transaction.atomic():
            transfer.save(update_fields=["bag"])
    except IntegrityError:
        raise BagNotUsable(f"Bag {bag.tracker} was just taken for somebody else.") from None
    if bag is not None:
        life.pack(bag=bag, state=replay.BAG_STATES[Stage(transfer.stage)], actor=actor, now=now)


def go_on(*, actor: Actor, transfer: Transfer, bag: Bag | None, reason: str, now: datetime) -> Swap:
    """Go on with another bag, or with none, and write that down; the caller holds the journey's lock."""
    before = transfer.bag
    put_on(actor=actor, transfer=transfer, bag=bag, now=now)
    _put_away(transfer, before, now)
    swap = Swap.objects.create(
        transfer=transfer, before=before, after=bag, reason=reason, at=now, by=actor.user, by_name=actor.name
    )
    tell_at_home(actor, transfer, Kind.ADDITION, now, now, fact_id=uuid4(), content={"swapped": _words(before, bag)})
    transfer.changes += 1
    transfer.save(update_fields=["changes"])
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
        life.send_to_wash(bag=bag, now=now)
