"""Reads reports: their numbers over some days, beside other days, month by month."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from redbag.counting.catching_up import Fresh, catch_up
from redbag.organisations.models import Organisation
from redbag.reports.computing import Apart, Sums, tallies_of, tally_up
from redbag.reports.figures import Count, Figure, Number, period_of
from redbag.reports.hiding import for_outsiders
from redbag.reports.keeping import Answer, kept
from redbag.reports.left_over import gives_away
from redbag.reports.measures import MEASURES
from redbag.reports.measures.definitions import Measure, Row
from redbag.reports.periods import LONDON, before, end_of_month, months_until
from redbag.reports.ranges import Point, Run, run_of
from redbag.reports.scopes import Scope
from redbag.reports.tables import Line, Table, said_of

Days = tuple[date, date]


def listed() -> list[dict[str, Any]]:
    """Every report there is, as it is defined."""
    return [said_of(measure) | {"rows": _rows_of(measure)} for measure in MEASURES]


def _rows_of(measure: Measure) -> list[dict[str, str]]:
    return [{"name": row.name, "title": row.title} for row in measure.rows]


def tables_of(
    measures: Sequence[Measure],
    *,
    scope: Scope,
    start: date,
    end: date,
    now: datetime,
    compared: bool = False,
    against: tuple[date, date] | None = None,
    fresh: Fresh | None = None,
) -> list[Table]:
    """These measures over some days; with `compared` beside their numbers for as many days before, or for `against`.

    Whoever caught up already says so with `fresh`: once is bounded, twice is not.
    """
    start, end = scope.days(start, end, now=now)
    other = scope.days(*(against or before(start, end)), now=now) if compared or against else None
    found = _tallied(measures, scope, (start, end), other, fresh or catch_up(now=now), now)
    every, places = found.tallied.every, _named(found.tallied, scope)
    earlier = found.earlier if other else None
    tables = [_table(measure, scope, start, end, every, places, earlier) for measure in measures]
    return [replace(table, counted_at=found.fresh.counted_at, waiting=found.fresh.waiting) for table in tables]


def _tallied(
    measures: Sequence[Measure], scope: Scope, days: Days, other: Days | None, fresh: Fresh, now: datetime
) -> Answer:
    """Everything that is told of the days by place, and of the others the headlines."""
    figures = [figure for measure in measures for figure in measure.figures()]
    headlines = [measure.told_by for measure in measures]

    def count() -> Answer:
        tallied = tally_up(figures, scope=scope, period=period_of(*days, now), by=scope.apart)
        by = scope.whole.apart
        earlier = tally_up(headlines, scope=scope, period=period_of(*other, now), by=by) if other else Apart()
        return Answer(tallied, earlier, fresh)

    asked = (days, other, [measure.name for measure in measures])
    return kept(count, tallies=tallies_of(figures), scope=scope, asked=asked, now=now)


def runs_of(measures: Sequence[Measure], *, scope: Scope, last: date, months: int, now: datetime) -> dict[str, Run]:
    """The headline of each measure month by month, by name, up to the month of `last`; without those of one moment."""
    told = [measure for measure in measures if not of_a_moment(measure)]
    _, last = scope.days(last, last, now=now)
    firsts, figures = months_until(last, months), [measure.told_by for measure in told]
    if not scope.whole.apart:
        tallied = by_month(figures, scope=scope, firsts=firsts, now=now)
        return runs_in(tallied, told, scope=scope, firsts=firsts, now=now)
    periods = [period_of(first, end_of_month(first), now) for first in firsts]
    apart = [tally_up(figures, scope=scope, period=period, by=scope.apart) for period in periods]
    numbers = {measure.name: [of_all(measure.told_by, each, scope=scope) for each in apart] for measure in told}
    return {measure.name: _run(measure, numbers[measure.name], firsts, now) for measure in told}


def by_month(figures: Iterable[Figure], *, scope: Scope, firsts: Sequence[date], now: datetime) -> Apart:
    """What these figures need in each of these months, by its first day."""
    period = period_of(firsts[0], end_of_month(firsts[-1]), now)
    return tally_up(figures, scope=scope, period=period, by="month")


def runs_in(
    tallied: Apart, measures: Sequence[Measure], *, scope: Scope, firsts: Sequence[date], now: datetime
) -> dict[str, Run]:
    """The headline of each measure in each of these months, by name."""
    found = [tallied.get(first, Sums()) for first in firsts]
    return {
        measure.name: _run(measure, [_shown(measure.told_by, sums, inside=scope.inside) for sums in found], firsts, now)
        for measure in measures
    }


def _run(measure: Measure, told: Iterable[Number | None], firsts: Sequence[date], now: datetime) -> Run:
    today, points = now.astimezone(LONDON).date(), []
    for first, seen in zip(firsts, told, strict=True):
        number = seen or Number(None)
        points.append(Point(first, number.value, number.whole, over=end_of_month(first) < today))
    return run_of(points, unit=measure.unit, most=100 if measure.told_by.kind == "share" else None)


def of_a_moment(measure: Measure) -> bool:
    """Whether its headline counts what stood at the end of the period, which months alone cannot tell."""
    return any(isinstance(tally, Count) and tally.at_the_end for tally in measure.told_by.tallies())


def _table(
    measure: Measure,
    scope: Scope,
    start: date,
    end: date,
    every: Sums,
    places: list[tuple[Organisation, Sums]],
    earlier: Apart | None,
) -> Table:
    open_to_see = scope.inside and scope.apart_is_theirs
    together = [_line(row, every, inside=scope.inside) for row in measure.rows]
    apart = [
        _line(row, sums, inside=open_to_see, place=place.name, place_code=place.ods_code)
        for place, sums in places
        for row in measure.rows
    ]
    headline = _shown(measure.told_by, every, inside=scope.inside)
    if not scope.inside:
        together = [_guarded(line, apart) for line in together]
        headline = _headline(measure, _beside(measure.told_by, headline, [sums for _, sums in places]), together)
    elif not open_to_see:
        apart = _beside_exact(together, apart)
    return Table(
        measure=measure,
        scope=scope.title,
        start=start,
        end=end,
        together=together,
        apart=apart,
        headline=headline or Number(None),
        headline_hidden=headline is None,
        before=None if earlier is None else of_all(measure.told_by, earlier, scope=scope) or Number(None),
        told_apart_by=scope.apart,
        rounded=not open_to_see if places else not scope.inside,
    )


def of_all(figure: Figure, tallied: Apart, *, scope: Scope) -> Number | None:
    """The number of everything together as whoever asks may see it; None when it is hidden from them.

    To whoever stands outside what was counted is told apart by `scope.whole.apart`.
    """
    number = _shown(figure, tallied.every, inside=scope.inside)
    return number if scope.inside else _beside(figure, number, [sums for key, sums in tallied.items() if key])


def _beside(figure: Figure, total: Number | None, places: Iterable[Sums]) -> Number | None:
    """The number of all, hidden when it would give away what is hidden of a place."""
    parts = [_shown(figure, sums, inside=False) for sums in places]
    return None if gives_away(figure, total, parts) else total


def _guarded(total: Line, parts: Sequence[Line]) -> Line:
    """The line about everything, hidden when it would give away what is hidden of a place."""
    return replace(total, number=Number(None), hidden=True) if _gives_away(total, parts) else total


def _beside_exact(totals: Sequence[Line], parts: Sequence[Line]) -> list[Line]:
    """The lines of places that are not theirs whose the total is: none of a row of which one would be given away."""
    away = [total.row for total in totals if _gives_away(total, parts, exact=True)]
    return [replace(each, number=Number(None), hidden=True) if each.row in away else each for each in parts]


def _gives_away(total: Line, parts: Sequence[Line], *, exact: bool = False) -> bool:
    of_row = [None if each.hidden else each.number for each in parts if each.row is total.row]
    return gives_away(total.row.figure, None if total.hidden else total.number, of_row, exact=exact)


def _headline(measure: Measure, headline: Number | None, together: Sequence[Line]) -> Number | None:
    """The headline, hidden when its line is, or when it would give away a hidden line."""
    if measure.headline is None:
        return None if together[0].hidden else headline
    told = [None if each.hidden else each.number for each in together]
    return None if gives_away(measure.told_by, headline, told) else headline


def _line(row: Row, sums: Sums, *, inside: bool, place: str = "", place_code: str = "") -> Line:
    number = _shown(row.figure, sums, inside=inside)
    return Line(row, number or Number(None), place, place_code, hidden=number is None, rounded=not inside)


def _shown(figure: Figure, sums: Sums, *, inside: bool) -> Number | None:
    """The number as whoever asks may see it; None when it is hidden from them."""
    number = figure.number(sums)
    return number if inside else for_outsiders(number, figure)


def _named(tallied: dict[Any, Sums], scope: Scope) -> list[tuple[Organisation, Sums]]:
    """Each place that the numbers are told apart by, by name; none when they are not."""
    if not scope.apart:
        return []
    places = Organisation.objects.in_bulk([key for key in tallied if key])
    return sorted(((places[key], tallied[key]) for key in places), key=lambda each: each[0].name)
