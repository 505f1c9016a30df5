"""Counts what figures ask for: one statement for every count of a table, one for every spread, however many measures.

Rows are read past the database's own policies, because a scope may hold many thousand places; so every statement here
is bounded by a `Scope`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count as Rows
from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import TruncMonth

from redbag.counting.models import Counted
from redbag.reports.figures import Count, Figure, Lengths, Period, Quartiles, conditions
from redbag.reports.scopes import Scope
from redbag.reports.wide import asked_widely, few_columns, is_wide, meets, quartiles_by_key
from redbag.rows import everything

By = str  # nothing, or home, area, hospital, ambulance, ward, month: what the numbers are told apart by


class Sums(dict):
    """What was counted, by tally; what no row was found for is nought or no lengths."""

    def __missing__(self, tally: Any) -> Any:
        return Counter() if isinstance(tally, Lengths) else 0

    def __add__(self, other: Mapping) -> "Sums":
        return Sums({tally: self[tally] + Sums(other)[tally] for tally in {*self, *other}})


class Apart(defaultdict[Any, Sums]):
    """What was counted, by what it is told apart by.

    `spreads` are those of everything together where the database put the lengths in order: they do not add up.
    """

    def __init__(self) -> None:
        super().__init__(Sums)
        self.spreads: dict[Lengths, Quartiles] = {}


@everything()
def tally_up(figures: Iterable[Figure], *, scope: Scope, period: Period, by: By = "") -> Apart:
    """What these figures need, by what they are told apart by: a place's id, a ward's name, a month's first day.

    Without `by` there is one key, the empty text. A place without any row has no key.
    """
    with asked_widely(scope):
        return _tally(tallies_of(figures), scope, period, by)


def tallies_of(figures: Iterable[Figure]) -> list[Any]:
    """What has to be counted for these figures, each thing once, in order."""
    return list(dict.fromkeys(tally for figure in figures for tally in figure.tallies()))


def _tally(wanted: Iterable[Any], scope: Scope, period: Period, by: By) -> Apart:
    found = Apart()
    counts: dict[tuple, list[Count]] = defaultdict(list)
    lengths: dict[type[Counted], list[Lengths]] = defaultdict(list)
    for tally in wanted:
        if isinstance(tally, Count):
            counts[tally.table, tally.at_the_end].append(tally)
        elif isinstance(tally, Lengths):
            lengths[tally.table].append(tally)
        else:
            for key, value in tally.read(scope=scope, period=period, by=by).items():
                found[key][tally] = value
    for tallies in counts.values():
        _counts(tallies, scope, period, by, found)
    in_order = is_wide(scope) and by != "ward"  # wards are added up by whoever asks for them
    for spreads in lengths.values():
        (_quartiles if in_order else _lengths)(spreads, scope, period, by, found)
    return found


def together(tallied: Mapping[Any, Sums]) -> Sums:
    """Everything added up."""
    every, spreads = Sums(), tallied.spreads if isinstance(tallied, Apart) else {}
    for sums in tallied.values():
        for tally, value in sums.items():
            if isinstance(value, Counter):
                every.setdefault(tally, Counter()).update(value)
            elif tally not in spreads:
                every[tally] += value
    every.update(spreads)
    return every


@everything()
def journeys_behind(tally: Count | Lengths, *, scope: Scope, period: Period) -> QuerySet:
    """The rows that a tally counted, to follow a number to its journeys."""
    return _rows(tally, scope, period)


def _rows(tally: Count | Lengths, scope: Scope, period: Period) -> QuerySet:
    rows = _of_the_days(tally, scope, period).filter(conditions(tally.where, period))
    return rows.exclude(**{tally.column: None}) if isinstance(tally, Lengths) else rows


def _of_the_days(tally: Count | Lengths, scope: Scope, period: Period) -> QuerySet:
    rows = tally.table._default_manager.filter(scope.rows(tally.table))
    if isinstance(tally, Count) and tally.at_the_end:
        return rows
    return rows.filter(day__gte=period.start, day__lte=period.end)


def _counts(tallies: list[Count], scope: Scope, period: Period, by: By, found: Apart) -> None:
    """All counts of one table in one statement."""
    rows = _of_the_days(tallies[0], scope, period).annotate(key=_key(by)).order_by()
    wheres = [conditions(tally.where, period) for tally in tallies]
    few = few_columns(tallies[0].table, wheres) if is_wide(scope) else None
    if few and not any(tally.total for tally in tallies):
        _kinds(tallies, wheres, rows.values("key", *few).annotate(times=Rows("pk")), found)
        return
    asked = {}
    for place, (tally, where) in enumerate(zip(tallies, wheres, strict=True)):
        only = where or None
        asked[f"n{place}"] = Sum(tally.total, filter=only) if tally.total else Rows("pk", filter=only)
    for key, *numbers in rows.values("key").annotate(**asked).values_list("key", *asked):
        found[key].update({tally: number or 0 for tally, number in zip(tallies, numbers, strict=True)})


def _kinds(tallies: list[Count], wheres: list[Q], kinds: QuerySet, found: Apart) -> None:
    """The same where few kinds of rows are told with how often each occurs: each is looked at once, not each row."""
    for kind in kinds:
        for tally, where in zip(tallies, wheres, strict=True):
            found[kind["key"]][tally] += kind["times"] if meets(kind, where) else 0


def _quartiles(tallies: list[Lengths], scope: Scope, period: Period, by: By, found: Apart) -> None:
    """All spreads of one table; those of everything together too, which months alone need not."""
    rows = _of_the_days(tallies[0], scope, period).annotate(key=_key(by))
    for key, of_all, spreads in quartiles_by_key(rows, tallies, period, whole=by not in ("", "month")):
        if not of_all:
            found[key].update(spreads)
        if of_all or not by:
            found.spreads.update(spreads)


def _lengths(tallies: list[Lengths], scope: Scope, period: Period, by: By, found: Apart) -> None:
    for tally in tallies:
        rows = _rows(tally, scope, period).annotate(key=_key(by)).order_by()
        often = rows.values("key", tally.column).annotate(often=Rows("pk"))
        for key, length, times in often.values_list("key", tally.column, "often"):
            found[key].setdefault(tally, Counter())[length] = times


def _key(by: By) -> Any:
    if not by:
        return Value("")
    return TruncMonth("day") if by == "month" else F(by)
