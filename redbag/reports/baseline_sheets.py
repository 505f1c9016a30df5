"""Reads a home's figures from before: a line that names the columns, and a line for each month. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from redbag.reports.baseline_figures import COLUMNS, Figures, Sheet, Wrong
from redbag.reports.baseline_judging import judged
from redbag.reports.baseline_lines import Row, rows_of

MOST_CHARACTERS, MOST_LINES, HEAD_WITHIN = 200_000, 1_000, 40
TOTALS = ("total", "totals", "sum", "average", "mean", "overall", "year", "ytd", "grand total", "whole year")


def _plain(title: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", title.lower()).split())


_BY_TITLE = {
    _plain(known): column.name for column in COLUMNS for known in (column.name, column.title, *column.known_as)
}


def read_sheet(text: str, *, today: tuple[int, int], beds: int | None, began: tuple[int, int] | None = None) -> Sheet:
    """Read a text with a line of column titles and a line for each month before `today`'s (year and month)."""
    sheet = Sheet()
    if len(text) > MOST_CHARACTERS or text.count("\n") >= MOST_LINES:
        sheet.wrong.append(Wrong(None, "", f"This is too long: {MOST_LINES:,} lines at most. Keep only the months."))
        return sheet
    rows, columns = _headed(text, sheet)
    if sheet.head is None:
        return sheet
    for row in rows:
        if row.line > sheet.head:
            _take(row, columns, sheet)
    return judged(sheet, today=today, beds=beds, began=began)


def _headed(text: str, sheet: Sheet) -> tuple[list[Row], Sequence[str]]:
    """The lines, parted as the line of titles shows, and the names of its columns; what stands above it is left out."""
    rows, head = _best_head(text)
    if head is None:
        titles = ", ".join(column.title for column in COLUMNS if column.must)
        words = f"The first line must name the columns: {titles}. Put that line above your figures."
        sheet.wrong.append(Wrong(None, "", words))
        return [], ()
    names = [_name(cell) for cell in head.cells]
    for column in COLUMNS:
        if column.must and column.name not in names:
            sheet.wrong.append(Wrong(head.line, column.name, f"There is no column named “{column.title}”. Add it."))
        if names.count(column.name) > 1:
            sheet.wrong.append(Wrong(head.line, column.name, "Two columns have this name. Take one away."))
    if not sheet.wrong:
        sheet.head = head.line
        _leave_out_above(rows, head, names, sheet)
    return rows, names


def _best_head(text: str) -> tuple[list[Row], Row | None]:
    """The line near the top that names most columns, a month's among them, with all lines parted in its way."""
    most = 0
    best: tuple[list[Row], Row | None] = ([], None)
    for delimiter in "\t;,|":
        rows = list(rows_of(text, delimiter))
        for row in rows[:HEAD_WITHIN]:
            names = {_name(cell) for cell in row.cells} - {""}
            if "month" in names and len(names) > most:
                most, best = len(names), (rows, row)
    return best


def _leave_out_above(rows: Sequence[Row], head: Row, names: Sequence[str], sheet: Sheet) -> None:
    for row in rows:
        if row.line >= head.line:
            break
        if row.empty:
            sheet.blank.append(row.line)
        else:
            sheet.left_out.append((row.line, "It stands above the line that names the columns."))
    if others := [cell for cell, name in zip(head.cells, names, strict=True) if cell and not name]:
        sheet.left_out.append((head.line, f"Columns that are not needed: {', '.join(others)[:200]}."))


def _name(title: str) -> str:
    """Which column a title names; empty for none."""
    return _BY_TITLE.get(_plain(title), "")


def _take(row: Row, columns: Sequence[str], sheet: Sheet) -> None:
    if row.empty:
        sheet.blank.append(row.line)
        return
    if row.fault:
        sheet.wrong.append(Wrong(row.line, "", row.fault))
        return
    if any(row.cells[len(columns) :]):
        words = "There are more boxes than columns. A comma inside a number? Write 1234 for 1,234 and 41.5 for 41,5."
        sheet.wrong.append(Wrong(row.line, "", words))
        return
    cells = {name: cell for name, cell in zip(columns, row.cells, strict=False) if name}
    if cells.get("month", "").lower().rstrip(" :.") in TOTALS:
        sheet.left_out.append((row.line, "It looks like a total, not a month. Months are added up here."))
    elif cells.get("month") and not any(cell for name, cell in cells.items() if name != "month"):
        sheet.left_out.append((row.line, "It names a month and nothing else."))
    else:
        take_cells(row.line, cells, sheet)


def take_cells(line: int, cells: Mapping[str, str], sheet: Sheet) -> None:
    """Read one line's cells by the names of their columns into the sheet: figures, or what is wrong with each cell."""
    values: dict[str, Any] = {}
    faults = len(sheet.wrong)
    for column in COLUMNS:
        said = cells.get(column.name, "")
        if not said.strip() and not column.must:
            continue
        try:
            values[column.name] = column.read(said)
        except ValueError as words:
            sheet.wrong.append(Wrong(line, column.name, str(words)))
    if len(sheet.wrong) == faults:
        year, month = values.pop("month")
        sheet.lines[line] = Figures(year=year, month=month, **values)
