"""Who has the bag, since when, and how sure that is, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redbag.transfers import replay
from redbag.transfers.contents import Item
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.route import Journey
from redbag.transfers.stages import Kind
from redbag.transfers.story import WHO, held_words, left_at


@dataclass(frozen=True)
class Holding:
    """The last hand-over that counts. `told` is the fact that said so last, None while the bag is still at home.

    `left` says where the bag was left while nobody there has said that they have it: Left at the desk, St Mary's.
    """

    who: str
    since: datetime
    confirmed: bool
    sure: str
    told: Fact | None
    left: str = ""

    def told_by(self, user_id: UUID | None) -> bool:
        """Whether this person recorded it."""
        return self.told is not None and user_id is not None and self.told.by_id == user_id


def holding(*, transfer: Transfer, facts: Sequence[Fact]) -> Holding:
    """Who has the bag (the transfer's holder and home joined), without another statement."""
    journey = replay.journey_of(transfer, facts)
    hold = journey.holder
    by_id = {fact.pk: fact for fact in facts}
    told = by_id[hold.told_in[-1]] if hold.told_in else None
    name = transfer.holder.name if transfer.holder else transfer.holder_text
    left = "" if hold.confirmed else left_at(name=name, place=hold.place)
    return Holding(held_words(transfer), hold.since, hold.confirmed, _sure(transfer, hold, by_id), told, left)


@dataclass(frozen=True)
class Looked:
    """What the holder found in the bag since it came to them; `fact` is when they looked last.

    What is missing may have been missing before; what nobody looked at is `unlooked`.
    """

    fact: Fact
    missing: Sequence[Item]
    unlooked: Sequence[Item]


def looked(*, transfer: Transfer, journey: Journey, facts: Sequence[Fact], by: UUID) -> Looked | None:
    """What an organisation found since it has the bag; None while it has not looked, or does not have the bag."""
    hold = journey.holder
    if transfer.holder_id != by:
        return None
    own = [
        fact
        for fact in facts
        if fact.organisation_id == by
        and fact.kind in (Kind.CHECK, Kind.HANDOFF)
        and fact.items
        and fact.occurred_at >= hold.since
        and fact.pk not in journey.voided_by
    ]
    if not own:
        return None
    seen = {row["item"] for fact in own for row in fact.items}
    return Looked(
        fact=max(own, key=lambda fact: fact.occurred_at),
        missing=[item for item in journey.items if item.state == "missing"],
        unlooked=[
            each for each in journey.items if each.where != "home" and each.id not in seen and each.state != "missing"
        ],
    )


def _sure(transfer: Transfer, hold, by_id: dict) -> str:
    """Said by whoever has it, told by somebody else, or both."""
    if not hold.told_in:
        return "packed, still at the home"
    told = [by_id[each] for each in hold.told_in]
    own = next((fact for fact in told if fact.organisation_id == hold.organisation), None)
    other = next((fact for fact in told if fact.organisation_id != hold.organisation), None)
    if own is not None:
        words = f"said by {_teller(transfer, own)}"
        if any(fact.code_proved for fact in told):
            return f"{words}, confirmed with the hand-over code"
        return f"{words} and by {_teller(transfer, other)}" if other else words
    words = f"told by {_teller(transfer, other)}"
    if hold.confirmed:
        how = "with the hand-over code" if any(fact.code_proved for fact in told) else "by what they did next"
        return f"{words}, confirmed {how}"
    return f"{words}, not confirmed yet" if hold.organisation else f"{words}, cannot be confirmed here"


def _teller(transfer: Transfer, fact: Fact) -> str:
    return "the home" if fact.organisation_id == transfer.home_id else WHO.get(fact.role, "another home")
