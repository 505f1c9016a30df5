"""Reads a report: who may, over which days, about whom."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation
from redbag.reports.computing import Sums, tally_up, together
from redbag.reports.figures import Number, Period
from redbag.reports.measures import BY_NAME, MEASURES
from redbag.reports.measures.definitions import Measure
from redbag.reports.periods import before, bounds
from redbag.reports.scopes import Scope, scope_for
from redbag.reports.tables import Line, Table


class NoSuchReport(LookupError):
    """There is no measure of this name."""


def listed() -> list[dict[str, str]]:
    """Every report there is: name, title, question, unit, and whether less or more is good."""
    fields = ("name", "title", "question", "unit", "good", "caveat")
    return [{field: getattr(measure, field) for field in fields} for measure in MEASURES]


def run(
    *, name: str, actor: Actor | None, start: date, end: date, organisation: Organisation | None, now: datetime
) -> Table:
    """One report over days in London, both included. NotAllowed, NoSuchReport, BadInput."""
    scope = scope_for(actor=actor, organisation=organisation)
    if name not in BY_NAME:
        raise NoSuchReport(f"There is no report {name}. Reports: {', '.join(BY_NAME)}.")
    (table,) = tables_of([BY_NAME[name]], scope=scope, start=start, end=end, now=now)
    return table


def audit(
    *, actor: Actor | None, start: date, end: date, organisation: Organisation | None, now: datetime
) -> list[Table]:
    """Every report over the same days, each with its number for as many days before."""
    scope = scope_for(actor=actor, organisation=organisation)
    return tables_of(MEASURES, scope=scope, start=start, end=end, now=now, compared=True)


def period_of(start: date, end: date, now: datetime) -> Period:
    """The days, and when they end: now while they have not."""
    return Period(start, end, min(bounds(start, end)[1], now))


def tables_of(
    measures: Sequence[Measure], *, scope: Scope, start: date, end: date, now: datetime, compared: bool = False
) -> list[Table]:
    """These measures over some days; with `compared` beside their numbers for as many days before."""
    figures = [figure for measure in measures for figure in measure.figures()]
    tallied = tally_up(figures, scope=scope, period=period_of(start, end, now), by=scope.apart)
    every, places = together(tallied), _named(tallied, scope)
    earlier = None
    if compared:
        earlier = together(tally_up(figures, scope=scope, period=period_of(*before(start, end), now)))
    return [_table(measure, scope, start, end, every, places, earlier) for measure in measures]


def _table(
    measure: Measure,
    scope: Scope,
    start: date,
    end: date,
    every: Sums,
    places: list[tuple[Organisation, Sums]],
    earlier: Sums | None,
) -> Table:
    return Table(
        measure=measure,
        scope=scope.title,
        start=start,
        end=end,
        together=[Line(row, row.figure.number(every)) for row in measure.rows],
        apart=[
            Line(row, row.figure.number(sums), place.name, place.ods_code)
            for place, sums in places
            for row in measure.rows
        ],
        headline=measure.told_by.number(every),
        before=_number(measure, earlier),
        told_apart_by=scope.apart,
    )


def _number(measure: Measure, sums: Sums | None) -> Number | None:
    return measure.told_by.number(sums) if sums is not None else None


def _named(tallied: dict[Any, Sums], scope: Scope) -> list[tuple[Organisation, Sums]]:
    """Each place that the numbers are told apart by, by name; none when they are not."""
    if not scope.apart:
        return []
    places = Organisation.objects.in_bulk([key for key in tallied if key])
    return sorted(((places[key], tallied[key]) for key in places), key=lambda each: each[0].name)
