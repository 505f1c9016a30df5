"""What happened to residents against the same months of the year before their home had red bags.

A home's baseline is, of each month of the calendar, the newest figures it brought from before the month of its first
journey. A month is compared when it is over, lies after the month of the first journey, has a baseline, and somebody
lived at the home. Without a month that can be compared a home counts on neither side.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncMonth

from redbag.counting.models import CountedJourney, CountedResident
from redbag.reports.baseline_models import Baseline
from redbag.reports.figures import DAY, Number, Per, Period
from redbag.reports.periods import end_of_month, midnight, months_until
from redbag.reports.resident_days import DAYS_IN_A_YEAR, days_of_months
from redbag.reports.scopes import Scope

MOST_MONTHS = 12
MOST_NAMED = 500
CAME = Q(attended_at__isnull=False)
HOME_IN_A_DAY = CAME & Q(away__lte=DAY)
COUNTED = {"attendances": CAME, "admissions": CAME & ~HOME_IN_A_DAY}


class Then(NamedTuple):
    """The figures of one month of a home from before, with the area the home is in."""

    home: UUID
    area: UUID | None
    year: int
    month: int
    residents: Decimal
    attendances: int
    admissions: int


@dataclass(frozen=True)
class Pair:
    """One month of one home that can be compared: its first day, and the figures of the same month before."""

    home: UUID
    area: UUID | None
    first: date
    then: Then


@dataclass(frozen=True)
class Both:
    """Counts and days lived, now and then, of so many months of homes; they add up."""

    months: int = 0
    attendances: int = 0
    admissions: int = 0
    days: int = 0
    attendances_then: int = 0
    admissions_then: int = 0
    days_then: Decimal = Decimal(0)

    def __add__(self, other: "Both | int") -> "Both":
        if not isinstance(other, Both):
            return self
        return Both(**{name: mine + getattr(other, name) for name, mine in vars(self).items()})

    __radd__ = __add__


@dataclass(frozen=True)
class Compared:
    """The tally behind every figure against the baseline: both sides at once, so that each has the same months."""

    def read(self, *, scope: Scope, period: Period, by: str) -> Mapping[Any, Both]:
        """Both sides by home, area, month or together; nothing by hospital or ward, for only homes have residents."""
        found: dict[Any, Both] = defaultdict(Both)
        if by not in ("", "home", "area", "month"):
            return found
        for pair, both in months_compared(scope=scope, period=period, most=0 if by == "month" else MOST_MONTHS):
            key = {"": "", "home": pair.home, "area": pair.area, "month": pair.first}[by]
            found[key] += both
        return found


COMPARED = Compared()


@dataclass(frozen=True)
class PerYears(Per):
    """So many `part` a year for 100 residents (`whole`, in days), both by the name of what stands in `Both`."""

    def tallies(self) -> tuple:
        """What has to be counted."""
        return (COMPARED,)

    def number(self, tallied: Mapping[Any, Any]) -> Number:
        """The rate, to one decimal, over years lived to two."""
        both = tallied[COMPARED] or Both()
        years = round(float(getattr(both, self.whole)) / DAYS_IN_A_YEAR, 2)
        part = getattr(both, self.part)
        return Number(round(self.times * part / years, 1) if years else None, years, part)

    @property
    def listed(self) -> bool:
        """Whether journeys stand behind its count: of what the home counted before, there are none."""
        return self.part in COUNTED

    def journeys(self, *, scope: Scope, period: Period) -> QuerySet[CountedJourney]:
        """The journeys of the months compared that its count is made of."""
        months: dict[UUID, list[date]] = defaultdict(list)
        for pair, _ in months_compared(scope=scope, period=period):
            months[pair.home].append(pair.first)
        alike: dict[tuple[date, ...], list[UUID]] = defaultdict(list)
        for home, firsts in months.items():
            alike[tuple(firsts)].append(home)
        which = Q(pk__in=())
        for months_of_all, homes in alike.items():
            for first in months_of_all:
                which |= Q(home__in=homes, day__gte=first, day__lte=end_of_month(first))
        return CountedJourney.objects.filter(scope.rows(CountedJourney), which, COUNTED[self.part])


def months_compared(*, scope: Scope, period: Period, most: int = MOST_MONTHS) -> Iterable[tuple[Pair, Both]]:
    """Every month of every home that can be compared, with both sides; at most so many months, the newest."""
    months = whole_months(period)[-most:]
    standing = _standing(scope) if months else []
    if not standing:
        return
    only = _only(standing)
    pairs = pairs_of(standing, began_of(scope, only), months)
    if not pairs:
        return
    firsts = sorted({pair.first for pair in pairs})
    came = _came(scope.rows(CountedJourney) & only, firsts)
    place = {first: number for number, first in enumerate(firsts)}
    lived = days_of_months(
        scope.rows(CountedResident) & only, [(first, end_of_month(first)) for first in firsts], by="home"
    )
    for pair in pairs:
        days = lived[pair.home][place[pair.first]] if pair.home in lived else 0
        if days:
            yield pair, _both(pair.then, came.get((pair.home, pair.first), (0, 0)), days)


def _only(standing: Iterable[Then]) -> Q:
    """The homes that gave figures, where they are few enough to be named in a statement."""
    homes = {row.home for row in standing}
    return Q(home__in=homes) if len(homes) <= MOST_NAMED else Q()


def whole_months(period: Period) -> list[date]:
    """The first days of the months that lie within the period and are over."""
    if period.start > period.end:
        return []
    how_many = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    return [
        first
        for first in months_until(period.end, how_many)
        if first >= period.start
        and end_of_month(first) <= period.end
        and midnight(end_of_month(first) + timedelta(days=1)) <= period.moment
    ]


def began_of(scope: Scope, only: Q | None = None) -> dict[UUID, date]:
    """The day of each home's first journey."""
    rows = (
        CountedJourney.objects.filter(scope.rows(CountedJourney), only or Q())
        .order_by()
        .values("home")
        .annotate(at=Min("day"))
    )
    return dict(rows.values_list("home", "at"))


