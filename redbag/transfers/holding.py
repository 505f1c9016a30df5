"""Who has the bag, since when, and how sure that is, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redbag.transfers import replay
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.story import WHO, held_words


@dataclass(frozen=True)
class Holding:
    """The last hand-over that counts. `told` is the fact that said so last, None while the bag is still at home."""

    who: str
    since: datetime
    confirmed: bool
    sure: str
    told: Fact | None

    def told_by(self, user_id: UUID | None) -> bool:
        """Whether this person recorded it."""
        return self.told is not None and user_id is not None and self.told.by_id == user_id


def holding(*, transfer: Transfer, facts: Sequence[Fact]) -> Holding:
    """Who has the bag (the transfer's holder and home joined), without another statement."""
    journey = replay.journey_of(transfer, facts)
    hold = journey.holder
    by_id = {fact.pk: fact for fact in facts}
    told = by_id[hold.told_in[-1]] if hold.told_in else None
    return Holding(held_words(transfer), hold.since, hold.confirmed, _sure(transfer, hold, by_id), told)


def _sure(transfer: Transfer, hold, by_id: dict) -> str:
    """Said by whoever has it, told by somebody else, or both."""
    if not hold.told_in:
        return "packed, still at the home"
    told = [by_id[each] for each in hold.told_in]
    own = next((fact for fact in told if fact.organisation_id == hold.organisation), None)
    other = next((fact for fact in told if fact.organisation_id != hold.organisation), None)
    if own is not None:
        words = f"said by {_teller(transfer, own)}"
        return f"{words} and by {_teller(transfer, other)}" if other else words
    words = f"told by {_teller(transfer, other)}"
    if hold.confirmed:
        return f"{words}, confirmed with the hand-over code"
    return f"{words}, not confirmed yet" if hold.organisation else f"{words}, cannot be confirmed here"


def _teller(transfer: Transfer, fact: Fact) -> str:
    return "the home" if fact.organisation_id == transfer.home_id else WHO.get(fact.role, "another home")
