"""The clocks as plain rules: what is due when, and what is quiet."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from redbag.reminders.clocks import BY_NAME, CLOCKS, LONDON, due, is_quiet, morning_of, said_at
from redbag.reminders.subjects import WATCHED


def london(*parts):
    return datetime(*parts, tzinfo=LONDON)


def test_every_clock_says_who_is_asked_what_to_do_and_where_it_comes_from_and_is_watched():
    assert [clock.name for clock in CLOCKS] == list(WATCHED)
    for clock in CLOCKS:
        assert clock.asks in ("home", "holder", "hospital")
        assert clock.source
        assert clock.says.format(who="Ward 4B", since="14:02", stage="lost", why="")
        assert clock.do.format(who="Ward 4B", since="14:02", stage="lost").endswith(".")
        assert clock.late is None or clock.late >= 0


def test_what_hangs_on_a_person_wakes_and_nothing_else_does():
    wake = {"crew_awaited", "on_the_way", "coming_home", "letter", "urgent_letter", "ring_home", "home_answer"} | {
        "held_summary"
    }
    assert {clock.name for clock in CLOCKS if clock.wakes} == wake


def test_contact_with_the_ward_is_48_hours_and_late_at_72():
    clock = BY_NAME["contact_ward"]
    since = london(2026, 11, 21, 3)
    assert due(clock, since=since, own={}) == since + timedelta(hours=48)
    assert clock.late == 24 * 60


def test_a_letter_is_the_shift_leads_after_two_hours_and_the_managers_after_24():
    clock = BY_NAME["letter"]
    assert (clock.minutes, clock.minutes + clock.late) == (120, 24 * 60)


def test_a_letter_that_may_not_wait_is_the_managers_after_two_hours():
    clock = BY_NAME["urgent_letter"]
    assert (clock.minutes, clock.minutes + clock.late) == (120, 120)


def test_hours_are_real_hours_in_the_nights_in_which_the_clocks_change():
    clock = BY_NAME["on_the_way"]
    # 25 October 2026: 02:00 comes twice. 29 March 2026: 01:00 to 02:00 never comes.
    assert due(clock, since=datetime(2026, 10, 24, 23, 30, tzinfo=UTC), own={}).astimezone(LONDON) == london(
        2026, 10, 25, 3, 30
    )
    longer = due(clock, since=datetime(2026, 3, 28, 23, 30, tzinfo=UTC), own={}).astimezone(LONDON)
    assert longer.replace(tzinfo=None) == datetime(2026, 3, 29, 4, 30)  # noqa: DTZ001


def test_what_is_due_on_a_day_is_due_at_nine_in_london_in_summer_and_winter():
    assert morning_of(date(2026, 7, 1)).astimezone(UTC).hour == 8
    assert morning_of(date(2026, 12, 1)).astimezone(UTC).hour == 9


@pytest.mark.parametrize(
    ("at", "quiet"),
    [((21, 59), False), ((22, 0), True), ((23, 59), True), ((0, 0), True), ((6, 59), True), ((7, 0), False)],
)
def test_quiet_hours_go_over_midnight_by_londons_wall_clock(at, quiet):
    for day in ((2026, 1, 10), (2026, 7, 10)):
        assert is_quiet(london(*day, *at), begin=time(22), end=time(7)) is quiet


def test_quiet_hours_end_at_seven_also_after_the_night_the_clocks_go_forward():
    assert is_quiet(datetime(2026, 3, 29, 5, 59, tzinfo=UTC), begin=time(22), end=time(7))
    assert not is_quiet(datetime(2026, 3, 29, 6, 0, tzinfo=UTC), begin=time(22), end=time(7))
    assert is_quiet(datetime(2026, 10, 25, 6, 59, tzinfo=UTC), begin=time(22), end=time(7))
    assert not is_quiet(datetime(2026, 10, 25, 7, 0, tzinfo=UTC), begin=time(22), end=time(7))


def test_without_both_ends_or_with_the_same_ones_nothing_is_quiet():
    at = london(2026, 1, 1, 3)
    assert not is_quiet(at, begin=None, end=None)
    assert not is_quiet(at, begin=time(3), end=time(3))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.integers(min_value=1_735_689_600, max_value=1_830_000_000), some.times(), some.times())
def test_a_moment_is_quiet_in_one_of_the_two_halves_of_a_day_and_never_in_both(moment, begin, end):
    at = datetime.fromtimestamp(moment, UTC)
    if begin != end:
        assert is_quiet(at, begin=begin, end=end) != is_quiet(at, begin=end, end=begin)


def test_a_time_is_said_without_its_day_only_when_that_is_today_in_london():
    now = london(2026, 7, 2, 0, 30)
    assert said_at(london(2026, 7, 2, 0, 5), now=now) == "00:05"
    assert said_at(london(2026, 7, 1, 23, 55), now=now) == "1 Jul 2026, 23:55"
