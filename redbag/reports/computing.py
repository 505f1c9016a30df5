"""Counts what figures ask for: one statement for every count of a table, one for every spread, however many measures.

Rows are read past the database's own policies, because a scope may hold many thousand places; so every statement here
is bounded by a `Scope`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count as Rows
from django.db.models import F, QuerySet, Sum, Value
from django.db.models.functions import TruncMonth

from redbag.reports.figures import Count, Figure, Lengths, Period, conditions
from redbag.reports.scopes import Scope
from redbag.reports.wide import asked_widely
from redbag.rows import everything

By = str  # nothing, or home, area, hospital, ambulance, ward, month: what the numbers are told apart by


class Sums(dict):
    """What was counted, by tally; what no row was found for is nought or no lengths."""

    def __missing__(self, tally: Any) -> Any:
        return Counter() if isinstance(tally, Lengths) else 0

    def __add__(self, other: Mapping) -> "Sums":
        return Sums({tally: self[tally] + Sums(other)[tally] for tally in {*self, *other}})


@everything()
def tally_up(figures: Iterable[Figure], *, scope: Scope, period: Period, by: By = "") -> dict[Any, Sums]:
    """What these figures need, by what they are told apart by: a place's id, a ward's name, a month's first day.

    Without `by` there is one key, the empty text. A place without any row has no key.
    """
    wanted = list(dict.fromkeys(tally for figure in figures for tally in figure.tallies()))
    with asked_widely(scope):
        return _tally(wanted, scope, period, by)


def _tally(wanted: Iterable[Any], scope: Scope, period: Period, by: By) -> dict[Any, Sums]:
    found: dict[Any, Sums] = defaultdict(Sums)
    counts: dict[tuple, list[Count]] = defaultdict(list)
    for tally in wanted:
        if isinstance(tally, Count):
            counts[tally.table, tally.at_the_end].append(tally)
        elif isinstance(tally, Lengths):
            _lengths(tally, scope, period, by, found)
        else:
            for key, value in tally.read(scope=scope, period=period, by=by).items():
                found[key][tally] = value
    for tallies in counts.values():
        _counts(tallies, scope, period, by, found)
    return found


def together(tallied: Mapping[Any, Sums]) -> Sums:
    """Everything added up."""
    every = Sums()
    for sums in tallied.values():
        every = every + sums
    return every


@everything()
def journeys_behind(tally: Count | Lengths, *, scope: Scope, period: Period) -> QuerySet:
    """The rows that a tally counted, to follow a number to its journeys."""
    return _rows(tally, scope, period)


def _rows(tally: Count | Lengths, scope: Scope, period: Period) -> QuerySet:
    rows = tally.table._default_manager.filter(scope.rows(tally.table), conditions(tally.where, period))
    if isinstance(tally, Count) and tally.at_the_end:
        return rows
    rows = rows.filter(day__gte=period.start, day__lte=period.end)
    return rows.exclude(**{tally.column: None}) if isinstance(tally, Lengths) else rows


def _counts(tallies: list[Count], scope: Scope, period: Period, by: By, found: dict[Any, Sums]) -> None:
    """All counts of one table in one statement."""
    first = tallies[0]
    rows = first.table._default_manager.filter(scope.rows(first.table))
    if not first.at_the_end:
        rows = rows.filter(day__gte=period.start, day__lte=period.end)
    asked = {}
    for place, tally in enumerate(tallies):
        only = conditions(tally.where, period) or None
        asked[f"n{place}"] = Sum(tally.total, filter=only) if tally.total else Rows("pk", filter=only)
    counted = rows.annotate(key=_key(by)).order_by().values("key").annotate(**asked)
    for key, *numbers in counted.values_list("key", *asked):
        found[key].update({tally: number or 0 for tally, number in zip(tallies, numbers, strict=True)})


def _lengths(tally: Lengths, scope: Scope, period: Period, by: By, found: dict[Any, Sums]) -> None:
    rows = _rows(tally, scope, period).annotate(key=_key(by)).order_by()
    often = rows.values("key", tally.column).annotate(often=Rows("pk"))
    for key, length, times in often.values_list("key", tally.column, "often"):
        found[key].setdefault(tally, Counter())[length] = times


def _key(by: By) -> Any:
    if not by:
        return Value("")
    return TruncMonth("day") if by == "month" else F(by)
