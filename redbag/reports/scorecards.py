"""Which numbers stand side by side of which places, and those that only a scorecard has."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count as Rows
from django.db.models import F, Q, Value

from redbag.counting.models import CountedHandover, CountedJourney
from redbag.reports.figures import Count, HowMany, Lengths, Period, Share, Spread
from redbag.reports.measures import BY_NAME
from redbag.reports.scopes import Scope
from redbag.reports.side_by_side import Ask
from redbag.transfers.models import Transfer
from redbag.transfers.stages import STAYED_HOME

LEFT_BEHIND = "left_in_ambulance"
PACKED = Count(CountedJourney)
ALL = Ask("Journeys", HowMany(Count(CountedJourney, Q(left_at__isnull=False))), unit="")


def ask(name: str, title: str, row: str = "") -> Ask:
    """A column that tells one row of a measure, or its headline."""
    measure = BY_NAME[name]
    figure = next(each.figure for each in measure.rows if each.name == row) if row else measure.told_by
    unit = "%" if figure.kind == "share" else ""
    return Ask(title, figure, unit, measure.good, name, row or "headline")


@dataclass(frozen=True)
class LeftBehind:
    """Journeys on which somebody told that the bag was left in the ambulance."""

    def read(self, *, scope: Scope, period: Period, by: str) -> dict[Any, int]:
        """How many, by what the numbers are told apart by."""
        told = Transfer.objects.filter(outcomes__icontains=f'"{LEFT_BEHIND}"').values("pk")
        rows = CountedJourney.objects.filter(scope.rows(CountedJourney), pk__in=told)
        rows = rows.filter(day__gte=period.start, day__lte=period.end)
        key = F(by) if by else Value("")
        counted = rows.annotate(key=key).order_by().values("key").annotate(found=Rows("pk"))
        return dict(counted.values_list("key", "found"))


STAYED = Q(outcome__in=sorted(STAYED_HOME))
HOMES = (
    ALL,
    ask("paperwork", "Left with all papers, fresh", "both"),
    ask("unconfirmed", "Hand-overs told by one side"),
    ask("missing-items", "Things not found, per 100 journeys"),
    ask("checked-back", "Bags looked through when back"),
    ask("time-to-read", "Letters taken on in a day"),
)
HOSPITALS = (
    ALL,
    ask("awareness", "Hospital said that it has the bag"),
    ask("not-looked-through", "Nobody looked into the bag as it came", "hospital"),
    ask("letter-on-arrival", "Letter there on arrival home"),
    ask("night-discharges", "Left at night"),
    ask("missing-items", "Last seen in hospital, per 100", "IN_HOSPITAL"),
    ask("length-of-stay", "Days in hospital with a bag", "with-bag"),
)
AREAS = (
    ALL,
    ask("paperwork", "Left with all papers, fresh", "both"),
    ask("awareness", "Hospitals said they have the bag"),
    ask("letter-on-arrival", "Letter there on arrival home"),
    ask("missing-items", "Things not found, per 100 journeys"),
    ask("unconfirmed", "Hand-overs told by one side"),
    ask("length-of-stay", "Days in hospital with a bag", "with-bag"),
)
WARDS = (
    Ask("Bags received", HowMany(Count(CountedHandover, Q(receiver="hospital"))), unit=""),
    ask("awareness", "Said that they have it"),
    ask("unexpected", "Not expected", "hospital"),
)
OF_AMBULANCE = Q(receiver="ambulance") | Q(giver="ambulance")
SERVICES = (
    Ask("Journeys, taken or not", HowMany(PACKED), unit=""),
    Ask("Minutes until the crew had the bag", Spread(Lengths(CountedJourney, "waiting")), "", "less"),
    Ask("Minutes in the ambulance", Spread(Lengths(CountedJourney, "riding")), "", "less"),
    Ask(
        "Hand-overs to or from a crew told by one side",
        Share(Count(CountedHandover, OF_AMBULANCE & Q(unconfirmed=True)), Count(CountedHandover, OF_AMBULANCE)),
        "%",
        "less",
    ),
    Ask("Bags left in the ambulance", Share(LeftBehind(), PACKED), "%", "less"),
    Ask("Treated at home, or not taken", Share(Count(CountedJourney, STAYED), PACKED), "%"),
)
