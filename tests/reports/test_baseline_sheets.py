"""A table of a home's figures from before: read as people write it, and no line of it is ever lost."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redbag.reports.baseline_figures import Figures
from redbag.reports.baseline_lines import NotText, rows_of, text_of, tidy
from redbag.reports.baseline_numbers import read_average, read_count, read_month
from redbag.reports.baseline_sheets import MOST_LINES, read_sheet

HEAD = "Month,Average residents,A&E attendances,Emergency admissions"
TODAY = (2026, 11)


def read(text, beds=None):
    return read_sheet(text, today=TODAY, beds=beds)


@pytest.mark.parametrize(
    ("said", "month"),
    [
        *((said, (2024, 4)) for said in ("2024-04", "04/2024", "4.2024", "Apr-24", "April 2024", "1 April 2024")),
        *((said, (2024, 4)) for said in ("01/04/2024", "2024-04-01", "2024-04-01 00:00:00", "01-Apr-24", "2024 Apr")),
        ("Sept 24", (2024, 9)),
    ],
)
def test_a_month_is_read_as_spreadsheets_and_people_write_it(said, month):
    assert read_month(said) == month


@pytest.mark.parametrize("said", ["", "31/04/2024", "13/2024", "04/24", "45383", "1999-04", "spring", "May", "٤/2024"])
def test_what_is_no_month_is_said_in_words(said):
    with pytest.raises(ValueError, match=r"[a-z]+ [a-z]+.*\."):
        read_month(said)


@pytest.mark.parametrize(
    ("said", "number"), [("0", 0), (" 12 ", 12), ("1,234", 1234), ("1.234", 1234), ("1\u00a0234", 1234), ("12.0", 12)]
)
def test_a_count_is_read_with_its_thousands_set_apart(said, number):
    assert read_count(said) == number


@pytest.mark.parametrize("said", ["", "-1", "1.5", "twelve", "#REF!", "12,34", "10000", "1e3", "=1+1"])
def test_what_is_no_count_is_said_in_words(said):
    with pytest.raises(ValueError, match=r"[a-z]+ [a-z]+.*\."):
        read_count(said)


@pytest.mark.parametrize(
    ("said", "number"),
    [("41", "41.0"), ("41,5", "41.5"), ("41.25", "41.3"), ("41.2666667", "41.3"), ("1,234.5", "1234.5")],
)
def test_an_average_is_kept_to_one_decimal(said, number):
    assert read_average(said) == Decimal(number)


def test_a_number_that_can_be_read_in_two_ways_is_not_guessed():
    with pytest.raises(ValueError, match="two ways"):
        read_average("1,234")


APRIL = Figures(2024, 4, Decimal("41.5"), 4, 3)


@pytest.mark.parametrize(
    "file",
    [
        f"{HEAD}\n2024-04,41.5,4,3\n".encode("utf-8-sig"),
        "Month;Average residents;A&E attendances;Emergency admissions;Naïve notes\r\nApr-24;41,5;4;3;é\r\n".encode(
            "cp1252"
        ),
        "Month\tAverage residents\tA&E attendances\tEmergency admissions\nApr 2024\t41.5\t4\t3".encode("utf-16"),
        b'"month","residents","attendances","admissions"\r"04/2024","41.5","4","3"',
        f"Oakview 2024/25,,,\n,,,\n{HEAD.upper()},\n01/04/2024,41.5,4,3,\nTotal,,4,3,\n".encode(),
    ],
    ids=["BOM", "Windows, semicolons", "UTF-16, tabs", "quoted, old Mac", "title above and total below"],
)
def test_a_file_is_read_as_spreadsheets_save_it(file):
    sheet = read(text_of(file))
    assert (sheet.wrong, sheet.questions, sheet.figures) == ([], [], [APRIL])


@pytest.mark.parametrize("file", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"a\0b"])
def test_a_workbook_or_a_picture_is_told_how_to_become_a_table(file):
    with pytest.raises(NotText, match="CSV"):
        text_of(file)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("soon,41.5,4,3", "month", "is not a month"),
        (",41.5,4,3", "month", "No month is here"),
        ("2024-04,,4,3", "residents", "Write 0 if there were none"),
        ("2024-04,0,4,3", "residents", "Nobody lived there"),
        ("2024-04,41.5,four,3", "attendances", "not a whole number"),
        ("2024-04,41.5,4,-3", "admissions", "less than nought"),
        ("2026-11,41.5,4,3", "month", "is not over yet"),
        ("2027-01,41.5,4,3", "month", "has not come yet"),
        ("May-24,41.5,4,3", "month", "already on line 2"),
        ("2024-04,41.5,1,234,3", "", "more boxes than columns"),
        ('"2024-04,41.5,4,3', "", "quotation mark"),
    ],
)
def test_a_line_that_cannot_be_is_named_by_line_and_column_and_the_others_are_read(line, column, words):
    sheet = read(f"{HEAD}\n2024-05,41,2,1\n{line}\n2024-06,41,2,1")
    (wrong,) = sheet.wrong
    assert (wrong.line, wrong.column) == (3, column)
    assert words in wrong.words
    assert [each.month for each in sheet.figures] == [5, 6]


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("2024-04,41,2,3", "2024-04-admissions"),
        ("2024-04,82,4,3", "2024-04-beds"),
        ("2024-04,5,4,3", "2024-04-residents"),
        ("2024-04,41,42,3", "2024-04-often"),
    ],
)
def test_what_is_unlikely_is_asked_and_not_refused(line, asked):
    sheet = read(f"{HEAD}\n{line}\n2024-05,41,2,1\n2024-06,44,2,1", beds=40)
    assert (sheet.wrong, len(sheet.figures)) == ([], 3)
    assert [each.key for each in sheet.questions] == [asked]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must name the columns"),
        ("2024-04,41.5,4,3", "must name the columns"),
        ("Month,Average residents,A&E attendances\n2024-04,41.5,4", "no column named “Emergency admissions”"),
        (f"{HEAD},Month\n2024-04,41.5,4,3,2024-05", "Two columns have this name"),
        (f"{HEAD}\n" + "\n" * MOST_LINES, "too long"),
    ],
)
def test_a_table_without_its_columns_keeps_nothing_and_says_what_to_do(text, words):
    sheet = read(text)
    assert sheet.figures == []
    assert words in sheet.wrong[0].words


CELLS = st.one_of(
    st.sampled_from(["2024-04", "Apr-24", "41.5", "1,234", "", "Total", '"', '"a', "x\ny", "=1", "#REF!"]),
    st.text(max_size=5),
)


@settings(max_examples=60)
@given(lines=st.lists(st.lists(CELLS, max_size=6), max_size=8), delimiter=st.sampled_from(",;\t"), head=st.booleans())
def test_no_text_raises_and_every_line_is_read_left_out_or_wrong(lines, delimiter, head):
    title = [HEAD.replace(",", delimiter)] if head else []
    text = tidy("\n".join([*title, *(delimiter.join(line) for line in lines)]))
    sheet = read(text)
    assert sheet.head or sheet.wrong
    if sheet.head:
        told = [*sheet.lines, *(each.line for each in sheet.wrong), *(line for line, _ in sheet.left_out)]
        ways = {tuple(row.line for row in rows_of(text, each)) for each in ",;\t|"}
        assert tuple(sorted({*told, *sheet.blank, sheet.head})) in ways


@given(text=st.text(max_size=60), file=st.binary(max_size=60))
@settings(max_examples=60)
def test_any_text_and_any_file_is_answered(text, file):
    read(tidy(text))
    try:
        read(text_of(file))
    except NotText as words:
        pytest.fail(str(words)) if "CSV" not in str(words) else None


def test_months_in_which_the_home_had_red_bags_already_are_asked_about_together():
    text = f"{HEAD}\n2025-05,30,3,2\n2025-06,30,3,2\n2025-07,30,3,2"
    (asked,) = read_sheet(text, today=TODAY, beds=None, began=(2025, 6)).questions
    assert (asked.line, asked.key) == (3, "began")
    assert "Red Bag began here in June 2025" in asked.words
    assert asked.words.endswith("June 2025, July 2025.")
    assert read_sheet(text, today=TODAY, beds=None, began=(2025, 8)).questions == []
