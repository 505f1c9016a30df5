"""How PostgreSQL is asked when an answer goes over very many rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from redbag.reports.scopes import Scope

ASKED = "SET LOCAL jit = off; SET LOCAL work_mem = '32MB'"
"""Compiling each of some thirty statements takes longer than it saves; in 4 MB a year of a nation's rows is known only
by page, and every row of those is looked at again."""


@contextmanager
def asked_widely(scope: Scope) -> Iterator[None]:
    """Ask so for an area, a hospital, an ambulance service or a nation; a home's own few rows need nothing."""
    if connection.vendor != "postgresql" or {column for column, _ in scope.places} == {"home"}:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ASKED)
        yield
