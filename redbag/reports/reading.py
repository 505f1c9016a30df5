"""Reads a report: who may, over which days, about whom."""

from datetime import date, datetime

from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation
from redbag.reports.material import Material, Scope, gather, scope_for
from redbag.reports.measures import BY_NAME, MEASURES, Column, Measure
from redbag.reports.periods import before, bounds
from redbag.reports.tables import Table

EVERY_HOME = "All homes"


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
    return _table(BY_NAME[name], scope, start, end, _material(scope, start, end, now))


def audit(
    *, actor: Actor | None, start: date, end: date, organisation: Organisation | None, now: datetime
) -> list[Table]:
    """Every report over the same days, each with its number for as many days before."""
    scope = scope_for(actor=actor, organisation=organisation)
    here, earlier = _material(scope, start, end, now), _material(scope, *before(start, end), now)
    return [_table(measure, scope, start, end, here, earlier) for measure in MEASURES]


def _material(scope: Scope, start: date, end: date, now: datetime) -> Material:
    since, until = bounds(start, end)
    return gather(scope=scope, since=since, until=until, now=now)


def _table(
    measure: Measure, scope: Scope, start: date, end: date, material: Material, earlier: Material | None = None
) -> Table:
    columns, together = measure.columns, measure.rows(material)
    rows = together
    homes = material.homes()
    if scope.areas or len(homes) > 1:
        columns = (Column("home", "Home"), *columns)
        rows = [(EVERY_HOME, *row) for row in together]
        rows += [(home.name, *row) for home in homes for row in measure.rows(material.of(home))]
    return Table(
        measure=measure,
        scope=scope.title,
        start=start,
        end=end,
        columns=columns,
        rows=rows,
        journeys=len(material.cases),
        count_together=len(together),
        headline=measure.headline(material),
        before=measure.headline(earlier) if earlier else None,
    )
