"""Bar charts as plain geometry, for a page to draw.

Widths are percentages of the page and letters keep their size, so a chart reads the same on a phone and on paper. Every
bar has its words and its number beside it: neither colour nor pattern carries anything.
"""

from dataclasses import dataclass

from redbag.reports.tables import Line, Table

ROW = 62
WIDEST = 76  # per cent of the width; the number stands to the right


@dataclass(frozen=True)
class Bar:
    """One bar: words, value, how wide (per cent) and how far down; a range has its ends, also in per cent."""

    label: str
    value: str
    width: float
    top: int
    end: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Chart:
    """A chart of so many pixels in height, and what it says in words."""

    name: str
    title: str
    words: str
    height: int
    bars: list[Bar]


def chart_of(table: Table) -> Chart | None:
    """The chart of a table's lines about everything; None when no number in it is above nought."""
    lines = [line for line in table.together if line.row.drawn and not line.hidden and line.number.value is not None]
    told: list[tuple] = [(line.row.title, *_numbers(line)) for line in lines]
    most = max((number for line in lines for number in _numbers(line)), default=0)
    if not most:
        return None
    return Chart(
        name=table.name,
        title=table.measure.title,
        words=_words(told, table.measure.unit),
        height=ROW * len(told),
        bars=[_bar(place, told_of, WIDEST / most) for place, told_of in enumerate(told)],
    )


def _numbers(line: Line) -> tuple[float, ...]:
    """The value, and the ends of its middle half where there is one."""
    number = line.number
    told = (number.value, number.low, number.high) if number.low is not None else (number.value,)
    return tuple(each for each in told if each is not None)


def _bar(place: int, told: tuple, scale: float) -> Bar:
    label, number, *ends = told
    low, high = (round(end * scale, 2) for end in ends) if ends else (None, None)
    width = round(number * scale, 2)
    return Bar(
        label=label,
        value=f"{number:g}",
        width=width,
        top=place * ROW,
        end=max(width, high or 0),
        low=low,
        high=high,
    )


def _words(told: list[tuple], unit: str) -> str:
    said = [
        f"{label}: {number:g}" + (f", middle half {ends[0]:g} to {ends[1]:g}" if ends else "")
        for label, number, *ends in told
    ]
    return f"{'; '.join(said)} ({unit}). The table below says the same."
