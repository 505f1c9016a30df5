"""Rows into the database in bulk: COPY on PostgreSQL, many at once on SQLite."""

import json
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, models

from redbag.vault import SealedTextField, seal

ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NOTHING = "\\N"
Cell = Callable[[Any], Any]


def write(rows: Iterable[models.Model]) -> int:
    """Insert rows of one table in the caller's transaction, without the ids the database gives; how many there were.

    PostgreSQL takes no COPY into a table that its policies guard: there the rows are copied beside it, and inserted.
    """
    rows = list(rows)
    if not rows:
        return 0
    model = type(rows[0])
    copy = connection.vendor == "postgresql"
    fields = _fields(model)
    get, cells = _getter(model), [_cell(field, copy=copy) for field in fields]
    if copy:
        _copy(model, fields, (_line(cells, get(row)) for row in rows))
        return len(rows)
    marks = ",".join(["%s"] * len(fields))
    told = [
        [None if value is None else cell(value) for cell, value in zip(cells, get(row), strict=True)] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{model._meta.db_table}" ({_names(fields)}) VALUES ({marks})', told)
    return len(rows)


def _copy(model: type[models.Model], fields: list[models.Field], lines: Iterable[str]) -> None:
    table, names = model._meta.db_table, _names(fields)
    beside = f"beside_{table}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
        guarded = cursor.fetchone()[0]
        if guarded:
            cursor.execute(f'CREATE TEMP TABLE {beside} ON COMMIT DROP AS SELECT {names} FROM "{table}" WITH NO DATA')
        with cursor.copy(f'COPY "{beside if guarded else table}" ({names}) FROM STDIN') as copy:
            for line in lines:
                copy.write(line)
        if guarded:
            cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {beside}')
            cursor.execute(f"DROP TABLE {beside}")


def _line(cells: list[Cell], values: tuple) -> str:
    told = [NOTHING if value is None else cell(value) for cell, value in zip(cells, values, strict=True)]
    return "\t".join(told) + "\n"


@cache
def _fields(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]


@cache
def _getter(model: type[models.Model]) -> Callable[[models.Model], tuple]:
    return attrgetter(*(field.attname for field in _fields(model)))


def _names(fields: list[models.Field]) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)


def _cell(field: models.Field, *, copy: bool) -> Cell:
    """How a value of this field is written down; None never comes here."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.UUIDField):
        return _hex
    if isinstance(field, models.JSONField):
        return _json_copied if copy else _json
    if isinstance(field, SealedTextField):
        return _sealed_once
    if isinstance(field, models.DateTimeField):
        return str if copy else _naive
    if isinstance(field, models.CharField | models.TextField):
        return _escaped if copy else str
    if isinstance(field, models.BooleanField):
        return _truth if copy else int
    return str if copy or isinstance(field, models.DateField) else int


def _hex(value) -> str:
    return value.hex


def _json(value) -> str:
    return json.dumps(value) if value else _empty(value)


def _json_copied(value) -> str:
    return json.dumps(value).replace("\\", "\\\\") if value else _empty(value)


def _empty(value) -> str:
    return "[]" if isinstance(value, list) else json.dumps(value)


def _naive(value) -> str:
    return value.isoformat(" ").removesuffix("+00:00")


def _escaped(value) -> str:
    return value.translate(ESCAPED)


def _truth(value) -> str:
    return "t" if value else "f"


def _sealed_once(value) -> str:
    return _sealed(value) if value else ""


@lru_cache(maxsize=64)
def _sealed(text: str) -> str:
    """Texts that say the same are sealed once: they are made up, and sealing is slow."""
    return seal(text)
