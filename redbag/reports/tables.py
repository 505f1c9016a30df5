"""A report as a table, and the table as CSV, spreadsheet and JSON."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter

from redbag.reports.measures import Column, Measure

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMATS = {"count": "0", "number": "0.0", "percent": '0.0"%"'}


@dataclass(frozen=True)
class Table:
    """A measure over a period: `rows` hold text, numbers or None, in the order of `columns`.

    The first rows (`together`) are about everything; with several homes the first column says which, and each home's
    rows follow. `headline` is the one number to compare, `before` the same for the period before; None where there was
    nothing to count.
    """

    measure: Measure
    scope: str
    start: date
    end: date
    columns: tuple[Column, ...]
    rows: list[tuple]
    journeys: int
    count_together: int
    headline: float | None
    before: float | None = None

    @property
    def name(self) -> str:
        """The measure's name."""
        return self.measure.name

    @property
    def together(self) -> list[tuple]:
        """The rows about everything."""
        return self.rows[: self.count_together]

    @property
    def by_home(self) -> list[tuple]:
        """The rows of each home on its own; none when there is only one."""
        return self.rows[self.count_together :]

    def value(self, row: tuple, column: str) -> Any:
        """One cell, by the name of its column."""
        return row[[each.name for each in self.columns].index(column)]


def as_json(table: Table) -> dict:
    """The table with everything needed to read it, ready for JSON."""
    measure = table.measure
    return {
        "name": measure.name,
        "title": measure.title,
        "question": measure.question,
        "unit": measure.unit,
        "good": measure.good,
        "caveat": measure.caveat,
        "scope": table.scope,
        "from": table.start.isoformat(),
        "to": table.end.isoformat(),
        "journeys": table.journeys,
        "headline": table.headline,
        "columns": [{"name": each.name, "title": each.title, "kind": each.kind} for each in table.columns],
        "rows": [{each.name: cell for each, cell in zip(table.columns, row, strict=True)} for row in table.rows],
    }


def as_csv(table: Table) -> bytes:
    """UTF-8 CSV, the column titles first. Text that a spreadsheet would run as a formula gets a leading apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([each.title for each in table.columns])
    writer.writerows([["" if cell is None else harmless(cell) for cell in row] for row in table.rows])
    return text.getvalue().encode()


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


def _explain(sheet, table: Table, bold) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    told = (
        ("Report", table.measure.title),
        ("Asks", table.measure.question),
        ("Whose", table.scope),
        ("From", table.start.isoformat()),
        ("To", table.end.isoformat()),
        ("Journeys", str(table.journeys)),
        ("Unit", table.measure.unit),
        ("Better", table.measure.good),
        ("Mind", table.measure.caveat),
    )
    for line, (title, text) in enumerate(told):
        sheet.write_string(line, 0, title, bold)
        sheet.write_string(line, 1, text)
