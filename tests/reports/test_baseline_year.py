"""Admissions and attendances per 100 resident-years, now against the same months before the home had red bags."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redbag.counting.models import CountedJourney, CountedResident
from redbag.reports.baseline_models import Baseline
from redbag.reports.computing import tally_up
from redbag.reports.figures import Period
from redbag.reports.measures.baseline_year import ADMISSIONS, ATTENDANCES
from redbag.reports.resident_days import days_of_months
from redbag.reports.scopes import scope_of

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
BEGAN = date(2026, 2, 10)
PERIOD = Period(date(2026, 1, 1), date(2026, 12, 31), datetime(2026, 7, 1, 12, tzinfo=UTC))
DAY = 24 * 60


def before(home, year, month, *, residents="40", attendances=4, admissions=3, **more):
    told = {"residents": Decimal(residents), "attendances": attendances, "admissions": admissions, **more}
    return Baseline.objects.create(
        organisation=home, year=year, month=month, kept_at=datetime(2026, 2, 1, tzinfo=UTC), kept_by_name="Jo", **told
    )


def journey(home, day, *, came=True, away=None):
    at = datetime.combine(day, time(12), tzinfo=UTC)
    where = {"home": home.pk, "area": home.area_id, "day": day}
    times = {"packed_at": at, "attended_at": at if came else None, "away": away, "counted_at": at}
    CountedJourney.objects.create(
        transfer=uuid.uuid4(), resident=uuid.uuid4(), with_bag=True, version=1, age_band="85-89", **where, **times
    )


def lives(home, first, last=None, *, how_many=1):
    days = {"first_day": first.toordinal(), "last_day": last and last.toordinal()}
    CountedResident.objects.bulk_create(
        CountedResident(resident=uuid.uuid4(), home=home.pk, area=home.area_id, **days) for _ in range(how_many)
    )


def numbers(measure, places, period=PERIOD):
    scope = scope_of(places)
    every = tally_up(measure.figures(), scope=scope, period=period, by=scope.apart).every
    return [(number.part, number.whole, number.value) for number in (row.figure.number(every) for row in measure.rows)]


@pytest.fixture
def oakview(world):
    """A home of ten residents since January, whose first journey was in February; figures of the whole year before."""
    lives(world.oakview, date(2026, 1, 1), how_many=10)
    journey(world.oakview, BEGAN)
    for month in range(1, 13):
        before(world.oakview, 2025, month)
    return world.oakview


def test_only_whole_months_after_the_first_journey_are_compared_with_the_same_months(oakview):
    journey(oakview, date(2026, 3, 1), away=DAY)
    journey(oakview, date(2026, 6, 30), away=DAY + 1)
    journey(oakview, date(2026, 5, 2))
    journey(oakview, date(2026, 5, 3), came=False)
    journey(oakview, date(2026, 2, 28), away=60)
    journey(oakview, date(2026, 7, 1), away=60)
    days = 31 + 30 + 31 + 30  # March to June; July is not over, February is that of the first journey
    now, then = round(10 * days / 365.25, 2), round(40 * days / 365.25, 2)
    assert numbers(ATTENDANCES, [oakview]) == [(3, now, round(300 / now, 1)), (16, then, round(1600 / then, 1))]
    assert numbers(ADMISSIONS, [oakview]) == [(2, now, round(200 / now, 1)), (12, then, round(1200 / then, 1))]


def test_a_month_counts_on_both_sides_or_on_neither(world):
    home = world.oakview
    journey(home, BEGAN)
    lives(home, date(2026, 4, 1), date(2026, 5, 31))
    for month in (3, 5, 6):
        before(home, 2025, month)
    journey(home, date(2026, 4, 4))
    journey(home, date(2026, 5, 5))
    assert numbers(ATTENDANCES, [home]) == [(1, 0.08, 1250.0), (4, 3.39, 118.0)]


def test_the_newest_figures_from_before_the_first_journey_count(world):
    home = world.oakview
    journey(home, BEGAN)
    lives(home, date(2026, 1, 1))
    before(home, 2024, 3, attendances=1)
    old = before(home, 2025, 3, attendances=2)
    before(home, 2025, 3, attendances=5, puts_right=old)
    taken = before(home, 2025, 4, attendances=7)
    before(home, 2025, 4, attendances=7, puts_right=taken, taken_back=True)
    before(home, 2026, 2, attendances=8)
    before(home, 2026, 3, attendances=9)
    assert numbers(ATTENDANCES, [home])[1][0] == 5


@pytest.mark.parametrize("start", [date(2026, 3, 2), date(2026, 7, 1)])
def test_days_without_a_whole_month_that_is_over_have_nothing_to_compare(oakview, start):
    period = Period(start, date(2026, 3, 31) if start.month == 3 else date(2026, 7, 31), PERIOD.moment)
    assert numbers(ATTENDANCES, [oakview], period) == [(0, 0.0, None), (0, 0.0, None)]


def test_an_area_is_the_sum_of_its_homes_and_a_hospital_has_no_residents(world, oakview):
    lives(world.millbrook, date(2026, 1, 1), how_many=5)
    journey(world.millbrook, BEGAN)
    journey(world.millbrook, date(2026, 3, 5))
    before(world.millbrook, 2025, 3, residents="6.5", attendances=2)
    homes = [numbers(ATTENDANCES, [home]) for home in (oakview, world.millbrook)]
    (now, then) = numbers(ATTENDANCES, [world.area])
    assert (now[0], then[0]) == (homes[0][0][0] + homes[1][0][0], homes[0][1][0] + homes[1][1][0])
    assert then[1] == round((40 * 122 + 6.5 * 31) / 365.25, 2)
    assert numbers(ATTENDANCES, [world.stmarys]) == [(0, 0.0, None), (0, 0.0, None)]


DAYS = st.dates(date(2026, 1, 1), date(2026, 4, 10))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stays=st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=6), one=DAYS, other=DAYS)
def test_resident_days_are_those_one_counts_on_the_fingers(world, stays, one, other):
    CountedResident.objects.all().delete()
    first, last = sorted((one, other))
    stays = [(came, left and max(came, left)) for came, left in stays]
    for came, left in stays:
        lives(world.oakview, came, left)
    period = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    counted = sum(came <= day and (left is None or day <= left) for came, left in stays for day in period)
    scope = scope_of([world.oakview]).rows(CountedResident)
    assert days_of_months(scope, [(first, last)], by="").get("", (0,)) == (counted,)


MONTH = st.tuples(st.sampled_from([2024, 2025, 2026]), st.integers(1, 12))
HOMES = st.sampled_from(["oakview", "millbrook"])
LATELY = st.dates(date(2026, 1, 1), date(2026, 6, 30))
WENT = st.tuples(HOMES, LATELY, st.booleans(), st.sampled_from([None, 60, DAY, 9000]))
LIVED = st.tuples(HOMES, LATELY, st.none() | st.integers(0, 100))
BEFORE = st.tuples(HOMES, MONTH, st.integers(1, 400), st.integers(0, 9), st.integers(0, 9))


def days_in(first):
    """Every day of a month."""
    days = [first + timedelta(days=each) for each in range(31)]
    return [day for day in days if day.month == first.month]


def counted_by_hand(went, lived, told, period):
    """Every day and every journey looked at by itself: attendances, admissions and days, now and then."""
    sums = dict.fromkeys(("came", "stayed", "days", "came_then", "stayed_then"), 0) | {"days_then": Decimal(0)}
    for home in ("oakview", "millbrook"):
        days_of = [day for where, day, _, _ in went if where == home]
        began = min(days_of, default=None)
        for first in (date(2026, month, 1) for month in range(1, 13)):
            days = days_in(first)
            if began is None or first <= began or days[0] < period.start or days[-1] >= period.moment.date():
                continue
            known = [year for where, (year, month) in told if (where, month) == (home, first.month)]
            years = [year for year in known if (year, first.month) < (began.year, began.month)]
            living = sum(
                came <= day and (length is None or day <= came + timedelta(days=length))
                for where, came, length in lived
                if where == home
                for day in days
            )
            if not years or not living:
                continue
            then = told[home, (max(years), first.month)]
            there = [away for where, day, came, away in went if where == home and day in days and came]
            sums["days"] += living
            sums["came"] += len(there)
            sums["stayed"] += len([away for away in there if away is None or away > DAY])
            sums["days_then"] += then[0] * len(days_in(first.replace(year=max(years))))
            sums["came_then"] += then[1]
            sums["stayed_then"] += then[2]
    return sums


def rate(count, days):
    years = round(float(days) / 365.25, 2)
    return (count, years, round(100 * count / years, 1) if years else None)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    went=st.lists(WENT, max_size=12),
    lived=st.lists(LIVED, max_size=5),
    figures=st.lists(BEFORE, max_size=16, unique_by=lambda each: each[:2]),
    start=st.dates(date(2026, 1, 1), date(2026, 4, 2)),
    today=st.dates(date(2026, 3, 1), date(2026, 7, 2)),
)
def test_over_any_history_the_report_is_what_one_counts_by_hand(world, went, lived, figures, start, today):
    CountedJourney.objects.all().delete()
    CountedResident.objects.all().delete()
    with transaction.atomic():
        for home, day, came, away in went:
            journey(getattr(world, home), day, came=came, away=away)
        for home, first, length in lived:
            lives(getattr(world, home), first, None if length is None else first + timedelta(days=length))
        told = {}
        for home, (year, month), tenths, attendances, admissions in figures:
            average = Decimal(tenths) / 10
            told[home, (year, month)] = (average, attendances, admissions)
            numbers_then = {"attendances": attendances, "admissions": admissions}
            before(getattr(world, home), year, month, residents=average, **numbers_then)
        moment = datetime.combine(today, time(12), tzinfo=UTC)
        period = Period(start, date(2026, 12, 31), moment)
        hand = counted_by_hand(went, lived, told, period)
        report = [*numbers(ATTENDANCES, [world.area], period), *numbers(ADMISSIONS, [world.area], period)]
        transaction.set_rollback(True)
    parts = ("came", "days"), ("came_then", "days_then"), ("stayed", "days"), ("stayed_then", "days_then")
    assert report == [rate(hand[part], hand[days]) for part, days in parts]
