"""Triggers by which a table refuses UPDATE and DELETE, for the migrations that make one append-only."""

from collections.abc import Callable, Sequence


def stand_on(tables: Sequence[str]) -> Callable:
    """The step forwards: these tables refuse from now on. On PostgreSQL `redbag_append_only()` is there already."""

    def stand(apps, schema_editor):
        for table in tables:
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION redbag_append_only()"
                )
                continue
            for event in ("UPDATE", "DELETE"):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_refuses_{event.lower()} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )

    return stand


def lift_from(tables: Sequence[str]) -> Callable:
    """The step back."""

    def lift(apps, schema_editor):
        for table in tables:
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(f"DROP TRIGGER {table}_append_only ON {table}")
                continue
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_refuses_{event}")

    return lift
