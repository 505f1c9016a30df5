"""What charts share: numbers as words, lines that fit a phone, a scale that people count by."""

import math
import textwrap
from dataclasses import dataclass

LETTERS = 34  # of 16 pixels fit the width of a page enlarged to 400 %


@dataclass(frozen=True)
class Behind:
    """The table behind a chart: titles of the columns, and rows of words; the first cell of a row heads it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def number(value: float | None) -> str:
    """The number as people write it; a dash where there is none."""
    return "–" if value is None else f"{value:,.10g}"


def lines_of(text: str) -> tuple[str, ...]:
    """The text in at most three lines that fit the narrowest page."""
    lines = textwrap.wrap(text, LETTERS) or [""]
    return (*lines[:2], " ".join(lines[2:])[: LETTERS - 1] + "…") if len(lines) > 3 else tuple(lines)


def steps_to(most: float) -> list[float]:
    """Round numbers from nought to no less than `most`, four to six of them: the scale of a chart."""
    if most <= 0:
        return [0, 1]
    size = 10 ** math.floor(math.log10(most / 4))
    step = next(size * each for each in (1, 2, 2.5, 5, 10) if size * each * 5 >= most)
    return [round(step * each, 10) for each in range(math.ceil(round(most / step, 6)) + 1)]


def extremes(told: list[tuple[str, float]]) -> str:
    """Which is highest and which lowest, where they differ."""
    high, low = max(told, key=lambda each: each[1]), min(told, key=lambda each: each[1])
    if high[1] == low[1]:
        return "All are the same."
    return f"Highest: {high[0]}, {number(high[1])}. Lowest: {low[0]}, {number(low[1])}."
