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


def amount(value: float | None, unit: str) -> str:
    """The number; of money as money: £1,080.40."""
    return f"£{value:,.2f}".removesuffix(".00") if unit == "pounds" and value is not None else number(value)


def lines_of(text: str) -> tuple[str, ...]:
    """The text in at most three lines that fit the narrowest page."""
    lines = textwrap.wrap(text, LETTERS) or [""]
    return (*lines[:2], " ".join(lines[2:])[: LETTERS - 1] + "…") if len(lines) > 3 else tuple(lines)


def steps_to(most: float, *, whole: bool = False) -> list[float]:
    """Round numbers from nought to no less than `most`, six at most: the scale of a chart.

    With `whole` there is no step between two whole numbers: nobody has half a bag.
    """
    size = 10 ** math.floor(math.log10(most / 4))
    step = next(size * each for each in (1, 2, 2.5, 5, 10) if size * each * 5 >= most)
    step = math.ceil(step) if whole else step
    return [round(step * each, 10) for each in range(math.ceil(round(most / step, 6)) + 1)]


def extremes(told: list[tuple[str, float]]) -> str:
    """Which is highest and which lowest, where they differ."""
    high, low = max(told, key=lambda each: each[1]), min(told, key=lambda each: each[1])
    if high[1] == low[1]:
        return "All are the same."
    return f"Highest: {high[0]}, {number(high[1])}. Lowest: {low[0]}, {number(low[1])}."
