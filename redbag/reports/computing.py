"""Counts what figures ask for: one statement for each table, however many measures.

Rows are read past the database's own policies, because a scope may hold many thousand places; so every statement here
is bounded by a `Scope`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from django.db.models import Aggregate, F, JSONField, Q, QuerySet, Sum, Value
from django.db.models import Count as Rows
from django.db.models.functions import TruncMonth

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

    @cached_property
    def every(self) -> Sums:
        """Everything added up, once all is counted."""
        every = Sums()
        for sums in self.values():
            for tally, value in sums.items():
                if isinstance(value, Counter):
                    every.setdefault(tally, Counter()).update(value)
                elif tally not in self.spreads:
                    every[tally] += value
        every.update(self.spreads)
        return every


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
    told: dict[tuple, list[Any]] = defaultdict(list)
    in_order = is_wide(scope) and by != "ward"  # wards are added up by whoever asks for them
    for tally in wanted:
        if isinstance(tally, Count):
            told[_counts, tally.table, tally.at_the_end].append(tally)
        elif isinstance(tally, Lengths):
            told[_quartiles if in_order else _counts, tally.table, False].append(tally)
        else:
            for key, value in tally.read(scope=scope, period=period, by=by).items():
                found[key][tally] = value
    for (count, *_), tallies in told.items():
        count(tallies, scope, period, by, found)
    return found


@everything()
def journeys_behind(tally: Count | Lengths, *, scope: Scope, period: Period) -> QuerySet:
    """The rows that a tally counted, to follow a number to its journeys."""
    return _of_the_days(tally, scope, period).filter(_where(tally, period))


def _where(tally: Count | Lengths, period: Period) -> Q:
    where = conditions(tally.where, period)
    return where & Q(**{f"{tally.column}__isnull": False}) if isinstance(tally, Lengths) else where


def _of_the_days(tally: Count | Lengths, scope: Scope, period: Period) -> QuerySet:
    rows = tally.table._default_manager.filter(scope.rows(tally.table))
    if isinstance(tally, Count) and tally.at_the_end:
        return rows
    return rows.filter(day__gte=period.start, day__lte=period.end)


class Each(Aggregate):
    """Every value of a column, in a list."""

    function, output_field = "JSONB_AGG", JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The same in SQLite's words."""
        return super().as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **more)


def _counts(tallies: list[Count | Lengths], scope: Scope, period: Period, by: By, found: Apart) -> None:
    """Everything of one table in one statement."""
    rows = _of_the_days(tallies[0], scope, period).annotate(key=_key(by)).order_by()
    wheres = [_where(tally, period) for tally in tallies]
    few = few_columns(tallies[0].table, wheres) if is_wide(scope) else None
    if few and not any(isinstance(tally, Lengths) or tally.total for tally in tallies):
        kinds = rows.values("key", *few).annotate(times=Rows("pk")).values_list("key", "times", *few)
        _kinds(dict(zip(tallies, wheres, strict=True)), few, kinds, found)
        return
    asked = {f"n{place}": _aggregate(*each) for place, each in enumerate(zip(tallies, wheres, strict=True))}
    for key, *numbers in rows.values("key").annotate(**asked).values_list("key", *asked):
        for tally, number in zip(tallies, numbers, strict=True):
            found[key][tally] = Counter(number) if isinstance(tally, Lengths) else number or 0


def _aggregate(tally: Count | Lengths, where: Q) -> Aggregate:
    if isinstance(tally, Lengths):
        return Each(tally.column, filter=where)
    return Sum(tally.total, filter=where or None) if tally.total else Rows("pk", filter=where or None)


def _kinds(asked: Mapping[Any, Q], columns: Sequence[str], kinds: QuerySet, found: Apart) -> None:
    """The same where few kinds of rows are told with how often each occurs: each kind is looked at once."""

    @cache
    def counting(*kind: Any) -> list[Any]:
        row = dict(zip(columns, kind, strict=True))
        return [tally for tally, where in asked.items() if meets(row, where)]

    for key, times, *kind in kinds:
        sums = found[key]
        for tally in counting(*kind):
            sums[tally] += times


def _quartiles(tallies: list[Lengths], scope: Scope, period: Period, by: By, found: Apart) -> None:
    """All spreads of one table; those of everything together too, which months alone need not."""
    rows = _of_the_days(tallies[0], scope, period).annotate(key=_key(by))
    for key, of_all, spreads in quartiles_by_key(rows, tallies, period, whole=by not in ("", "month")):
        if not of_all:
            found[key].update(spreads)
        if of_all or not by:
            found.spreads.update(spreads)


def _key(by: By) -> Any:
    if not by:
        return Value("")
    return TruncMonth("day") if by == "month" else F(by)
