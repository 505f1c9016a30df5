"""Rows told so that nobody stands out: of whatever is said of a row, five or more share it. Pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

from redbag.reports.hiding import SMALL

Told = TypeVar("Told")
Key = Callable[[Any], Hashable]


def in_fives(rows: Iterable[Told], *, by: Key, order: Callable[[Any], Any]) -> list[Told]:
    """Of each group as many rows as make whole fives, the last ones in their order left out.

    So the length of a list tells a count no better than a number to the nearest 5 does, and a group of fewer than five
    is not told at all.
    """
    kept: list[Told] = []
    for group in grouped(rows, by=by).values():
        kept += sorted(group, key=order)[: len(group) // SMALL * SMALL]
    return kept


def told_in_crowds(rows: Sequence[Told], *, by: Sequence[Key]) -> list[tuple[Told, int]]:
    """Each row with how many of its keys, the first ones first, may be told: five rows or more share those.

    Where fewer share a key, it is told of none of them; and where those together were fewer than five, of none of the
    next smallest group either, so that nobody finds them by what is left.
    """
    return _deeper(rows, by, 0)


def _deeper(rows: Sequence[Told], by: Sequence[Key], depth: int) -> list[tuple[Told, int]]:
    if depth == len(by):
        return [(row, depth) for row in rows]
    groups = sorted(grouped(rows, by=by[depth]).values(), key=len)
    alike: list[Told] = []
    while groups and (len(groups[0]) < SMALL or 0 < len(alike) < SMALL):
        alike += groups.pop(0)
    return [(row, depth) for row in alike] + [each for group in groups for each in _deeper(group, by, depth + 1)]


def enough(values: Iterable[Any]) -> bool:
    """Whether something may be told row by row: five or more rows have it, and none or five or more have it not."""
    told = [value is not None and value is not False for value in values]
    having = sum(told)
    return having >= SMALL and (having == len(told) or len(told) - having >= SMALL)


def grouped(rows: Iterable[Told], *, by: Key) -> dict[Hashable, list[Told]]:
    """The rows by a key of theirs."""
    found: dict[Hashable, list[Told]] = defaultdict(list)
    for row in rows:
        found[by(row)].append(row)
    return found
