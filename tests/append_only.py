"""The migrations that make tables append-only, in their order; and how tests empty those tables all the same."""

import importlib

from django.db import connection, transaction

NAMES = (
    "0002_append_only",
    "0004_more_append_only",
    "0007_steps_append_only",
    "0016_last_words_append_only",
    "0020_checkpoints",
    "0027_emptied_by_rule",
    "0032_baselines",
)
TRIGGERS = [importlib.import_module(f"redbag.migrations.{name}") for name in NAMES]


def empty_on_sqlite(flush) -> None:
    """Have Django empty the tables while no trigger stands."""
    with connection.schema_editor() as editor:
        for each in reversed(TRIGGERS):
            each.lift(None, editor)
    try:
        flush()
    finally:
        with connection.schema_editor() as editor:
            for each in TRIGGERS:
                each.stand(None, editor)


def empty_on_postgresql() -> None:
    """Delete what a test left, past the triggers: where a few tables hold a few rows, that is quicker than TRUNCATE."""
    tables = [name for name in connection.introspection.table_names() if name.startswith(("redbag_", "django_session"))]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{each}' WHERE EXISTS (SELECT FROM {each})" for each in tables))
        held = [table for (table,) in cursor.fetchall()]
        if not held:
            return
        cursor.execute("; ".join(f"ALTER TABLE {each} DISABLE TRIGGER USER" for each in held))
        cursor.execute("; ".join(f"DELETE FROM {each}" for each in held))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("; ".join(f"ALTER TABLE {each} ENABLE TRIGGER USER" for each in held))
