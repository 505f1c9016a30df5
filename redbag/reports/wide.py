"""How PostgreSQL is asked when an answer goes over very many rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import Aggregate, BooleanField, FloatField, IntegerField, Model, Q, QuerySet, Sum
from django.db.models import Count as Rows

from redbag.reports.figures import Lengths, Period, Quartiles, conditions
from redbag.reports.scopes import Scope

ASKED = "SET LOCAL jit = off; SET LOCAL work_mem = '32MB'"
"""Compiling each of some thirty statements takes longer than it saves; in 4 MB a year of a nation's rows is known only
by page, and every row of those is looked at again."""
FEW_VALUES, IN = ("receiver", "giver", "leg"), "__in"


class Quarters(Aggregate):
    """The three quartiles, inclusive; between two lengths in proportion."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


class Grouping(Aggregate):
    """1 in the line of all rows together, 0 in that of one key."""

    function, output_field = "GROUPING", IntegerField()


def is_wide(scope: Scope) -> bool:
    """Whether it is an area, a hospital, an ambulance service or a nation, on a database that puts lengths in order.

    Of a home's own few rows nothing has to be asked in another way.
    """
    return connection.vendor == "postgresql" and {column for column, _ in scope.places} != {"home"}


@contextmanager
def asked_widely(scope: Scope) -> Iterator[None]:
    """Ask so within."""
    if not is_wide(scope):
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ASKED)
        yield


def quartiles_by_key(
    rows: QuerySet, tallies: Sequence[Lengths], period: Period, *, whole: bool
) -> Iterator[tuple[Any, bool, dict[Lengths, Quartiles]]]:
    """Of each `key` of the rows what a spread needs, all columns in one statement; with `whole` of all rows too."""
    asked: dict[str, Aggregate] = {"all": Grouping("key")} if whole else {}
    for place, tally in enumerate(tallies):
        only = conditions(tally.where, period) or None
        asked[f"many{place}"] = Rows(tally.column, filter=only)
        asked[f"total{place}"] = Sum(tally.column, filter=only)
        asked[f"marks{place}"] = Quarters(tally.column, filter=only)
    lines = rows.order_by().values("key").annotate(**asked).values_list("key", *asked)
    for key, *told in _and_of_all(lines) if whole else lines:
        of_all = whole and bool(told.pop(0))
        yield key, of_all, _quartiles(tallies, told)


def _and_of_all(lines: QuerySet) -> Iterator[tuple]:
    """These lines, and one of all rows together from the same scan."""
    sql, values = lines.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql.replace(" GROUP BY 1", " GROUP BY GROUPING SETS ((1), ())"), values)
        yield from cursor


def _quartiles(tallies: Sequence[Lengths], told: Sequence[Any]) -> dict[Lengths, Quartiles]:
    return {
        tally: Quartiles(many, total or 0, tuple(marks or ()))
        for tally, many, total, marks in zip(tallies, told[::3], told[1::3], told[2::3], strict=True)
    }


def few_columns(table: type[Model], wheres: Iterable[Q]) -> list[str] | None:
    """The columns that these conditions compare, where each has a handful of values and every row has one."""
    found = sorted({name for where in wheres for name in _compared(where)})
    for name in found:
        if "__" in name:
            return None
        field = table._meta.get_field(name)
        if field.null or not (isinstance(field, BooleanField) or name in FEW_VALUES):
            return None
    return found


def meets(row: Mapping[str, Any], where: Q) -> bool:
    """Whether a row of such columns meets such a condition."""
    each = [meets(row, child) if isinstance(child, Q) else _is_one_of(row, child) for child in where.children]
    return (any(each) if each and where.connector == Q.OR else all(each)) != where.negated


def _is_one_of(row: Mapping[str, Any], compared: Any) -> bool:
    name, value = compared
    return row[name.removesuffix(IN)] in value if name.endswith(IN) else row[name] == value


def _compared(where: Q) -> Iterator[str]:
    children: list[Any] = where.children
    for child in children:
        if isinstance(child, Q):
            yield from _compared(child)
        else:
            yield child[0].removesuffix(IN)
