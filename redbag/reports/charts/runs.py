"""A run by month: points on a line, the middle, the band of the usual range; news marked by shape and word."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from redbag.reports.charts.telling import Behind, extremes, number, steps_to
from redbag.reports.ranges import Point, Run

TOP, FOOT, HEIGHT = 28, 208, 256  # pixels: the highest step, nought, and the whole picture with its months
LEFT, WIDE = 4, 91  # per cent
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Mark:
    """A point: across in per cent, down in pixels; one that is news has a word, above or below, and an anchor for it.

    `over` is whether the month is over; one that is not is drawn hollow.
    """

    x: float
    y: float
    over: bool = True
    news: str = ""
    word: str = ""
    word_y: float = 0
    anchor: str = "middle"


@dataclass(frozen=True)
class Tick:
    """Words on a scale at a place; `narrow` is whether a phone has room for them."""

    words: str
    at: float
    narrow: bool = True


@dataclass(frozen=True)
class RunChart:
    """A run to be drawn, and what it says in words; `news` are sentences, one a point."""

    name: str
    title: str
    words: str
    unit: str
    marks: tuple[Mark, ...]
    joins: tuple[tuple[Mark, Mark], ...]
    scale: tuple[Tick, ...]
    months: tuple[Tick, ...]
    years: tuple[Tick, ...]
    centre: float | None
    band: tuple[float, float] | None
    centre_said: str
    band_said: str
    news: tuple[str, ...]
    open: bool  # whether the last month is not over
    table: Behind
    height: int = HEIGHT
    foot: int = FOOT


def run_chart(run: Run, *, name: str, title: str) -> RunChart | None:
    """The chart of a run from its first month with a value; None when no month has one above nought."""
    known = [point for point in run.points if point.value is not None]
    if not any(point.value for point in known):
        return None
    run = replace(run, points=run.points[run.points.index(known[0]) :])
    whole = all(float(point.value or 0).is_integer() for point in known)
    steps = steps_to(max(*(point.value or 0 for point in known), run.high or 0), whole=whole)
    marks = [_mark(place, point, run, steps[-1]) for place, point in enumerate(run.points)]
    ranged = run.low is not None and run.high is not None
    return RunChart(
        name=name,
        title=title,
        words=_words(run, known),
        unit=run.unit,
        marks=tuple(mark for mark in marks if mark is not None),
        joins=tuple((one, two) for one, two in pairwise(marks) if one and two),
        scale=tuple(Tick(number(step), _down(step, steps[-1])) for step in steps),
        months=_months(run.points),
        years=_years(run.points),
        centre=None if run.centre is None else _down(run.centre, steps[-1]),
        band=(_down(run.high, steps[-1]), _tall(run, steps[-1])) if ranged else None,
        centre_said=number(run.centre),
        band_said=f"{number(run.low)} to {number(run.high)}" if ranged else "",
        news=tuple(f"{month_of(point)}: {number(point.value)}. {_why(point)}" for point in known if point.news),
        open=any(not point.over for point in known),
        table=_behind(run, title),
    )


def month_of(point: Point) -> str:
    """The month as people write it: March 2026."""
    return f"{point.month:%B %Y}"


def _mark(place: int, point: Point, run: Run, most: float) -> Mark | None:
    """The point; of several news in a row only the first has its word, so that words do not lie on one another."""
    if point.value is None:
        return None
    x, y = _across(place, len(run.points)), _down(point.value, most)
    if not point.news:
        return Mark(x, y, point.over)
    high = point.side == "high"
    before = run.points[place - 1] if place else None
    told = before is not None and before.value is not None and before.news and before.side == point.side
    word = "" if told else "High" if high else "Low"
    anchor = "start" if x < 10 else "end" if x > 90 else "middle"
    return Mark(x, y, point.over, point.news, word, max(y - 14, 14) if high else y + 26, anchor)


def _across(place: int, many: int) -> float:
    return round(LEFT + WIDE * place / (many - 1), 2) if many > 1 else 50


def _down(value: float, most: float) -> float:
    return round(FOOT - (FOOT - TOP) * max(value, 0) / most, 1)


def _tall(run: Run, most: float) -> float:
    return round(_down(run.low or 0, most) - _down(run.high or 0, most), 1)


def _months(points: Sequence[Point]) -> tuple[Tick, ...]:
    """Every month for which there is room; counted from the last one, which is always there."""
    many = len(points)
    every = math.ceil(many / 14)
    narrow = every * math.ceil(many / every / 6)
    return tuple(
        Tick(MONTHS[point.month.month - 1], _across(place, many), (many - 1 - place) % narrow == 0)
        for place, point in enumerate(points)
        if (many - 1 - place) % every == 0
    )


def _years(points: Sequence[Point]) -> tuple[Tick, ...]:
    """The year under its first month, unless the next year begins too soon to leave room."""
    many = len(points)
    begins = [place for place, point in enumerate(points) if place == 0 or point.month.month == 1]
    if len(begins) > 1 and begins[1] <= math.ceil(many / 6):
        begins = begins[1:]
    return tuple(Tick(str(points[place].month.year), _across(place, many)) for place in begins)


def _why(point: Point) -> str:
    """Why it is news, as a sentence; nothing where it is not."""
    return f"{point.side.capitalize()}: {point.words}." if point.news else ""


def _words(run: Run, known: list) -> str:
    """How many months, the last, the highest and lowest, the usual range, and how much of it is news."""
    last = run.last or known[-1]
    told = [
        f"{len(known)} month{'s' if len(known) > 1 else ''} ({run.unit}). Last, {month_of(last)}: {number(last.value)}."
    ]
    if len(known) > 1:
        told.append(extremes([(month_of(each), each.value or 0) for each in known]))
    if run.low is not None and run.high is not None:
        told.append(f"Middle {number(run.centre)}, usual range {number(run.low)} to {number(run.high)}.")
    news = [f"{month_of(each)}, {number(each.value)}" for each in known if each.news]
    if run.low is not None:
        told.append(f"News: {'; '.join(news)}." if news else "No month is news.")
    return " ".join([*told, "The table says the same."])


def _behind(run: Run, title: str) -> Behind:
    rows = tuple(
        (month_of(each), number(each.value), _why(each) or ("" if each.over else "Not over yet")) for each in run.points
    )
    return Behind(f"{title}, by month", ("Month", run.unit[:1].upper() + run.unit[1:], "News"), rows)
