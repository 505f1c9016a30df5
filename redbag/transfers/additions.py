"""What the home told after the bag had left: crew and ward read it first, marked with how long after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from redbag.transfers.contents import CATEGORIES
from redbag.transfers.lines import ADDED_LABELS, REASON_LABELS, Line
from redbag.transfers.models import Fact, Transfer


@dataclass(frozen=True)
class Added:
    """What the home told after the bag had left."""

    at: datetime
    minutes_after: int
    by: str
    lines: Sequence[Line]

    @property
    def after(self) -> str:
        """How long after the bag had left, in words: just, 50 minutes, 3 hours, 2 days 4 hours."""
        return how_long(timedelta(minutes=self.minutes_after)) if self.minutes_after else "just"


def added_at(transfer: Transfer, *, at: datetime, by: str, lines: Sequence[Line]) -> Added:
    """What somebody told then of a journey that had left."""
    return Added(at, int((at - transfer.left_at).total_seconds() // 60), by, lines)


def added_lines(fact: Fact) -> list[Line]:
    """What an addition says, labelled: words, and things put with the bag."""
    reason = fact.content.get("reason") or {}
    lines = [Line(name, REASON_LABELS.get(name, name), words) for name, words in reason.items() if words]
    lines += [Line(name, label, fact.content[name]) for name, label in ADDED_LABELS.items() if fact.content.get(name)]
    lines += [Line("bag", "Bag", "a bag was chosen")] if fact.content.get("bag") else []
    lines += [Line("bag", "Bag", fact.content["swapped"])] if fact.content.get("swapped") else []
    lines += [
        Line("item", "Also with them", row.get("description") or CATEGORIES.get(row["category"], "Something else"))
        for row in fact.items
    ]
    return lines


def how_long(length: timedelta) -> str:
    """A length of time in words, in days and hours from two hours on."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 120:
        return _count(minutes, "minute")
    days, hours = divmod(minutes // 60, 24)
    return " ".join(_count(number, word) for number, word in ((days, "day"), (hours, "hour")) if number)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
