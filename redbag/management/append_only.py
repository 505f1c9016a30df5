"""The one way past the triggers of append-only tables: for what is written there, under another key."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, models, transaction

WAIT_SECONDS = 3
TRIES = 20


@contextmanager
def writable(model: type[models.Model]) -> Iterator[None]:
    """Let this connection alone change rows of an append-only table until the end of the block, in one transaction.

    Nobody else ever sees the table without its triggers: they are off only inside the transaction, which others that
    write there wait for. A run that is killed leaves them on. Only the tables' owner may. Any other table is written
    as always, each row by itself, so that no row's lock waits for another.
    """
    table = model._meta.db_table
    triggers = _triggers(table)
    if not triggers:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _lock(cursor, table)
            for name, _ in triggers:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"')
            yield
            for name, _ in triggers:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{name}"')
            return
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _, made_by in triggers:
            cursor.execute(made_by)


def _triggers(table: str) -> list[tuple[str, str]]:
    """(name, the statement that made it) of what makes the table append-only."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, '' FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
                "WHERE tgrelid = %s::regclass AND NOT tgisinternal AND proname = 'redbag_append_only'",
                [f'"{table}"'],
            )
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s "
                "AND name LIKE '%%!_refuses!_%%' ESCAPE '!'",
                [table],
            )
        return cursor.fetchall()


def _lock(cursor, table: str) -> None:
    """Wait for those who write, but never so long that others queue up behind us."""
    cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
    for tries_left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                cursor.execute(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')
            return
        except OperationalError:
            if not tries_left:
                raise
