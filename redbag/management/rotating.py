"""Puts everything that is sealed under the first of its keys, beside a running service; nothing is read by a person.

Row by row, and only where a row still says what was read: whatever the service writes meanwhile stands. A run that was
killed is run again, and passes over what is done.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, models, transaction

from redbag.management.append_only import writable
from redbag.vault import BlindIndexField, SealedTextField, blind_indexes, reseal_file, resealed, unseal

BATCH = 500
AN_HOUR = 60 * 60  # in seconds: no file takes as long to be exchanged
MARK = "gAAAA"  # with which everything sealed begins (Fernet, version 128)
Row = tuple


@dataclass
class Count:
    """What was found in one place."""

    place: str
    seen: int = 0
    older: int = 0  # under another key than the first
    moved: int = 0  # and now under the first
    unreadable: list[str] = field(default_factory=list)

    @property
    def left(self) -> int:
        """How many are still not under the first key."""
        return self.older - self.moved + len(self.unreadable)


@dataclass(frozen=True)
class Table:
    """A table with sealed columns, and how to read and write it without the service's own eyes."""

    model: type[models.Model]
    sealed: tuple[models.Field, ...]
    holding: tuple[models.Field, ...]  # JSON in which a sealed text may stand
    indexes: tuple[BlindIndexField, ...]

    @property
    def columns(self) -> list[models.Field]:
        return [*self.sealed, *self.holding, *self.indexes]

    def said(self, row: Row) -> dict[str, str]:
        """What stood in the columns of a row, by column."""
        return dict(zip((each.column for each in self.columns), row[1:], strict=True))


def tables() -> list[Table]:
    """Every table that may hold something sealed: SealedTextField, columns named `..._sealed`, and JSON."""
    found = []
    for model in apps.get_app_config("redbag").get_models():
        fields = model._meta.concrete_fields
        sealed = tuple(each for each in fields if _is_sealed(each))
        holding = tuple(each for each in fields if isinstance(each, models.JSONField))
        indexes = tuple(each for each in fields if isinstance(each, BlindIndexField))
        if sealed or holding:
            found.append(Table(model, sealed, holding, indexes))
    return found


def rotate_table(table: Table, *, check: bool, batch: int = BATCH) -> Count:
    """Seal a table's columns again where they are under an older key; with `check` they are only counted."""
    count = Count(table.model._meta.db_table)
    for rows in _batches(table, batch):
        changes = [(row, change) for row in rows if (change := _change(table, row, count))]
        if check or not changes:
            continue
        with writable(table.model):
            for row, change in changes:
                count.moved += _exchange(table, row, change, count)
    return count


def rotate_files(*, check: bool) -> Count:
    """The same for what keep_file kept, for keys the service made for itself, and for mail that was put aside."""
    count = Count("files")
    for draft in _of_a_killed_run():
        count.older += 1
        if not check:
            draft.unlink(missing_ok=True)
            count.moved += 1
    for path in _files():
        count.seen += 1
        try:
            text = path.read_text("ascii") if check else ""
            older = resealed(text) != text if check else reseal_file(path)
            count.older += older
            count.moved += older and not check
        except FileNotFoundError:
            continue  # thrown away meanwhile
        except (InvalidToken, OSError, ValueError):
            count.unreadable.append(f"{path} opens with none of the keys")
    return count


def rotate(*, check: bool, told: Callable[[Count], None], batch: int = BATCH) -> int:
    """Do all of it, telling of each place when it is done; how much is left under another key, or under none."""
    left = 0
    for table in tables():
        count = rotate_table(table, check=check, batch=batch)
        told(count)
        left += count.left
    for count in (rotate_files(check=check), looks_kept_aside()):
        told(count)
        left += count.left
    return left


def looks_kept_aside() -> Count:
    """Looks that the journal could not take yet, under older keys: the clock writes them down, then they are gone."""
    count = Count("journal-fallback")
    for path in sorted((Path(settings.REDBAG_DATA) / "journal-fallback").glob("*.jsonl")):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            count.seen += 1
            try:
                count.older += resealed(line) != line
            except InvalidToken:
                count.unreadable.append(f"{path.name} line {number} opens with none of the keys")
    return count


