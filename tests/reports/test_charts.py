"""Charts: what they draw is what they say, and none of it hangs on colour."""

import re
from datetime import date

from django.template.loader import render_to_string

from redbag.reports.charts import Pair, chart_of, pairs_chart, places_chart, run_chart
from redbag.reports.charts.telling import lines_of, steps_to
from redbag.reports.figures import Number
from redbag.reports.measures import BY_NAME
from redbag.reports.ranges import Point, run_of
from redbag.reports.tables import Line, Table

VALUES = (36, 37, 38, 47, 46, 47, 48, 85, 38, 37, None, 38, 46, 32)


def run(values=VALUES):
    points = [
        Point(date(2025 + month // 12, month % 12 + 1, 1), value, 20, over=month < len(values) - 1)
        for month, value in enumerate(values)
    ]
    return run_chart(run_of(points, unit="minutes"), name="waiting", title="Waiting for the crew")


def pairs():
    told = [Pair("Oakview", Number(13.4), Number(17.4)), Pair("Millbrook", Number(9.0), Number(None))]
    return pairs_chart(name="stay", title="Days in hospital", unit="days", kinds=("With a bag", "Without"), pairs=told)


def test_a_run_says_the_last_the_highest_the_lowest_the_usual_range_and_what_is_news():
    assert run().words == (
        "13 months (minutes). Last, January 2026: 46. Highest: August 2025, 85. Lowest: February 2026, 32. "
        f"Middle {run().centre_said}, usual range {run().band_said}. News: August 2025, 85. The table says the same."
    )
    assert run().news == ("August 2025: 85. High: outside the usual range.",)


def test_news_has_a_shape_and_a_word_of_its_own_and_a_month_that_is_not_over_is_hollow():
    drawn = render_to_string("pages/reports/_chart_run.html", {"run": run()})
    picture = drawn[drawn.index('role="img"') : drawn.index("ch-key")]
    assert (picture.count("ch-news"), picture.count("ch-open"), picture.count('class="ch-point"')) == (1, 1, 11)
    assert re.findall(r'class="ch-word"[^>]*>([^<]*)<', picture) == ["High"]


def test_a_month_without_a_number_breaks_the_line_and_stands_in_the_table():
    chart = run()
    assert len(chart.joins) == 11
    assert chart.table.rows[10] == ("November 2025", "–", "")
    assert chart.table.rows[13] == ("February 2026", "32", "Not over yet")
    assert [row[0] for row in chart.table.rows if "usual range" in row[2]] == ["August 2025"]


def test_too_few_months_claim_no_range_and_those_of_nought_draw_nothing():
    chart = run(VALUES[:5])
    assert (chart.band, chart.centre, chart.news) == (None, None, ())
    assert "Too few months yet" in render_to_string("pages/reports/_chart_run.html", {"run": chart})
    assert run((None, None)) is None
    assert run((0, 0)) is None


def test_two_kinds_of_bars_differ_by_pattern_and_each_has_its_words_and_its_number():
    chart = pairs()
    drawn = render_to_string("pages/reports/_chart_pairs.html", {"chart": chart})
    assert re.findall(r'fill="url\(#stay-(\w+)\)"', drawn) == ["lines", "dots", "lines"]
    assert [text.words for text in chart.texts] == ["Oakview", "With a bag", "Without", "Millbrook", "With a bag"]
    assert [(bar.label, bar.value, bar.width) for bar in chart.bars] == [
        ("With a bag", "13.4", 58.53),
        ("Without", "17.4", 76.0),
        ("With a bag", "9", 39.31),
    ]
    assert chart.table.rows == (("Oakview", "13.4", "17.4"), ("Millbrook", "9", "–"))
    assert chart.words.startswith("Highest: Oakview, Without, 17.4. Lowest: Millbrook, With a bag, 9. ")


def test_what_is_drawn_keeps_to_the_strict_policy_and_its_letters_their_size():
    for drawn in (
        render_to_string("pages/reports/_chart_run.html", {"run": run()}),
        render_to_string("pages/reports/_chart_pairs.html", {"chart": pairs()}),
    ):
        assert not re.search(r"\sstyle=|viewBox|<script|\son\w+=", drawn)
        assert drawn.count('role="img"') == 1
        assert drawn.count("<details") == 1


def test_long_names_break_into_lines_a_phone_has_room_for():
    name = "St Bartholomew's Nursing and Residential Care Home at Little Wittering-on-Sea, Upper House"
    assert all(len(line) <= 34 for line in lines_of(name))
    assert len(lines_of(name)) == 3


def test_scales_begin_at_nought_and_reach_the_highest_in_round_steps():
    assert steps_to(62) == [0, 20, 40, 60, 80]
    assert steps_to(0.1) == [0, 0.02, 0.04, 0.06, 0.08, 0.1]
    for most in (0.3, 1, 7, 99, 100, 101, 1234, 86400):
        steps = steps_to(most)
        assert steps[-1] >= most
        assert 3 <= len(steps) <= 6


def test_nobody_counts_half_a_bag():
    assert steps_to(2, whole=True) == [0, 1, 2]
    assert [tick.words for tick in run((0, 1, 0, 2)).scale] == ["0", "1", "2"]


def test_a_number_stands_at_the_end_of_its_bar_and_its_range_lies_under_it():
    measure = BY_NAME["turn-round"]
    lines = [
        Line(row, Number(value, 7, None, 26.0, 104.2)) for row, value in zip(measure.rows, (29.0,) * 4, strict=True)
    ]
    table = Table(measure, "Oakview", date(2026, 11, 1), date(2026, 11, 30), lines, [], lines[0].number)
    chart = chart_of(table)
    bar = chart.bars[0]
    drawn = render_to_string("pages/reports/_chart.html", {"chart": chart})
    assert f'<text x="{bar.width:.2f}%" dx="10" y="{bar.y + 18}" font-weight="700">29<' in drawn
    assert bar.under > bar.y + 24
    assert chart.bars[1].y > bar.under
    assert "In the table, but not drawn beside the others: In hospital." in drawn


def test_places_stand_highest_first_and_one_that_is_hidden_has_no_bar():
    measure = BY_NAME["unconfirmed"]
    lines = [
        Line(measure.rows[0], Number(value, 20, 4), place, place, hidden=value is None)
        for place, value in (("Ash", 5.0), ("Beech", None), ("Cedar", 20.0))
    ]
    table = Table(measure, "Area", date(2026, 11, 1), date(2026, 11, 30), [], lines, Number(None), told_apart_by="home")
    assert [bar.label for bar in places_chart(table).bars] == ["Cedar", "Ash"]
    many = Table(measure, "Area", date(2026, 11, 1), date(2026, 11, 30), [], lines * 14, Number(None))
    assert places_chart(many) is None
