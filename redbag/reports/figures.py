"""The numbers a measure is made of: shares, rates and spreads over counted rows. Pure.

Every figure is worked out from tallies that add up: counts, sums, and how often each length occurred. So the number of
an area is made from its homes' tallies, never from their numbers, and a median of many homes is exact.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from redbag.counting.models import Counted
from redbag.reports.periods import bounds

MINUTE, HOUR, DAY = 1, 60, 24 * 60


@dataclass(frozen=True)
class Period:
    """Days in London, both included; `moment` is when they end, or now while they have not.

    `now` is when it is looked at: whether somebody came back within a month is known long after the days are over.
    Without it nothing after `moment` is known.
    """

    start: date
    end: date
    moment: datetime
    now: datetime | None = None

    @property
    def known(self) -> datetime:
        """Up to when it is known what became of those of the period."""
        return self.now or self.moment


def period_of(start: date, end: date, now: datetime) -> Period:
    """The days, and when they end: now while they have not."""
    return Period(start, end, min(bounds(start, end)[1], now), now)


Where = Q | Callable[[Period], Q]


def conditions(where: Where, period: Period) -> Q:
    """The condition, for one that depends on the period too."""
    return where if isinstance(where, Q) else where(period)


@dataclass(frozen=True)
class Count:
    """How many rows of a table meet a condition, or what they hold together in the column `total`.

    They are those of the period's days; with `at_the_end` those of any day, and the condition says when.
    """

    table: type[Counted]
    where: Where = field(default_factory=Q)
    total: str = ""
    at_the_end: bool = False


@dataclass(frozen=True)
class Lengths:
    """How often each length in minutes stands in a column; where it is None it does not count."""

    table: type[Counted]
    column: str
    where: Where = field(default_factory=Q)


@dataclass(frozen=True)
class Quartiles:
    """Lengths put in order: how many, their sum and the three quartiles. Those of several places do not add up."""

    how_many: int
    total: int
    marks: tuple[float, ...]


Tallied = Mapping[Any, Any]


@dataclass(frozen=True)
class Number:
    """A figure worked out. `value` is the one to compare, of `whole` cases, `part` of them where it is a share or rate.

    A spread has the middle half from `low` to `high`, and the `mean`. None where there was nothing to count.
    """

    value: float | None
    whole: float | None = None
    part: float | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None


@dataclass(frozen=True)
class Share:
    """How many per cent of `whole` are `part`."""

    part: Any
    whole: Any
    kind = "share"

    def tallies(self) -> tuple:
        """What has to be counted."""
        return (self.part, self.whole)

    def number(self, tallied: Tallied) -> Number:
        """The percentage, to one decimal."""
        part, whole = tallied[self.part], tallied[self.whole]
        return Number(round(100 * part / whole, 1) if whole else None, whole, part)


@dataclass(frozen=True)
class Per:
    """How many of `part` come to so many (`times`) of `whole`; the two need not be of one table."""

    part: Any
    whole: Any
    times: int = 100
    kind = "rate"

    def tallies(self) -> tuple:
        """What has to be counted."""
        return (self.part, self.whole)

    def number(self, tallied: Tallied) -> Number:
        """The rate, to one decimal."""
        part, whole = tallied[self.part], tallied[self.whole]
        return Number(round(self.times * part / whole, 1) if whole else None, whole, part)


@dataclass(frozen=True)
class HowMany:
    """A plain number of things; nought is a number. `unit` is how many of what was counted make one of it.

    `cases` is how many it is a sum over, for a sum of something else than cases.
    """

    of: Any
    unit: int = 1
    cases: Any = None
    kind = "count"

    def tallies(self) -> tuple:
        """What has to be counted."""
        return (self.of,) if self.cases is None else (self.of, self.cases)

    def number(self, tallied: Tallied) -> Number:
        """The number itself, to two decimals where it was put into another unit."""
        counted = tallied[self.of]
        value = counted if self.unit == 1 else round(counted / self.unit, 2)
        return Number(value, None if self.cases is None else tallied[self.cases])


@dataclass(frozen=True)
class Spread:
    """Lengths: the median, the middle half and the mean, in minutes, hours or days (`unit`, in minutes)."""

    lengths: Lengths
    unit: int = MINUTE
    kind = "spread"

    def tallies(self) -> tuple:
        """What has to be counted."""
        return (self.lengths,)

    def number(self, tallied: Tallied) -> Number:
        """Median, quartiles (inclusive) and mean, to one decimal."""
        lengths: Counter[int] | Quartiles = tallied[self.lengths]
        found = lengths if isinstance(lengths, Quartiles) else quartiles(lengths)
        if not found.how_many:
            return Number(None, 0)
        low, middle, high = (self._told(mark) for mark in found.marks)
        return Number(middle, found.how_many, low=low, high=high, mean=self._told(found.total / found.how_many))

    def _told(self, minutes: float) -> float:
        return round(minutes / self.unit, 1)


Figure = Share | Per | HowMany | Spread


def quartiles(often: Counter[int]) -> Quartiles:
    """The same of lengths, each told with how often it occurred."""
    total = sum(length * times for length, times in often.items())
    return Quartiles(often.total(), total, quarters(often) if often else ())


def quarters(often: Counter[int]) -> tuple[float, float, float]:
    """The three quartiles of lengths, each told with how often it occurred; between two lengths in proportion."""
    lengths, last = sorted(often), often.total() - 1
    found, seen, place = [], 0, 0
    for quarter in (1, 2, 3):
        rank, over = divmod(quarter * last, 4)
        while seen + often[lengths[place]] <= rank:
            seen += often[lengths[place]]
            place += 1
        here = lengths[place]
        following = here if not over or seen + often[here] > rank + 1 else lengths[place + 1]
        found.append((here * (4 - over) + following * over) / 4)
    return found[0], found[1], found[2]
