from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbag.deliveries.schedule import MOST_ATTEMPTS, WAITS, next_attempt_at, outcome_of, wait_asked_for

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
chances = st.floats(min_value=0, max_value=1, exclude_max=True)


def moments(*, chances, retry_after=None):
    """When each attempt happens when all fail and each takes no time."""
    at = [NOON]
    for made, chance in enumerate(chances, start=1):
        again = next_attempt_at(
            attempts_made=made, ended_at=at[-1], retry_after=retry_after, random=lambda chance=chance: chance
        )
        if again is None:
            return at
        at.append(again)
    return at


def test_ten_attempts_at_the_promised_waits_and_then_no_more():
    at = moments(chances=[0] * 20)

    assert [later - earlier for earlier, later in pairwise(at)] == [
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=5),
        timedelta(hours=10),
        timedelta(hours=14),
        timedelta(hours=20),
        timedelta(hours=24),
    ]
    assert len(at) == MOST_ATTEMPTS == 10


@given(st.lists(chances, min_size=9, max_size=9))
def test_all_attempts_together_take_about_76_hours_and_at_most_a_fifth_more(each):
    at = moments(chances=each)

    assert timedelta(hours=75) < at[-1] - at[0] <= timedelta(hours=76) * 1.2


@given(st.integers(min_value=1, max_value=9), chances)
def test_a_wait_is_never_shorter_than_planned_and_at_most_a_fifth_longer(made, chance):
    again = next_attempt_at(attempts_made=made, ended_at=NOON, retry_after=None, random=lambda: chance)

    assert WAITS[made - 1] <= again - NOON <= WAITS[made - 1] * 1.2


@given(st.integers(min_value=1, max_value=9), chances, st.timedeltas(timedelta(0), timedelta(days=900)))
def test_a_receiver_is_left_alone_for_as_long_as_it_asks_up_to_a_day(made, chance, asked):
    again = next_attempt_at(attempts_made=made, ended_at=NOON, retry_after=asked, random=lambda: chance)

    assert again - NOON >= min(asked, timedelta(hours=24))
    assert again - NOON <= max(timedelta(hours=24), WAITS[made - 1] * 1.2)


@given(st.integers(min_value=10, max_value=1000), chances, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_after_ten_attempts_nobody_tries_whatever_the_receiver_asks(made, chance, asked):
    assert next_attempt_at(attempts_made=made, ended_at=NOON, retry_after=asked, random=lambda: chance) is None


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta(0)),
        ("Sat, 21 Nov 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Sat, 21 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("99999999999999999999", timedelta(hours=24)),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("²", None),
    ],
)
def test_a_retry_after_header_is_read_as_seconds_or_as_a_date(header, wait):
    assert wait_asked_for(header, now=NOON) == wait


@given(st.text(max_size=60))
def test_no_retry_after_header_breaks_anything(header):
    wait = wait_asked_for(header, now=NOON)

    assert wait is None or wait >= timedelta(0)


def test_only_2xx_is_success_and_only_410_stops():
    counted = {status: outcome_of(status) for status in range(100, 600)}

    assert {status for status, outcome in counted.items() if outcome == "delivered"} == set(range(200, 300))
    assert {status for status, outcome in counted.items() if outcome == "redirected"} == set(range(300, 400))
    assert {status for status, outcome in counted.items() if outcome == "gone"} == {410}
