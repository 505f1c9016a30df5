"""Tallies of more than one area, kept a few minutes where counting them took its time: numbers alone, naming nobody.

A kept answer says when it was counted, so its age is shown like any other's. Whoever asks with another scope, from
inside or outside, over other days or for other measures gets an answer of their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic
from typing import Any

from django.core.cache import cache

from redbag.counting.catching_up import Fresh
from redbag.counting.journeys import VERSION
from redbag.reports.computing import Apart, Sums
from redbag.reports.scopes import Scope

KEPT = timedelta(minutes=4)
SLOW = 1.0
"""Seconds; what is counted faster is counted every time, so a small place never reads yesterday's minute."""


@dataclass(frozen=True)
class Answer:
    """What was counted by place, what of other days (nothing where none were asked for), and how fresh it is."""

    tallied: Apart
    earlier: Apart
    fresh: Fresh


def kept(count: Callable[[], Answer], *, tallies: Sequence[Any], scope: Scope, asked: tuple, now: datetime) -> Answer:
    """The answer of a few minutes ago, else a new one. Beside the scope it depends on nothing but what is `asked`."""
    if not any(column == "area" and len(ids) > 1 for column, ids in scope.places):
        return count()
    key = f"report-{sha256(repr((scope, asked, len(tallies), VERSION)).encode()).hexdigest()}"
    found = cache.get(key)
    if found is not None and found[0] <= now <= found[0] + KEPT:
        counted_at, waiting, tallied, earlier = found
        return Answer(_unpacked(tallied, tallies), _unpacked(earlier, tallies), Fresh(counted_at, waiting))
    began = monotonic()
    answer = count()
    if monotonic() - began >= SLOW and answer.fresh.counted_at is not None:
        packed = (_packed(answer.tallied, tallies), _packed(answer.earlier, tallies))
        cache.set(key, (answer.fresh.counted_at, answer.fresh.waiting, *packed), KEPT.total_seconds())
    return answer


def _packed(apart: Apart, tallies: Sequence[Any]) -> tuple:
    """Its numbers by key and place in the order of what was asked for: a tally itself may hold a function."""
    place = {tally: number for number, tally in enumerate(tallies)}
    rows = {key: {place[tally]: value for tally, value in sums.items()} for key, sums in apart.items()}
    return rows, {place[tally]: value for tally, value in apart.spreads.items()}


def _unpacked(packed: tuple, tallies: Sequence[Any]) -> Apart:
    rows, spreads = packed
    apart = Apart()
    apart.update({key: Sums({tallies[at]: value for at, value in sums.items()}) for key, sums in rows.items()})
    apart.spreads.update({tallies[at]: value for at, value in spreads.items()})
    return apart
