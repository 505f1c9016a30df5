"""Reports as files: numbers stay numbers, and text never runs as a formula."""

import csv
import io
from datetime import date

import openpyxl
import pytest

from redbag.reports.measures import BY_NAME, Column
from redbag.reports.tables import Table, as_csv, as_json, as_xlsx

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("https://example.org")']


@pytest.fixture
def table():
    columns = (Column("home", "Home"), Column("count", "Count", "count"), Column("share", "Share", "percent"))
    rows = [("Żeromski House", 3, 12.5), ("Empty", 0, None), *((text, 1, 1.5) for text in DANGEROUS)]
    return Table(
        measure=BY_NAME["unconfirmed"],
        scope="=Area",
        start=date(2026, 11, 1),
        end=date(2026, 11, 21),
        columns=columns,
        rows=rows,
        journeys=4,
        count_together=1,
        headline=12.5,
    )


def test_csv_has_the_titles_first_and_no_formula(table):
    rows = list(csv.reader(io.StringIO(as_csv(table).decode())))
    assert rows[:3] == [["Home", "Count", "Share"], ["Żeromski House", "3", "12.5"], ["Empty", "0", ""]]
    assert [row[0] for row in rows[3:]] == [f"'{text}" for text in DANGEROUS]


def test_a_spreadsheet_keeps_numbers_as_numbers_and_text_as_text(table):
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(table)))
    cells = list(book["Report"].iter_rows(min_row=2))
    assert [[cell.value for cell in row] for row in cells[:2]] == [["Żeromski House", 3, 12.5], ["Empty", 0, None]]
    assert [cell.data_type for cell in cells[0]] == ["s", "n", "n"]
    assert [(row[0].value, row[0].data_type) for row in cells[2:]] == [(text, "s") for text in DANGEROUS]
    assert ("Whose", "=Area") in [(row[0].value, row[1].value) for row in book["How to read it"].iter_rows()]
    assert {cell.data_type for row in book["How to read it"].iter_rows() for cell in row} == {"s"}


def test_json_names_every_cell(table):
    told = as_json(table)
    assert told["rows"][0] == {"home": "Żeromski House", "count": 3, "share": 12.5}
    assert (told["name"], told["from"], told["to"]) == ("unconfirmed", "2026-11-01", "2026-11-21")
