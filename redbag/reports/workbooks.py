"""All measures of some days as one workbook or one CSV, and long lists of rows as sheets; text is never a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from redbag.reports.periods import LONDON
from redbag.reports.tables import FORMATS, Column, Table, harmless, small_numbers

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MOMENTS = {"day": "d mmm yyyy", "moment": "d mmm yyyy hh:mm"}
MOST_ROWS = 1_000_000  # of a sheet; Excel opens 1,048,576
ABOUT = ("report", "title", "row", "what", "place", "place_code", "unit", "from", "to")
NUMBERS = ("value", "whole", "part", "low", "high", "mean")


@dataclass(frozen=True)
class Styles:
    """How cells look, by the kind of their column."""

    bold: Any
    wrapped: Any
    kinds: dict[str, Any]


def as_workbook(tables: Sequence[Table]) -> bytes:
    """A sheet for each measure, led by an index with the headlines and by how to read them."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS | {"in_memory": True}) as book:
        styles = _styles(book)
        index, explained = book.add_worksheet("Index"), book.add_worksheet("How to read it")
        names = [_sheet_name(place, table) for place, table in enumerate(tables, start=1)]
        for name, table in zip(names, tables, strict=True):
            _table(book.add_worksheet(name), table.columns, table.rows, styles)
        _index(index, tables, names, styles)
        _explain(explained, tables, styles)
    return file.getvalue()


def as_one_csv(tables: Sequence[Table]) -> bytes:
    """Every line of every measure under one another, for programs: UTF-8, the column titles first."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*ABOUT, *NUMBERS, "hidden"])
    for table in tables:
        for line in table.lines:
            about = (table.name, table.measure.title, line.row.name, line.row.title, line.place, line.place_code)
            days = (table.measure.unit, table.start.isoformat(), table.end.isoformat())
            numbers = ("" if line.hidden else getattr(line.number, name) for name in NUMBERS)
            hidden = "yes" if line.hidden else "no"
            writer.writerow(["" if cell is None else harmless(cell) for cell in (*about, *days, *numbers, hidden)])
    return text.getvalue().encode()


def write_rows(path: Path, *, columns: Sequence[Column], rows: Iterable[Sequence], about: Sequence[tuple]) -> None:
    """A workbook of so many rows as there are, at the memory of one; a new sheet after every million. It opens on them.

    Cells are those that JSON holds: days and moments as ISO text. `about` are lines of the sheet that says what it is.
    """
    with xlsxwriter.Workbook(str(path), OPTIONS | {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        styles = _styles(book)
        _pairs(book.add_worksheet("How to read it"), about, styles)
        sheet, line, sheets = None, MOST_ROWS, 0
        for row in rows:
            if line == MOST_ROWS:
                sheets, line = sheets + 1, 0
                sheet = _headed(book.add_worksheet(f"Journeys {sheets}" if sheets > 1 else "Journeys"), columns, styles)
            line += 1
            for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
                _cell(sheet, line, place, column, cell, styles)
        if sheet is None:
            _headed(book.add_worksheet("Journeys"), columns, styles)
        book.get_worksheet_by_name("Journeys").activate()


def _styles(book: Any) -> Styles:
    kinds = {kind: book.add_format({"num_format": shape}) for kind, shape in (FORMATS | MOMENTS).items()}
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    return Styles(bold, book.add_format({"text_wrap": True, "valign": "top"}), kinds)


def _sheet_name(place: int, table: Table) -> str:
    """Its place and title without what sheets may not be called, 31 letters at most."""
    title = "".join(" " if each in "[]:*?/\\'" else each for each in table.measure.title)
    return f"{place} {title}"[:31].rstrip()


def _headed(sheet: Any, columns: Sequence[Column], styles: Styles) -> Any:
    """A sheet whose first line stays in sight."""
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 28 if column.kind == "text" else 17)
        sheet.write_string(0, place, column.title, styles.bold)
    return sheet


def _table(sheet: Any, columns: Sequence[Column], rows: Iterable[Sequence], styles: Styles) -> None:
    _headed(sheet, columns, styles)
    for line, row in enumerate(rows, start=1):
        for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
            _cell(sheet, line, place, column, cell, styles)


def _cell(sheet: Any, line: int, place: int, column: Column, cell: Any, styles: Styles) -> None:
    """Numbers as numbers, days and moments (London) as dates, everything else as text."""
    if cell is None or cell == "":
        return
    if column.kind == "text":
        sheet.write_string(line, place, str(cell))
    elif column.kind == "day":
        day = cell if isinstance(cell, date) else date.fromisoformat(cell)
        sheet.write_datetime(line, place, datetime(day.year, day.month, day.day), styles.kinds["day"])  # noqa: DTZ001
    elif column.kind == "moment":
        at = cell if isinstance(cell, datetime) else datetime.fromisoformat(cell)
        sheet.write_datetime(line, place, at.astimezone(LONDON).replace(tzinfo=None), styles.kinds["moment"])
    else:
        sheet.write_number(line, place, cell, styles.kinds[column.kind])


def _index(sheet: Any, tables: Sequence[Table], names: Sequence[str], styles: Styles) -> None:
    columns = [
        *(Column("sheet", "Sheet"), Column("title", "Measure"), Column("value", "Number", "number")),
        *(Column("counts", "What it is"), Column("before", "Before", "number"), Column("good", "Better")),
        *(Column("from", "From", "day"), Column("to", "To", "day"), Column("counted", "Counted at", "moment")),
    ]
    rows = [
        (
            *(name, table.measure.title, table.headline.value, table.measure.counts),
            *(table.before.value if table.before else None, table.measure.good),
            *(table.start, table.end, table.counted_at),
        )
        for name, table in zip(names, tables, strict=True)
    ]
    _table(sheet, columns, rows, styles)
    for line, name in enumerate(names, start=1):
        sheet.write_url(line, 0, f"internal:'{name}'!A1", string=name)


def _explain(sheet: Any, tables: Sequence[Table], styles: Styles) -> None:
    first = tables[0] if tables else None
    about: list[tuple] = []
    if first is not None:
        about = [("Whose", first.scope), ("From", first.start), ("To", first.end), ("Counted at", first.counted_at)]
        about += [("Small numbers", small_numbers(tables[0]))]
    for table in tables:
        measure = table.measure
        about += [("", None), ("Measure", measure.title), ("Asks", measure.question), ("Counts", measure.numerator)]
        about += [("Of", measure.denominator), ("Leaves out", measure.exclusions), ("Unit", measure.unit)]
        about += [("Better", measure.good), ("Asked for by", measure.source), ("Mind", measure.caveat)]
    _pairs(sheet, about, styles)


def _pairs(sheet: Any, about: Iterable[tuple], styles: Styles) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    for line, (title, told) in enumerate(about):
        sheet.write_string(line, 0, title, styles.bold)
        kind = "moment" if isinstance(told, datetime) else "day" if isinstance(told, date) else ""
        if kind:
            _cell(sheet, line, 1, Column("told", "", kind), told, styles)
        elif told:
            sheet.write_string(line, 1, str(told), styles.wrapped)
