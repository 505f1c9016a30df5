"""What changed against the year before a home had red bags, and how sure that is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from redbag.organisations.models import Kind, Organisation
from redbag.reports.baseline_models import Baseline
from redbag.reports.baseline_year import COMPARED, MOST_MONTHS, Both, Pair, began_of, months_compared, whole_months
from redbag.reports.computing import Apart
from redbag.reports.figures import Number, period_of
from redbag.reports.measures.baseline_year import MEASURES
from redbag.reports.measures.definitions import Measure
from redbag.reports.periods import LONDON, months_until
from redbag.reports.rate_ratio import Change, change_of
from redbag.reports.reading import of_all
from redbag.reports.scopes import Scope
from redbag.rows import everything

TOO_FEW, TOO_MANY = 0.7, 1.4  # of the residents there were before: then either side may be wrong


@dataclass(frozen=True)
class Line:
    """One measure: the rate now and then, and the change; all None where too small to be shown to whoever asks."""

    measure: Measure
    now: Number | None
    then: Number | None
    change: Change | None


@dataclass(frozen=True)
class Home:
    """A home with the months that were compared: each now, beside the one before."""

    place: Organisation
    months: list[tuple[date, date]]


@dataclass(frozen=True)
class Comparison:
    """The lines, the homes that gave figures, how many homes there are, and whether one side lacks residents."""

    lines: list[Line]
    homes: list[Home]
    of_homes: int
    fewer_residents: bool = False
    more_residents: bool = False


def last_months(now: datetime, how_many: int = MOST_MONTHS) -> tuple[date, date]:
    """The first and the last day of so many months before this one."""
    first_of_this = now.astimezone(LONDON).date().replace(day=1)
    end = first_of_this - timedelta(days=1)
    return months_until(end, how_many)[0], end


@everything()
def compare(*, scope: Scope, start: date, end: date, now: datetime) -> Comparison:
    """Both measures over the whole months of some days, at most the newest twelve, against the same months before."""
    period = period_of(start, end, now)
    compared = list(months_compared(scope=scope, period=period))
    tallied = Apart()
    tallied[None][COMPARED] = Both()
    for pair, each in compared:
        tallied[pair.home][COMPARED] += each
    both = tallied.every[COMPARED]
    ratio = both.days / float(both.days_then) if both.days_then else None
    return Comparison(
        lines=[_line(measure, tallied, scope) for measure in MEASURES],
        homes=_homes(pair for pair, _ in compared),
        of_homes=_of_homes(scope),
        fewer_residents=ratio is not None and ratio < TOO_FEW,
        more_residents=ratio is not None and ratio > TOO_MANY,
    )


def _line(measure: Measure, tallied: Apart, scope: Scope) -> Line:
    numbers = [of_all(row.figure, tallied, scope=scope) for row in measure.rows]
    now, then = numbers
    if now is None or then is None:
        return Line(measure, None, None, None)
    change = change_of(
        now=int(now.part or 0), time_now=now.whole or 0, then=int(then.part or 0), time_then=then.whole or 0
    )
    return Line(measure, now, then, change)


def _homes(pairs: Iterable[Pair]) -> list[Home]:
    months: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for pair in pairs:
        months[pair.home].append((pair.first, date(pair.then.year, pair.then.month, 1)))
    places = Organisation.objects.in_bulk(list(months))
    return sorted((Home(places[home], told) for home, told in months.items()), key=lambda home: home.place.name)


def _of_homes(scope: Scope) -> int:
    """How many care homes there are in it."""
    places = dict(scope.places)
    homes = Organisation.objects.offered().filter(kind=Kind.CARE_HOME)
    return (
        (homes.filter(pk__in=places.get("home", ())) | homes.filter(area__in=places.get("area", ()))).distinct().count()
    )


@dataclass(frozen=True)
class Month:
    """A month of one home: with which month before it is compared, or why it is not."""

    first: date
    then: date | None
    why_not: str = ""


@everything()
def months_of(home: Organisation, scope: Scope, *, start: date, end: date, now: datetime) -> list[Month]:
    """Every whole month of the days, the newest twelve, for one home: compared, or why not."""
    period = period_of(start, end, now)
    compared = {
        pair.first: date(pair.then.year, pair.then.month, 1) for pair, _ in months_compared(scope=scope, period=period)
    }
    began = began_of(scope).get(home.pk)
    standing = {(row.year, row.month) for row in Baseline.objects.standing().filter(organisation=home)}
    return [
        Month(first, compared.get(first), "" if first in compared else _why_not(first, began, standing))
        for first in whole_months(period)[-MOST_MONTHS:]
    ]


def _why_not(first: date, began: date | None, standing: set[tuple[int, int]]) -> str:
    if began is None:
        return "no journey with Red Bag yet"
    if (first.year, first.month) <= (began.year, began.month):
        return f"Red Bag began here in {began:%B %Y}"
    if not any(month == first.month and (year, month) < (began.year, began.month) for year, month in standing):
        return f"no figures for {first:%B} from before"
    return "no resident is in Red Bag for this month"
