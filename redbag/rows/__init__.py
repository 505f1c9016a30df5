"""Which rows the database opens to whoever asks, beside the scoped look-ups of the code.

PostgreSQL holds policies on every table that says something of a resident. They read three settings of the connection,
and those follow the scope kept here: nothing at all until somebody is known, then the rows of their organisations and
of the journeys that they hold a right to. SQLite has no such policies; there the scope has no effect.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import UUID


@dataclass(frozen=True)
class Scope:
    """What opens: everything, or the rows of these organisations and of these journeys."""

    everything: bool = False
    organisations: frozenset[UUID] = frozenset()
    transfers: frozenset[UUID] = frozenset()


CLOSED, ALL = Scope(), Scope(everything=True)
outside = CLOSED  # what opens outside of a request; a command, a worker's task and a test open everything
_asker: ContextVar[Scope | None] = ContextVar("asker", default=None)
_for_a_while: ContextVar[Scope | None] = ContextVar("for_a_while", default=None)


def scope() -> Scope:
    """What opens now."""
    return _for_a_while.get() or _asker.get() or outside


@contextmanager
def a_request() -> Iterator[None]:
    """Open nothing to a request until `only` says whose it is."""
    before = _asker.set(CLOSED)
    try:
        yield
    finally:
        _asker.reset(before)


def only(organisations: Iterable[UUID], transfer_id: UUID | None = None) -> None:
    """Open to whoever asks the rows of their organisations, and to a visitor those of their one journey."""
    _asker.set(Scope(False, frozenset(organisations), frozenset({transfer_id} if transfer_id else ())))


def also(transfer_id: UUID) -> None:
    """Open one journey more to whoever asks: their token, label or code was looked at and gives a right to it."""
    held = _asker.get()
    if held is not None:
        _asker.set(replace(held, transfers=held.transfers | {transfer_id}))


@contextmanager
def everything() -> Iterator[None]:
    """Open every row for a while: to work of the service itself, and to look-ups that cross organisations by design."""
    before = _for_a_while.set(ALL)
    try:
        yield
    finally:
        _for_a_while.reset(before)
