"""One month of a home or a group: its days, how many went, and what stands out of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from redbag.counting.models import CountedJourney, CountedLoss
from redbag.reports.computing import Sums, tally_up
from redbag.reports.figures import Count, HowMany, period_of
from redbag.reports.measures import MEASURES
from redbag.reports.periods import LONDON, end_of_month, months_until
from redbag.reports.reading import by_month, of_a_moment, runs_in
from redbag.reports.scopes import Scope
from redbag.reports.this_month import Month, StandsOut, some, stands_out
from redbag.rows import everything

BEHIND = 24  # months a usual range is told from
JOURNEYS = HowMany(Count(CountedJourney, Q(left_at__isnull=False)))
BACK = HowMany(Count(CountedJourney, Q(home_at__isnull=False)))
FOUND_AGAIN = HowMany(Count(CountedLoss, Q(still_missing=False, outcome="found")))


class NoSuchMonth(LookupError):
    """There is no such month, or it has not begun; the words say which."""


@dataclass(frozen=True)
class Days:
    """A month as far as it has come: its days, whether it is over, and the first days of the months beside it."""

    first: date
    last: date
    over: bool
    before: date
    after: date | None


@dataclass(frozen=True)
class Counted:
    """Of the journeys packed in a month how many left the home and how many are back; `before`, how many left then."""

    journeys: int
    back: int
    before: int


def days_of(typed: str, *, now: datetime) -> Days:
    """The month as typed (2026-11), this one without; NoSuchMonth for one that has not begun or is none."""
    today = now.astimezone(LONDON).date()
    try:
        first = date.fromisoformat(f"{typed}-01") if typed else today.replace(day=1)
    except ValueError:
        raise NoSuchMonth("There is no such month.") from None
    if first > today:
        raise NoSuchMonth(f"{first:%B %Y} has not come yet.")
    if first.year < 2000:
        raise NoSuchMonth("There is no such month.")
    end = end_of_month(first)
    after = end + timedelta(days=1)
    return Days(first, min(end, today), end < today, months_until(first, 2)[0], after if after <= today else None)


def found_in(scope: Scope, days: Days, *, now: datetime) -> StandsOut:
    """What to look at in this month, what else did not go well, and what did: of all places of the scope together."""
    firsts = months_until(days.first, BEHIND)
    monthly = [measure for measure in MEASURES if not of_a_moment(measure)]
    at_the_end = [measure.told_by for measure in MEASURES if of_a_moment(measure)]
    tallied = by_month([*(measure.told_by for measure in monthly), FOUND_AGAIN], scope=scope, firsts=firsts, now=now)
    then = tally_up(at_the_end, scope=scope, period=period_of(days.first, days.last, now)).every
    here = Sums(tallied[days.first] | then)
    numbers = {measure.name: measure.told_by.number(here) for measure in MEASURES}
    runs = runs_in(tallied, monthly, scope=scope, firsts=firsts, now=now)
    return stands_out(Month(days.first, numbers, runs, here[FOUND_AGAIN.of]), MEASURES)


def counted_in(scope: Scope, days: Days, *, now: datetime) -> Counted:
    """How many went in this month, and in the one before."""
    tallied = by_month([JOURNEYS, BACK], scope=scope, firsts=[days.before, days.first], now=now)
    here, earlier = tallied[days.first], tallied[days.before]
    return Counted(here[JOURNEYS.of], here[BACK.of], earlier[JOURNEYS.of])


@everything()
def began_before(scope: Scope, days: Days, counted: Counted) -> bool:
    """Whether an earlier month has anything to show."""
    return counted.before > 0 or CountedJourney.objects.filter(scope.rows(CountedJourney), day__lt=days.first).exists()


def said(counted: Counted, days: Days) -> str:
    """That in a sentence."""
    if not counted.journeys:
        return f"Nobody left for hospital. In all of {days.before:%B}: {counted.before}."
    journeys = some(counted.journeys, "journey", "journeys")
    return f"{journeys} to hospital, {counted.back} of them back home. In all of {days.before:%B}: {counted.before}."