def pairs_of(standing: Iterable[Then], began: Mapping[UUID, date], months: Iterable[date]) -> list[Pair]:
    """Which months can be compared, each with the newest figures of that month from before the home's first journey."""
    newest: dict[UUID, dict[int, Then]] = defaultdict(dict)
    for row in standing:
        start = began.get(row.home)
        if start and (row.year, row.month) < (start.year, start.month):
            known = newest[row.home].get(row.month)
            if known is None or known.year < row.year:
                newest[row.home][row.month] = row
    return [
        Pair(home, rows[first.month].area, first, rows[first.month])
        for home, rows in newest.items()
        for first in months
        if first.month in rows and (first.year, first.month) > (began[home].year, began[home].month)
    ]


def _standing(scope: Scope) -> list[Then]:
    columns = {"home": "organisation__in", "area": "organisation__area__in"}
    mine = Q(pk__in=())
    for column, ids in scope.places:
        if column in columns:
            mine |= Q(**{columns[column]: ids})
    told = ("organisation", "organisation__area", "year", "month", "residents", "attendances", "admissions")
    return [Then(*row) for row in Baseline.objects.standing().filter(mine).values_list(*told)]


def _came(homes: Q, firsts: list[date]) -> dict[tuple[UUID, date], tuple[int, int]]:
    """How often residents came to a hospital in each month, and how often they were not home again within 24 hours."""
    rows = CountedJourney.objects.filter(homes, CAME, day__gte=firsts[0], day__lte=end_of_month(firsts[-1]))
    told = rows.annotate(first=TruncMonth("day")).order_by().values("home", "first")
    counted = told.annotate(came=Count("pk"), soon=Count("pk", filter=HOME_IN_A_DAY))
    return {
        (home, first): (came, came - soon)
        for home, first, came, soon in counted.values_list("home", "first", "came", "soon")
    }


def _both(then: Then, came: tuple[int, int], days: int) -> Both:
    attendances, admissions = came
    length = end_of_month(date(then.year, then.month, 1)).day
    return Both(
        months=1,
        attendances=attendances,
        admissions=admissions,
        days=days,
        attendances_then=then.attendances,
        admissions_then=then.admissions,
        days_then=then.residents * length,
    )
