"""How fresh the numbers of a page are: what happened lately is counted before they are read."""

from collections.abc import Iterable
from datetime import datetime

from redbag.counting.catching_up import Fresh, catch_up
from redbag.reports.tables import Table

A_TURN = 100  # residents at most before a page is shown; the others a minute later


def counted(now: datetime) -> Fresh:
    """Count what happened since, within bounds; when everything was counted, and what is not in it yet."""
    return catch_up(now=now, at_most=A_TURN)


def as_told(tables: Iterable[Table], fresh: Fresh) -> Fresh:
    """The same, but for numbers of more than one area as old as those: they may be a few minutes old."""
    return next((Fresh(table.counted_at, table.waiting) for table in tables), fresh)
