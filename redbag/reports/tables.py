"""A report as a table, and the table as JSON, CSV and spreadsheet."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from redbag.reports.figures import Number
from redbag.reports.measures.definitions import Measure, Row
from redbag.reports.periods import LONDON

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMATS = {"count": "0", "number": "0.0", "percent": '0.0"%"'}


@dataclass(frozen=True)
class Column:
    """A column of a table. Kinds: text, count, number, percent; the last three hold numbers or None."""

    name: str
    title: str
    kind: str = "text"


@dataclass(frozen=True)
class Line:
    """One line: about everything together (`place` is empty) or one home or area, with the number of one row."""

    row: Row
    number: Number
    place: str = ""
    place_code: str = ""
    hidden: bool = False  # too small to be shown to whoever asks; then the number says nothing
    rounded: bool = False  # told to the nearest 5


@dataclass(frozen=True)
class Table:
    """A measure over a period.

    The first lines (`together`) are about everything, one for each row of the measure; with several places those of
    each place follow. `headline` is the one number to compare, `before` the same for the period before. `counted_at` is
    when the rows under it were last made, `waiting` how many changes since are not in it yet.
    """

    measure: Measure
    scope: str
    start: date
    end: date
    together: list[Line]
    apart: list[Line]
    headline: Number
    before: Number | None = None
    headline_hidden: bool = False  # too small to be shown to whoever asks
    told_apart_by: str = ""
    rounded: bool = False  # whether whoever asks stands outside: small numbers hidden, others to the nearest 5
    counted_at: datetime | None = None
    waiting: int = 0

    @property
    def name(self) -> str:
        """The measure's name."""
        return self.measure.name

    @property
    def lines(self) -> list[Line]:
        """All lines in order."""
        return [*self.together, *self.apart]

    @property
    def columns(self) -> list[Column]:
        """The columns that a measure of this kind has, led by the place when there are several.

        A mean is told to nobody outside, so where every line is for them it has no column.
        """
        places = [Column("place", self.told_apart_by.capitalize())] if self.apart else []
        outside = all(line.rounded for line in self.lines)
        told = [each for each in COLUMNS_OF[self.measure.kind](self.measure) if not (outside and each.name == "mean")]
        return [*places, Column("what", self.measure.first), *told]

    @property
    def rows(self) -> list[tuple]:
        """Every line as cells in the order of the columns."""
        return [tuple(cell_of(line, column) for column in self.columns) for line in self.lines]


def _share(measure: Measure) -> list[Column]:
    return [
        Column("whole", measure.whole, "count"),
        Column("part", measure.part, "count"),
        Column("value", "Share", "percent"),
    ]


def _rate(measure: Measure) -> list[Column]:
    return [
        Column("whole", measure.whole, "number" if measure.against_a_year else "count"),
        Column("part", measure.part, "count"),
        Column("value", measure.unit.capitalize(), "number"),
    ]


def _count(measure: Measure) -> list[Column]:
    return [Column("value", measure.whole, "count")]


def _spread(measure: Measure) -> list[Column]:
    return [
        Column("whole", measure.whole, "count"),
        Column("value", f"Half took less than ({measure.unit})", "number"),
        Column("low", "Middle half from", "number"),
        Column("high", "Middle half to", "number"),
        Column("mean", "Mean", "number"),
    ]


COLUMNS_OF = {"share": _share, "rate": _rate, "count": _count, "spread": _spread}
HIDES = "counts of 1 to 4, and all but 1 to 4, are not shown; others are to the nearest 5, shares and rates about so"
SMALL_NUMBERS = {
    (True, True): f"Of everything: {HIDES}.",
    (True, False): f"The whole is exact. Of each place: {HIDES}.",
    (False, False): "Exact.",
}
SAID: tuple[str, ...] = (
    "name",
    "title",
    "subject",
    "question",
    "numerator",
    "denominator",
    "exclusions",
    "unit",
    "source",
    "good",
)
SAID += ("caveat", "kind", "observational")
ALL_TOGETHER = "All together"