def _is_sealed(column: models.Field) -> bool:
    return isinstance(column, SealedTextField) or column.name.endswith("_sealed")


def _batches(table: Table, size: int) -> Iterator[list[Row]]:
    """(key, columns as they stand, ...) in the order of the key."""
    name, key = _quoted(table.model._meta.db_table), _quoted(table.model._meta.pk.column)
    columns = ", ".join(f"CAST({_quoted(each.column)} AS TEXT)" for each in table.columns)
    after: list = []
    while True:
        where = f"WHERE {key} > %s" if after else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {key}, {columns} FROM {name} {where} ORDER BY {key} LIMIT {int(size)}", after)
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        after = [rows[-1][0]]


def _change(table: Table, row: Row, count: Count) -> dict[str, str]:
    """What a row's columns have to say instead, by column."""
    was, change = table.said(row), dict[str, str]()
    for column in table.sealed:
        text = was[column.column]
        if not text:
            continue
        count.seen += 1
        try:
            again = resealed(text)
        except InvalidToken:
            count.unreadable.append(f"{count.place}.{column.column} of {row[0]} opens with none of the keys")
            continue
        change |= {column.column: again} if again != text else {}
    for column in table.holding:
        text = was[column.column]
        if text and MARK in text and (again := _again(json.loads(text))) != json.loads(text):
            change[column.column] = json.dumps(again)
    for index in table.indexes:
        try:
            change |= _index(table, index, was)
        except InvalidToken:
            count.unreadable.append(f"{count.place}.{index.of} of {row[0]} is not what it is found by")
    count.older += bool(change)
    return change


def _index(table: Table, index: BlindIndexField, was: dict[str, str]) -> dict[str, str]:
    """The newest index in place of an older one; InvalidToken for one that no key makes of this value."""
    sealed = was[next(each.column for each in table.sealed if each.name == index.of)]
    right = blind_indexes(unseal(sealed), purpose=index.purpose) if sealed else [""]
    if was[index.column] not in right:
        raise InvalidToken
    return {index.column: right[0]} if right[0] != was[index.column] else {}


def _again(value):
    """JSON with every sealed text in it under the first key; what only looks sealed stays as somebody typed it."""
    if isinstance(value, dict):
        return {name: _again(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_again(each) for each in value]
    if isinstance(value, str) and value.startswith(MARK):
        try:
            return resealed(value)
        except (InvalidToken, UnicodeEncodeError):
            return value
    return value


def _exchange(table: Table, row: Row, change: dict[str, str], count: Count) -> bool:
    """Write the change if the row still says what was read; whether it did."""
    model, was = table.model._meta, table.said(row)
    json_columns = {each.column for each in table.holding} if connection.vendor == "postgresql" else set()
    sets = ", ".join(f"{_quoted(each)} = %s{'::jsonb' if each in json_columns else ''}" for each in change)
    same = " AND ".join(f"CAST({_quoted(each)} AS TEXT) = %s" for each in change)
    statement = f"UPDATE {_quoted(model.db_table)} SET {sets} WHERE {_quoted(model.pk.column)} = %s AND {same}"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [*change.values(), row[0], *(was[each] for each in change)])
            return cursor.rowcount == 1
    except IntegrityError as wrong:
        count.unreadable.append(f"{count.place} {row[0]}: {str(wrong).splitlines()[0]}")
        count.older -= 1
        return False


def _of_a_killed_run() -> Iterator[Path]:
    """Drafts that a run left behind when it was killed: copies that nobody who destroys a record knows of."""
    for draft in sorted(Path(default_storage.location).glob("**/*.tmp")):
        if draft.stat().st_mtime < time.time() - AN_HOUR:
            yield draft


def _files() -> Iterator[Path]:
    folder = Path(settings.REDBAG_DATA)
    for where, pattern in (
        (Path(default_storage.location), "**/*"),
        (folder, "*.key"),
        (folder / "mail-in", "*/*.sealed"),
    ):
        for each in sorted(where.glob(pattern)):
            if each.is_file() and not each.is_symlink() and each.suffix != ".tmp":
                yield each


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
