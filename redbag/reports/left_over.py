"""Whether too little is hidden: taken from its total, what is told of the others tells what is left over. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from redbag.reports.figures import Figure, HowMany, Number, Share
from redbag.reports.hiding import ENOUGH_LENGTHS, SMALL

OFF = 2  # by how much a count told to the nearest 5 may be off
NO_END = 10**9
ANSWERS = 3  # so many must be possible; a share that is told too may rule one out


class Between(NamedTuple):
    """From where to where a count may lie."""

    low: int
    high: int


def gives_away(figure: Figure, total: Number | None, parts: Sequence[Number | None], *, exact: bool = False) -> bool:
    """Whether a told total and what is told of its parts leave what is hidden (None) too few answers.

    Shares and rates do not add up; what they are of, the part and, of shares, the rest do. To those whose it is, a
    total is told `exact`.
    """
    hidden = parts.count(None)
    if total is None or not hidden:
        return False
    every = {name: Between(count, count) for name, count in _counts(figure, total).items()}
    every = every if exact else _told(figure, total)
    told = [_told(figure, part) for part in parts if part is not None]
    return any(
        _few_answers(around, [each[name] for each in told], hidden, _one(figure, every, name))
        for name, around in every.items()
    )


def _counts(figure: Figure, number: Number) -> dict[str, int]:
    """What of a number adds up: the number itself, or its whole, part and rest as far as they are counts."""
    plain = isinstance(figure, HowMany) and figure.cases is None
    found = {"value": number.value} if plain else {"whole": number.whole, "part": number.part}
    if isinstance(figure, Share):
        found["rest"] = (number.whole or 0) - (number.part or 0)
    return {name: count for name, count in found.items() if isinstance(count, int)}


def _told(figure: Figure, number: Number) -> dict[str, Between]:
    """Where the counts of a number told outside may lie: each is nought, or five and more."""
    found = {}
    for name, count in _counts(figure, number).items():
        off = 2 * OFF if name == "rest" else OFF
        found[name] = Between(max(count - off, SMALL), count + off) if count else Between(0, 0)
    if isinstance(figure, Share):
        found["whole"] = Between(max(found["whole"].low, found["part"].low + found["rest"].low), found["whole"].high)
    return found


def _one(figure: Figure, every: dict[str, Between], name: str) -> Between:
    """Where one hidden count may lie."""
    if name == "value":
        return Between(1, SMALL - 1)
    if figure.kind == "spread":
        return Between(1, ENOUGH_LENGTHS - 1)
    all_alike = isinstance(figure, Share) and 0 in (every["part"].high, every["rest"].high)
    return Between(int(name == "whole"), SMALL - 1 if all_alike else NO_END)


def _few_answers(total: Between, told: Sequence[Between], hidden: int, one: Between) -> bool:
    low = max(total.low - sum(each.high for each in told), hidden * one.low)
    high = min(total.high - sum(each.low for each in told), hidden * one.high)
    if hidden == 1:
        return high - low < ANSWERS - 1 and high > 0 and low < SMALL
    return 0 < high <= hidden * one.low or low >= hidden * one.high
