"""The cast of tests/world.py, made once in a process and then written again as it was: most tests begin with it."""

import pickle

from django.conf import settings
from django.db import connection

from tests.steady import drawing_as
from tests.world import World, build

Statements = list[tuple[str, tuple]]
_made: dict[tuple[str, ...], tuple[Statements, bytes]] = {}  # by the keys under which its labels are sealed


def cast() -> World:
    """The cast in a database where nobody is yet; the same people with the same ids each time."""
    keys = (*settings.DATA_KEYS, *settings.LABEL_KEYS)
    if keys not in _made:
        _made[keys] = _make()
        return pickle.loads(_made[keys][1])
    statements, world = _made[keys]
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
    return pickle.loads(world)


def _make() -> tuple[Statements, bytes]:
    said: Statements = []

    def listen(execute, sql, values, many, context):
        again = sql.startswith("INSERT") and "RETURNING" not in sql and not many
        assert again, f"This cannot be said again as it is: {sql}"
        said.append((sql, values))
        return execute(sql, values, many, context)

    with drawing_as("the cast"), connection.execute_wrapper(listen):
        world = build()
    if connection.vendor == "postgresql":  # which takes all of them at once
        said = [("; ".join(connection.ops.compose_sql(*each) for each in said), None)]
    return said, pickle.dumps(world)