def cell_of(line: Line, column: Column) -> Any:
    """What stands in one cell: text, a number, or None where there is none or it is hidden."""
    if column.name == "place":
        return line.place or ALL_TOGETHER
    if column.name == "what":
        return line.row.title
    return None if line.hidden else getattr(line.number, column.name)


def said_of(measure: Measure) -> dict[str, Any]:
    """What a measure is, in its own words."""
    return {each: getattr(measure, each) for each in SAID}


def as_json(table: Table) -> dict:
    """The table with everything needed to read it, ready for JSON."""
    return said_of(table.measure) | {
        "scope": table.scope,
        "from": table.start.isoformat(),
        "to": table.end.isoformat(),
        "counted_at": table.counted_at.isoformat() if table.counted_at else None,
        "waiting": table.waiting,
        "rounded": table.rounded,
        "headline": table.headline.value,
        "headline_hidden": table.headline_hidden,
        "before": table.before.value if table.before else None,
        "columns": [{"name": each.name, "title": each.title, "kind": each.kind} for each in table.columns],
        "rows": [_json_line(line, table.columns) for line in table.lines],
    }


def _json_line(line: Line, columns: list[Column]) -> dict:
    told = {column.name: cell_of(line, column) for column in columns}
    return told | {"row": line.row.name, "place_code": line.place_code, "hidden": line.hidden}


def as_csv(table: Table) -> bytes:
    """UTF-8 CSV, the column titles first, then whose, which days, when counted, and whether a number is hidden.

    Text that a spreadsheet would run as a formula gets a leading apostrophe.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*(each.title for each in table.columns), "Numbers", "Whose", "From", "To", "Counted at"])
    about = [harmless(table.scope), table.start.isoformat(), table.end.isoformat(), on_the_clock(table.counted_at)]
    for line, row in zip(table.lines, table.rows, strict=True):
        shown = "hidden: too few" if line.hidden else "to the nearest 5" if line.rounded else "exact"
        writer.writerow([*("" if cell is None else harmless(cell) for cell in row), shown, *about])
    return text.getvalue().encode()


def on_the_clock(at: datetime | None) -> str:
    """The moment as the clock in London shows it, so that a spreadsheet reads it; empty for none."""
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}" if at else ""


def harmless(cell: object) -> object:
    """The cell; text that begins like a formula with an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def as_xlsx(table: Table) -> bytes:
    """A workbook with the table (numbers as numbers, text never as formula) and a sheet that says how to read it."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        numbers = {kind: book.add_format({"num_format": shape}) for kind, shape in FORMATS.items()}
        sheet = book.add_worksheet("Report")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, column.title, bold)
            sheet.set_column(place, place, 26 if column.kind == "text" else 16)
            for line, row in enumerate(table.rows, start=1):
                if column.kind == "text":
                    sheet.write_string(line, place, str(row[place]))
                elif row[place] is not None:
                    sheet.write_number(line, place, row[place], numbers[column.kind])
        _explain(book.add_worksheet("How to read it"), table, bold)
    return file.getvalue()


def small_numbers(table: Table) -> str:
    """What of it is hidden and rounded, in words."""
    return SMALL_NUMBERS[table.rounded, any(line.rounded for line in table.together)]


def _explain(sheet, table: Table, bold) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    told = (
        ("Report", table.measure.title),
        ("Asks", table.measure.question),
        ("Counts", table.measure.numerator),
        ("Of", table.measure.denominator),
        ("Leaves out", table.measure.exclusions),
        ("Whose", table.scope),
        ("From", table.start.isoformat()),
        ("To", table.end.isoformat()),
        ("Counted at", on_the_clock(table.counted_at)),
        ("Unit", table.measure.unit),
        ("Small numbers", small_numbers(table)),
        ("Better", table.measure.good),
        ("Asked for by", table.measure.source),
        ("Mind", table.measure.caveat),
    )
    for line, (title, text) in enumerate(told):
        sheet.write_string(line, 0, title, bold)
        sheet.write_string(line, 1, text)
