"""A run's usual range, and what in it is news."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbag.reports.ranges import ENOUGH, NEAR, OUTSIDE, SHIFT, TREND, Point, run_of

STEADY = [10, 12] * 6


def run(values, *, over=True, **more):
    points = [Point(date(2024 + place // 12, place % 12 + 1, 1), value) for place, value in enumerate(values)]
    if not over:
        points[-1] = Point(points[-1].month, points[-1].value, over=False)
    return run_of(points, **more)


def news(values, **more):
    return [point.news for point in run(values, **more).points]


def test_the_usual_range_stands_as_far_from_the_mean_as_neighbouring_months_differ():
    told = run(STEADY)
    assert (told.centre, told.low, told.high) == (11, 5.7, 16.3)
    assert news(STEADY) == [""] * 12


def test_under_twelve_months_there_is_no_usual_range_and_no_news():
    told = run([*STEADY[:10], 90])
    assert (told.known, {point.news for point in told.points}) == (False, {""})


def test_no_share_is_above_a_hundred_or_below_nought():
    told = run([2, 99] * 6, most=100)
    assert (told.low, told.high) == (0, 100)


@pytest.mark.parametrize(
    ("values", "why", "places"),
    [
        ([*STEADY, 30], OUTSIDE, {12}),
        ([10, 11, 10, 11, 10, 11, 10, 12, 13, 12, 13, 12, 13, 12], SHIFT, set(range(14))),
        ([50, 20, 40, 60, 30, 10, 15, 20, 25, 30, 35, 40, 45, 20, 40], TREND, {5, 6, 7, 8, 9, 10, 11, 12}),
        ([*STEADY, 17, 12, 17], NEAR, {12, 14}),
    ],
)
def test_each_kind_of_news_is_found_where_it_is(values, why, places):
    assert {place for place, said in enumerate(news(values)) if said == why} == places


@pytest.mark.parametrize("months", [12, 13, 17, 23, 24])
@pytest.mark.parametrize("share", [0.1, 33.3, 66.7, 99.9])
def test_the_same_number_every_month_is_never_news(share, months):
    assert set(news([share] * months)) == {""}


def test_a_month_that_is_not_over_is_never_news_and_moves_no_limit():
    assert run([*STEADY, 90], over=False).high == run(STEADY).high
    assert news([*STEADY, 90], over=False)[-1] == ""


def test_a_month_of_which_nothing_is_known_is_left_out_and_breaks_no_row():
    values = [*STEADY[:6], None, *STEADY[6:]]
    assert run(values).centre == run(STEADY).centre
    assert run(values).points[6].value is None


@given(st.lists(st.floats(0, 100), min_size=ENOUGH, max_size=30))
def test_what_is_called_news_is_on_the_side_it_is_said_to_be(values):
    told = run(values)
    assert told.low <= told.centre <= told.high
    for point in told.points:
        assert bool(point.news) == bool(point.side)
