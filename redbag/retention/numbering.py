"""Exchanges what was typed for numbers, so that a journey can still be replayed and says nothing. Pure."""

from datetime import datetime
from typing import Any
from uuid import UUID

from redbag.retention.holdings import REMOVED
from redbag.transfers.contents import CATEGORIES
from redbag.transfers.stages import ITEM_STATES, Outcome

# The same text stays the same number within one person's journeys: two ambulances stay two.
CODES = {*CATEGORIES, *ITEM_STATES, *Outcome.values, "bag", "worn", "alongside", "home", "with_them", "stays", REMOVED}


class Numbers:
    """Gives every text a number of its own: (removed 1), (removed 2)..."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def text(self, said: str) -> str:
        """The number of a text; what says nothing, and what was exchanged before, stays."""
        if not said or said.startswith(REMOVED[:-1]):
            return said
        return self._known.setdefault(said, f"{REMOVED[:-1]} {len(self._known) + 1})")

    def value(self, told: Any) -> Any:
        """JSON with every text exchanged but codes, ids and times, by which it is replayed."""
        if isinstance(told, dict):
            return {name: self.value(each) for name, each in told.items()}
        if isinstance(told, list):
            return [self.value(each) for each in told]
        return self.text(told) if isinstance(told, str) and not says_nothing(told) else told


def says_nothing(text: str) -> bool:
    """Whether a text is a code, an id or a time."""
    return text in CODES or _is(UUID, text) or _is(datetime.fromisoformat, text)


def _is(read, text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True
