"""Reports as files: numbers stay numbers, and text never runs as a formula."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest

from redbag.reports.figures import Number
from redbag.reports.measures import BY_NAME
from redbag.reports.tables import Line, Table, as_csv, as_json, as_xlsx

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("https://example.org")']


@pytest.fixture
def table():
    measure = BY_NAME["unconfirmed"]
    crew = measure.rows[0]
    several = Number(12.5, 8, 1)
    return Table(
        measure=measure,
        scope="=Area",
        start=date(2026, 11, 1),
        end=date(2026, 11, 21),
        together=[Line(crew, several)],
        apart=[
            Line(crew, several, "Żeromski House"),
            Line(crew, Number(None, 0, 0), "Empty"),
            Line(crew, several, "Small", hidden=True),
            *(Line(crew, several, text) for text in DANGEROUS),
        ],
        headline=several,
        told_apart_by="home",
    )


def test_csv_has_the_titles_first_and_no_formula(table):
    titles, *rows = list(csv.reader(io.StringIO(as_csv(table).decode())))
    assert titles[:5] == ["Home", "Handed to", "Hand-overs", "Of these", "Share"]
    assert titles[5:] == ["Numbers", "Whose", "From", "To", "Counted at"]
    assert rows[0][:5] == ["All together", "The ambulance crew", "8", "1", "12.5"]
    assert rows[1][:5] == ["Żeromski House", "The ambulance crew", "8", "1", "12.5"]
    assert rows[2][:5] == ["Empty", "The ambulance crew", "0", "0", ""]
    assert rows[3][:6] == ["Small", "The ambulance crew", "", "", "", "hidden: too few"]
    assert {tuple(row[6:]) for row in rows} == {("'=Area", "2026-11-01", "2026-11-21", "")}
    assert [row[0] for row in rows[4:]] == [f"'{text}" for text in DANGEROUS]


def test_when_it_was_counted_is_told_as_the_clock_in_london_shows_it(table):
    counted = replace(table, counted_at=datetime(2026, 7, 1, 23, 5, 19, 532219, tzinfo=UTC))
    assert as_csv(counted).decode().splitlines()[1].endswith(",2026-07-02 00:05")


def test_a_spreadsheet_keeps_numbers_as_numbers_and_text_as_text(table):
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(table)))
    cells = list(book["Report"].iter_rows(min_row=2))
    assert [cell.value for cell in cells[1]] == ["Żeromski House", "The ambulance crew", 8, 1, 12.5]
    assert [cell.value for cell in cells[2]] == ["Empty", "The ambulance crew", 0, 0, None]
    assert [cell.data_type for cell in cells[1]] == ["s", "s", "n", "n", "n"]
    assert [(row[0].value, row[0].data_type) for row in cells[4:]] == [(text, "s") for text in DANGEROUS]
    assert ("Whose", "=Area") in [(row[0].value, row[1].value) for row in book["How to read it"].iter_rows()]
    assert {cell.data_type for row in book["How to read it"].iter_rows() for cell in row} == {"s"}


def test_json_names_every_cell(table):
    told = as_json(table)
    assert told["rows"][1] == {
        "place": "Żeromski House",
        "place_code": "",
        "row": "ambulance",
        "what": "The ambulance crew",
        "whole": 8,
        "part": 1,
        "value": 12.5,
        "hidden": False,
    }
    assert told["rows"][3] | {"place": ""} == told["rows"][1] | {
        "place": "",
        "whole": None,
        "part": None,
        "value": None,
        "hidden": True,
    }
    assert (told["name"], told["from"], told["to"]) == ("unconfirmed", "2026-11-01", "2026-11-21")


def test_a_mean_has_a_column_only_where_somebody_is_told_one(table):
    measure = BY_NAME["turn-round"]
    lengths = Number(12.5, 10, low=10.0, high=20.0, mean=14.1)
    own = Line(measure.rows[0], lengths)
    others = Line(measure.rows[0], replace(lengths, mean=None), "Millbrook House", rounded=True)
    spread = replace(table, measure=measure, together=[own], apart=[others])
    outside = replace(spread, together=[replace(own, rounded=True)])

    assert "mean" in [column.name for column in spread.columns]
    assert "mean" not in [column.name for column in outside.columns]
