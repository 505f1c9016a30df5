"""Bars that lie: one for each line of a measure or each place, a range where there is one, or two side by side."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from redbag.reports.charts.telling import Behind, extremes, lines_of, number
from redbag.reports.figures import Number
from redbag.reports.tables import Line, Table

WIDEST = 76  # per cent of the width; the number stands to the right
LINE, THICK, UNDER, AFTER = 20, 24, 16, 18  # pixels: a line of words, a bar, a range under it, the room below
SAID_IN_FULL = 8
MOST_PLACES = 40


@dataclass(frozen=True)
class Thing:
    """Something to draw: its words, its number, the heading it stands under, and whether it is of the second kind."""

    label: str
    told: Number
    heading: str = ""
    second: bool = False


@dataclass(frozen=True)
class Text:
    """A line of words, so many pixels down."""

    words: str
    y: int
    bold: bool = False


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its number as words, how wide (per cent) and how far down (pixels); a range lies under it."""

    label: str
    value: str
    width: float
    y: int
    second: bool = False
    low: float | None = None
    high: float | None = None

    @property
    def under(self) -> int:
        """How far down its range is."""
        return self.y + THICK + UNDER // 2

    @property
    def ends(self) -> tuple[float, ...]:
        """Both ends of the range, in per cent."""
        return () if self.low is None or self.high is None else (self.low, self.high)


@dataclass(frozen=True)
class Chart:
    """Bars so many pixels high together, and what they say in words; `kinds` are the words of two kinds of bars.

    `aside` are the lines of the table that have no bar, for it would dwarf the others.
    """

    name: str
    title: str
    words: str
    height: int
    bars: tuple[Bar, ...]
    texts: tuple[Text, ...]
    ranges: bool = False
    kinds: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    table: Behind | None = None


@dataclass(frozen=True)
class Pair:
    """One thing counted twice: with the bag and without, before and now, here and in the area."""

    label: str
    first: Number
    second: Number


def chart_of(table: Table) -> Chart | None:
    """The chart of a table's lines about everything; None when no number in it is above nought."""
    things = [_thing(each, each.row.title) for each in table.together if each.row.drawn]
    chart = _drawn(table.name, table.measure.title, table.measure.unit, things)
    aside = tuple(each.row.title for each in table.together if not each.row.drawn)
    return replace(chart, aside=aside) if chart else None


def places_chart(table: Table, *, row: str = "") -> Chart | None:
    """One bar for each place, of one row of the measure (the first without `row`), the highest first.

    None for more places than somebody reads as bars.
    """
    row = row or table.measure.rows[0].name
    things = [_thing(each, each.place) for each in table.apart if each.row.name == row]
    things.sort(key=lambda each: (-(each.told.value or 0), each.label))
    if len(things) > MOST_PLACES:
        return None
    return _drawn(f"{table.name}-places", table.measure.title, table.measure.unit, things)


def pairs_chart(*, name: str, title: str, unit: str, kinds: tuple[str, str], pairs: Iterable[Pair]) -> Chart | None:
    """Two bars for each pair, under its label, and the table of them; `kinds` are the words of the two.

    A number that is not known has no bar, and the table says so.
    """
    pairs = list(pairs)
    things = [
        Thing(word, told, heading=pair.label, second=bool(place))
        for pair in pairs
        for place, (word, told) in enumerate(zip(kinds, (pair.first, pair.second), strict=True))
    ]
    rows = tuple((pair.label, number(pair.first.value), number(pair.second.value)) for pair in pairs)
    return _drawn(name, title, unit, things, kinds=kinds, table=Behind(f"{title} ({unit})", ("What", *kinds), rows))


def _thing(line: Line, label: str) -> Thing:
    without = line.row.name.startswith("without")  # its pattern is the other one beside the row with
    return Thing(label, Number(None) if line.hidden else line.number, second=without)


def _drawn(
    name: str, title: str, unit: str, things: list[Thing], kinds: tuple[str, ...] = (), table: Behind | None = None
) -> Chart | None:
    things = [each for each in things if each.told.value is not None]
    most = max((end for each in things for end in _ends(each.told)), default=0)
    if not most:
        return None
    bars: list[Bar] = []
    texts: list[Text] = []
    down, heading = 0, ""
    for each in things:
        if each.heading != heading:
            heading = each.heading
            down = _write(texts, heading, down, bold=True)
        down = _write(texts, each.label, down)
        bars.append(_bar(each, down + 4, WIDEST / most))
        down += 4 + THICK + (UNDER if bars[-1].ends else 0) + AFTER
    return Chart(
        name=name,
        title=title,
        words=_words(things, unit),
        height=down,
        bars=tuple(bars),
        texts=tuple(texts),
        ranges=any(bar.low is not None for bar in bars),
        kinds=kinds,
        table=table,
    )


def _write(texts: list[Text], words: str, down: int, *, bold: bool = False) -> int:
    """Put the words so far down; how far down they end."""
    for line in lines_of(words):
        down += LINE
        texts.append(Text(line, down - 4, bold))
    return down


def _ends(told: Number) -> list[float]:
    """The value, and the ends of its middle half where there is one."""
    return [each for each in (told.value, told.low, told.high) if each is not None]


def _bar(thing: Thing, down: int, scale: float) -> Bar:
    told = thing.told
    width = round((told.value or 0) * scale, 2)
    low, high = (round(end * scale, 2) if end is not None else None for end in (told.low, told.high))
    return Bar(thing.label, number(told.value), width, down, thing.second, low, high)


def _words(things: list[Thing], unit: str) -> str:
    """The highest and the lowest of several, and every one when they are few."""
    told = [(f"{each.heading}, {each.label}" if each.heading else each.label, each.told) for each in things]
    first = f"{extremes([(label, said.value or 0) for label, said in told])} " if len(told) > 1 else ""
    if len(told) > SAID_IN_FULL:
        return f"{len(told)} bars ({unit}). {first}The table says the same."
    said = [
        f"{label}: {number(said.value)}"
        + (f", middle half {number(said.low)} to {number(said.high)}" if said.low is not None else "")
        for label, said in told
    ]
    return f"{first}{'; '.join(said)} ({unit}). The table says the same."
