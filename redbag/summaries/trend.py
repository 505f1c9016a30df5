"""The last scores as a picture: where each mark stands, which marks a line may join, and the same in words.

Each set has a column of its own, as on the paper chart. A line joins two full sets that follow each other within a day
and a half; nothing is drawn across an incomplete set or across days on which nobody looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

MOST = 6
JOINED_WITHIN = timedelta(hours=36)
WIDTH, HEIGHT = 468, 280
LEFT, COLUMN = 84, 64
TOP, BOTTOM, BELOW = 14, 204, 226
LOWEST_TOP, HIGHEST = 10, 20
BANDS = (("high", "High", 6.5, 20.0), ("medium", "Medium", 4.5, 6.5), ("low", "Low", -0.5, 4.5))
SHAPES = {"low": "circle", "low_medium": "diamond", "medium": "square", "high": "triangle"}
SIZE = 10


@dataclass(frozen=True, kw_only=True)
class Set:
    """One set of vital signs: local time, its score and band, or none when it is incomplete (`taken` of 7)."""

    taken_at: datetime
    score: int | None
    band: str
    taken: int


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One set in the picture; `points` draws its shape, empty for a circle and for an incomplete set."""

    x: int
    y: int
    shape: str
    points: str
    label: str
    time: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Band:
    """A stretch of scores with one answer."""

    name: str
    label: str
    y: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A picture of WIDTH by HEIGHT. `usual` is the height of the usual score, None when it is not known."""

    marks: Sequence[Mark]
    lines: Sequence[str]
    bands: Sequence[Band]
    usual: int | None
    usual_score: int | None
    words: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def draw(sets: Sequence[Set], *, usual: int | None) -> Trend:
    """The picture of the last sets, oldest first; more than MOST are left out from the front."""
    sets = sorted(sets, key=lambda each: each.taken_at)[-MOST:]
    known = [each.score for each in sets if each.score is not None] + ([usual] if usual is not None else [])
    top = min(HIGHEST, max(LOWEST_TOP, *known, 0) + 1)
    marks = [_mark(place, each, sets, top) for place, each in enumerate(sets)]
    return Trend(
        marks=marks,
        lines=_lines(sets, marks),
        bands=_bands(top),
        usual=None if usual is None else _height(usual, top),
        usual_score=usual,
        words=_words(sets, usual),
    )


def _height(score: float, top: int) -> int:
    """How far down a score stands, between TOP and BOTTOM."""
    return round(TOP + (BOTTOM - TOP) * (top - max(0.0, min(score, top))) / top)


def _mark(place: int, each: Set, sets: Sequence[Set], top: int) -> Mark:
    x, y = LEFT + COLUMN * place + COLUMN // 2, BELOW if each.score is None else _height(each.score, top)
    shape = "open" if each.score is None else SHAPES.get(each.band, "circle")
    new_day = place == 0 or sets[place - 1].taken_at.date() != each.taken_at.date()
    return Mark(
        x=x,
        y=y,
        shape=shape,
        points=_corners(shape, x, y),
        label=f"{each.taken}/7" if each.score is None else str(each.score),
        time=f"{each.taken_at:%H:%M}",
        day=f"{each.taken_at.day} {each.taken_at:%b}" if new_day else "",
    )


def _corners(shape: str, x: int, y: int) -> str:
    corners = {
        "diamond": ((0, -SIZE), (SIZE, 0), (0, SIZE), (-SIZE, 0)),
        "square": ((-8, -8), (8, -8), (8, 8), (-8, 8)),
        "triangle": ((0, -SIZE), (SIZE, 8), (-SIZE, 8)),
    }
    return " ".join(f"{x + right},{y + down}" for right, down in corners.get(shape, ()))


def _lines(sets: Sequence[Set], marks: Sequence[Mark]) -> list[str]:
    """One line for each pair of full sets that follow each other in time: `x1,y1 x2,y2`."""
    return [
        f"{from_.x},{from_.y} {to.x},{to.y}"
        for (before, from_), (after, to) in pairwise(zip(sets, marks, strict=True))
        if before.score is not None and after.score is not None and after.taken_at - before.taken_at <= JOINED_WITHIN
    ]


def _bands(top: int) -> list[Band]:
    found = []
    for name, label, lowest, highest in BANDS:
        y = _height(highest, top)
        found.append(Band(name=name, label=label, y=y, height=_height(lowest, top) - y))
    return found


def _words(sets: Sequence[Set], usual: int | None) -> str:
    """The picture for who cannot see it: from when to when, each score in turn, and the usual one."""
    if not sets:
        return ""
    scores = ", ".join("incomplete" if each.score is None else str(each.score) for each in sets)
    first, last = (f"{each.taken_at.day} {each.taken_at:%b %H:%M}" for each in (sets[0], sets[-1]))
    return f"NEWS2 from {first} to {last}: {scores}. Usual: {'not known' if usual is None else usual}."
