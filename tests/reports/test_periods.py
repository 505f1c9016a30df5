"""The days of reports: what those with a name mean on every day of the year, and which days are compared with them."""

from datetime import date, timedelta

import pytest

from redbag.reports.periods import NAMED, OVER, a_year_before, end_of_month, named, named_months

EVERY_DAY = [date(2026, 1, 1) + timedelta(days=day) for day in range(3 * 365)]


def months(start, end):
    """How many whole months these days are."""
    assert start.day == 1
    assert end == end_of_month(end)
    return 12 * (end.year - start.year) + end.month - start.month + 1


@pytest.mark.parametrize(("name", "how_many"), [("last-month", 1), ("90", 3), ("365", 12)])
def test_so_many_months_that_are_over_are_so_many_on_every_day_of_the_year(name, how_many):
    for today in EVERY_DAY:
        start, end = named_months(name, today=today)
        assert months(start, end) == how_many
        assert end == today.replace(day=1) - timedelta(days=1)


def test_this_year_is_its_months_that_are_over_and_nothing_in_january():
    for today in EVERY_DAY:
        found = named_months("this-year", today=today)
        if today.month == 1:
            assert found is None
        else:
            assert found[0] == date(today.year, 1, 1)
            assert months(*found) == today.month - 1


def test_every_name_means_something_and_no_other_does():
    today = date(2026, 11, 30)
    assert all(named(name, today=today) for name in NAMED)
    assert all(named_months(name, today=today) for name in OVER)
    assert named_months("30", today=today) is named_months("this-month", today=today) is None


def test_beside_a_whole_february_stands_the_whole_february_of_a_year_before():
    assert a_year_before(date(2025, 2, 1), date(2025, 2, 28)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert a_year_before(date(2024, 2, 1), date(2024, 2, 29)) == (date(2023, 2, 1), date(2023, 2, 28))
    assert a_year_before(date(2024, 3, 1), date(2025, 2, 28)) == (date(2023, 3, 1), date(2024, 2, 29))
    assert a_year_before(date(2025, 2, 15), date(2025, 2, 28)) == (date(2024, 2, 15), date(2024, 2, 28))
