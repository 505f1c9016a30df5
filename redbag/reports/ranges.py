"""A number month by month, with the range it usually keeps to, so that noise is not read as news. Pure.

The rules are those of an XmR chart, which NHS England's *Making data count* teaches for figures like these: the centre
is the mean, the limits stand 2.66 mean moving ranges from it, and a point is news when it lies outside them, is one of
seven in a row on one side, one of seven that rise or fall one after the other, or one of two in three near a limit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from statistics import fmean

ENOUGH = 12  # months with a value before a usual range is told
WIDTH = 2.66  # 3 sigma, by the mean moving range of neighbouring points
IN_A_ROW = 7
EXACT = 9  # decimals beyond which two numbers are the same: sums of fractions are not exact
SLACK = 10**-EXACT
OUTSIDE, SHIFT, TREND, NEAR = "outside", "shift", "trend", "near"
WORDS = {
    OUTSIDE: "outside the usual range",
    SHIFT: "seven months in a row on one side of the middle",
    TREND: "seven months that rise or fall one after the other",
    NEAR: "two of three months near the edge of the usual range",
}


@dataclass(frozen=True)
class Point:
    """One month: its first day, the number (None where nothing was counted), of how many, and why it is news.

    `whole` is how many cases stand behind it; `side` is high or low where it is news; `over` whether the month is over.
    """

    month: date
    value: float | None
    whole: float | None = None
    news: str = ""
    side: str = ""
    over: bool = True

    @property
    def words(self) -> str:
        """Why it is news, in words; nothing where it is not."""
        return WORDS.get(self.news, "")


@dataclass(frozen=True)
class Run:
    """A number month by month. `centre`, `low` and `high` are None while there are too few months to tell."""

    points: tuple[Point, ...]
    centre: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a usual range."""
        return self.centre is not None

    @property
    def last(self) -> Point | None:
        """The last month that is over and has a number."""
        return next((point for point in reversed(self.points) if point.over and point.value is not None), None)


def run_of(points: Sequence[Point], *, unit: str = "", most: float | None = None) -> Run:
    """The run, with its usual range and its news once twelve months have a number.

    `most` is the highest value there can be (100 for a share); none is below nought. A month that is not over takes no
    part in the range and is never news.
    """
    told = [point for point in points if point.over and point.value is not None]
    values = [point.value for point in told if point.value is not None]
    if len(values) < ENOUGH:
        return Run(tuple(points), unit=unit)
    centre = fmean(values)
    reach = WIDTH * fmean(abs(after - before) for before, after in pairwise(values))
    news = _news([round(value - centre, EXACT) for value in values], reach)
    marked = {point.month: _marked(point, why, centre) for point, why in zip(told, news, strict=True)}
    low, high = max(centre - reach, 0), centre + reach
    return Run(
        points=tuple(marked.get(point.month, point) for point in points),
        centre=round(centre, 1),
        low=round(low, 1),
        high=round(high if most is None else min(high, most), 1),
        unit=unit,
    )


def _marked(point: Point, why: str, centre: float) -> Point:
    if not why or point.value is None:
        return point
    return replace(point, news=why, side="high" if point.value > centre else "low")


def _news(apart: Sequence[float], reach: float) -> list[str]:
    """Why each value is news, the plainest reason of several; told how far apart from the centre they are."""
    above, below = [each > 0 for each in apart], [each < 0 for each in apart]
    steps = [after - before for before, after in pairwise(apart)]
    rising = _windows([step > 0 for step in steps], IN_A_ROW - 1, IN_A_ROW - 1)
    falling = _windows([step < 0 for step in steps], IN_A_ROW - 1, IN_A_ROW - 1)
    found = {
        OUTSIDE: {place for place, each in enumerate(apart) if abs(each) > reach + SLACK},
        SHIFT: _windows(above, IN_A_ROW, IN_A_ROW) | _windows(below, IN_A_ROW, IN_A_ROW),
        TREND: {point for step in rising | falling for point in (step, step + 1)},
        NEAR: _near(apart, lambda each: each > 2 / 3 * reach + SLACK)
        | _near(apart, lambda each: each < -2 / 3 * reach - SLACK),
    }
    return [next((why for why, places in found.items() if place in places), "") for place in range(len(apart))]


def _near(values: Sequence[float], close: Callable[[float], bool]) -> set[int]:
    near = [close(value) for value in values]
    return {place for place in _windows(near, 3, 2) if near[place]}


def _windows(marks: Sequence[bool], size: int, enough: int) -> set[int]:
    """The places of every stretch of this size in which enough are marked."""
    return {
        place
        for first in range(len(marks) - size + 1)
        if sum(marks[first : first + size]) >= enough
        for place in range(first, first + size)
    }
