"""The main number of every measure: over some days, and month by month with its usual range."""

from collections.abc import Sequence
from datetime import date, datetime

from redbag.reports.computing import Sums, tally_up, together
from redbag.reports.figures import Count, Number, Period, Share
from redbag.reports.hiding import for_outsiders
from redbag.reports.measures.definitions import Measure
from redbag.reports.periods import bounds, month_of, months_back
from redbag.reports.ranges import Point, Run, run_of
from redbag.reports.scopes import Scope

HOW_MANY = 24


def headlines(
    measures: Sequence[Measure], *, scope: Scope, start: date, end: date, now: datetime
) -> dict[str, Number | None]:
    """The main number of each measure over these days, by its name; None where whoever asks may not be told it."""
    figures = [measure.told_by for measure in measures]
    every = together(tally_up(figures, scope=scope, period=_period(start, end, now)))
    return {measure.name: _told(measure, every, scope) for measure in measures}


def runs(
    measures: Sequence[Measure], *, scope: Scope, last: date, now: datetime, how_many: int = HOW_MANY
) -> dict[str, Run]:
    """The main number of each measure by month, by its name, up to the month of the day `last`.

    What is counted as things stand at an end, such as bags away, has no months to look back on and is left out.
    """
    told = [measure for measure in measures if has_months(measure)]
    first = months_back(last, how_many - 1)
    period = _period(first, month_of(last)[1], now)
    by_month = tally_up([measure.told_by for measure in told], scope=scope, period=period, by="month")
    sums = {_first_day(key): tallied for key, tallied in by_month.items()}
    months = [months_back(last, back) for back in reversed(range(how_many))]
    began = min(sums, default=None)
    return {
        measure.name: _run(measure, sums, [m for m in months if began and m >= began], scope, now) for measure in told
    }


def has_months(measure: Measure) -> bool:
    """Whether its main number can be told month by month."""
    return not any(isinstance(tally, Count) and tally.at_the_end for tally in measure.told_by.tallies())


def _run(measure: Measure, sums: dict[date, Sums], months: list[date], scope: Scope, now: datetime) -> Run:
    points = []
    for month in months:
        number = _told(measure, sums.get(month, Sums()), scope)
        over = bounds(*month_of(month))[1] <= now
        points.append(Point(month, number.value if number else None, number.whole if number else None, over=over))
    return run_of(points, unit=measure.unit, most=100 if isinstance(measure.told_by, Share) else None)


def _told(measure: Measure, sums: Sums, scope: Scope) -> Number | None:
    number = measure.told_by.number(sums)
    return number if scope.inside else for_outsiders(number, measure.told_by)


def _period(start: date, end: date, now: datetime) -> Period:
    return Period(start, end, min(bounds(start, end)[1], now))


def _first_day(key: date | datetime) -> date:
    return key.date() if isinstance(key, datetime) else key
