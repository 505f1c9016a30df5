"""When a record may go is worked out from what is known, and doubt only ever keeps it longer."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from redbag.retention.clocks import Known, answer, years_after

DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))
MAYBE = st.none() | DAYS
TODAYS = st.dates(date(2000, 1, 1), date(2080, 12, 31))
WORDS = st.lists(st.sampled_from(["A journey is not closed.", "A case of something not found is open."]), unique=True)
KNOWN = st.builds(
    Known,
    lives_here=st.booleans(),
    left_on=MAYBE,
    died_on=MAYBE,
    last_contact_on=MAYBE,
    mental_health=st.booleans(),
    keep_until=st.none() | TODAYS,
    held=st.booleans(),
    open=WORDS.map(tuple),
)
examples = settings(max_examples=150, deadline=None)


def test_a_care_record_is_due_eight_years_after_the_end_of_care():
    known = Known(lives_here=False, left_on=date(2018, 11, 22))
    assert answer(known, today=date(2026, 11, 21)).is_due is False
    assert answer(known, today=date(2026, 11, 22)).is_due is True


def test_a_leap_day_is_never_rounded_to_an_earlier_one():
    assert years_after(date(2016, 2, 29), 8) == date(2024, 2, 29)
    assert years_after(date(2016, 2, 29), 10) == date(2026, 3, 1)
    assert years_after(date(2080, 2, 29), 20) == date(2100, 3, 1)


def test_a_mental_health_record_is_kept_twenty_years_or_ten_after_death():
    left = Known(lives_here=False, left_on=date(2010, 5, 1), last_contact_on=date(2010, 5, 1), mental_health=True)
    assert answer(left, today=date(2026, 1, 1)).due_on == date(2030, 5, 1)
    assert answer(replace(left, died_on=date(2012, 5, 1)), today=date(2026, 1, 1)).due_on == date(2022, 5, 1)


def test_a_death_after_leaving_keeps_the_record_longer():
    left = Known(lives_here=False, left_on=date(2010, 5, 1))
    assert answer(left, today=date(2019, 1, 1)).is_due is True
    assert answer(replace(left, died_on=date(2014, 3, 2)), today=date(2019, 1, 1)).due_on == date(2022, 3, 2)


@examples
@given(known=KNOWN, today=TODAYS)
def test_nobody_who_lives_here_and_nothing_held_or_open_is_ever_due(known, today):
    if known.lives_here or known.held or known.open:
        assert answer(known, today=today).is_due is False
        assert answer(known, today=today).not_because != ()


@examples
@given(known=KNOWN, today=TODAYS)
def test_nothing_is_due_before_eight_years_after_each_day_that_is_known(known, today):
    found = answer(known, today=today)
    if found.is_due:
        for day in filter(None, (known.left_on, known.died_on, known.last_contact_on)):
            assert today >= years_after(day, 8)
        assert known.keep_until is None or today >= known.keep_until


@examples
@given(known=KNOWN, today=TODAYS)
def test_a_mental_health_record_never_goes_before_a_care_record_would(known, today):
    plain = answer(replace(known, mental_health=False), today=today)
    mental = answer(replace(known, mental_health=True), today=today)
    assert (mental.due_on is None) == (plain.due_on is None)
    assert mental.due_on is None or mental.due_on >= plain.due_on


@examples
@given(known=KNOWN, today=TODAYS, years=st.integers(0, 20))
def test_what_is_due_stays_due_until_something_new_is_known(known, today, years):
    if answer(known, today=today).is_due:
        assert answer(known, today=today + timedelta(days=365 * years)).is_due is True


@examples
@given(known=KNOWN, today=TODAYS, back=DAYS)
def test_whoever_comes_back_and_leaves_again_starts_anew(known, today, back):
    again = replace(known, lives_here=False, left_on=back, last_contact_on=back)
    assert answer(replace(again, lives_here=True), today=today).is_due is False
    assert answer(again, today=today).due_on >= years_after(back, 8)
