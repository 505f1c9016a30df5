"""How often, at what times, as needed: read for certain, or not at all."""

from fractions import Fraction

import pytest

from redbag.medicines.timings import meaningful, read_timing


def timing_of(words):
    timing, (rest,) = read_timing([words])
    timing.left = meaningful(rest)
    return timing


@pytest.mark.parametrize(
    ("words", "a_day"),
    [
        ("OD", "1"),
        ("od", "1"),
        ("once daily", "1"),
        ("every 24 hours", "1"),
        ("ON", "1"),
        ("nocte", "1"),
        ("OM", "1"),
        ("mane", "1"),
        ("every night at 9 pm", "1"),
        ("BD", "2"),
        ("bid", "2"),
        ("twice a day", "2"),
        ("every 12 hours", "2"),
        ("12 hourly", "2"),
        ("8am and 8pm", "2"),
        ("08:00 and 20:00", "2"),
        ("0800, 2000", "2"),
        ("morning and night", "2"),
        ("twice daily, morning and night", "2"),
        ("TDS", "3"),
        ("t.d.s.", "3"),
        ("three times a day with food", "3"),
        ("3x/day", "3"),
        ("QDS", "4"),
        ("8 am, 12 noon, 4 pm, 8 pm", "4"),
        ("every 6 hours", "4"),
        ("72 hourly", "1/3"),
        ("every 3 days", "1/3"),
        ("every 72 hours", "1/3"),
        ("alternate days", "1/2"),
        ("every other day", "1/2"),
        ("weekly", "1/7"),
        ("weekly (Mondays)", "1/7"),
        ("every Monday morning", "1/7"),
        ("once a week on Sunday", "1/7"),
        ("Mon, Wed, Fri", "3/7"),
        ("twice a week", "2/7"),
        ("every 7 days", "1/7"),
        ("fortnightly", "1/14"),
        ("every 28 days", "1/28"),
        ("12 weekly", "1/84"),
        ("twice a day for 5 days", "2"),
        ("BD 5/7", "2"),
    ],
)
def test_times_a_day_are_read(words, a_day):
    timing = timing_of(words)
    assert timing.understood
    assert timing.rate == (Fraction(a_day), Fraction(a_day))
    assert timing.as_needed is False


@pytest.mark.parametrize("words", ["PRN", "as needed", "when required", "when breathless", "QDS PRN", "4-6 hourly PRN"])
def test_as_needed_is_read(words):
    assert (timing_of(words).as_needed, timing_of(words).understood) == (True, True)


def test_up_to_says_neither_regular_nor_as_needed():
    assert timing_of("up to four times a day").as_needed is None


@pytest.mark.parametrize(
    "words",
    ["as directed", "daily except Sundays", "once daily (weekly on Monday)", "reducing", "one daily", "once", ""],
)
def test_what_is_not_certain_is_not_understood(words):
    assert not timing_of(words).understood


def test_days_courses_limits_and_meals_are_kept_apart():
    timing = timing_of("two times a day before food for 7 days, max 4 in 24 hours")
    assert (timing.course, timing.limit, timing.meals) == ("for 7 days", "max 4 in 24 hours", "before food")
    assert timing_of("every Monday").weekdays == {"monday"}
    assert timing_of("at 8am and noon").clocks == {480, 720}
    assert timing_of("on Mondays").slots == set()
