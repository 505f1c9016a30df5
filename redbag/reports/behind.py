"""From a number to the journeys it was counted from, for those inside: which, and what each has to do with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from redbag.counting.models import CountedHandover, CountedJourney, CountedLetter, CountedLoss
from redbag.counting.paperwork import ASKED
from redbag.errors import NotThere
from redbag.reports.baseline_year import PerYears
from redbag.reports.computing import journeys_behind
from redbag.reports.figures import DAY, HOUR, Count, Figure, Lengths, Per, Period, Share
from redbag.reports.measures.custody import RECEIVERS
from redbag.reports.measures.paperwork import FROZEN, TOLD, WHAT_TRAVELLED
from redbag.reports.scopes import Scope
from redbag.reports.this_month import PART, REST, WHOLE, some
from redbag.residents.belongings import CATEGORIES
from redbag.rows import everything
from redbag.transfers.stages import Stage

MOST = 1000  # rows of a list; of more the newest
NEWEST = {
    CountedJourney: ("-packed_at",),
    CountedHandover: ("-at",),
    CountedLoss: ("-day", "category"),
    CountedLetter: ("-sent_at",),
}
RECEIVED = dict(RECEIVERS)
MINUTES = {"minutes": 1, "hours": HOUR}
"""What times are told in as lengths that people say: 4 days 2 hours, not 5,886 minutes."""
PAPERS = Count(CountedJourney, FROZEN)
TRAVELLED = tuple(row.figure for row in WHAT_TRAVELLED.rows)
CASES = {
    "found": "found again",
    "replaced": "replaced",
    "paid": "paid for",
    "not_found": "given up",
    "mistake": "a mistake",
}


@dataclass(frozen=True)
class Behind:
    """The journeys behind a number by their ids, newest first, each with a line for every time it was counted.

    `alone` is how many were counted that belong to no journey, `more` whether there are more than MOST.
    """

    told: dict[UUID, list[str]]
    alone: int
    more: bool


def sides(figure: Figure) -> tuple[str, ...]:
    """Which sides of a figure lead to journeys: part, whole and rest of a share, part and whole of a rate, or whole."""
    if isinstance(figure, Share):
        return (PART, WHOLE, REST) if _listed(figure.part) and _listed(figure.whole) else ()
    if isinstance(figure, PerYears):
        return (PART,) if figure.listed else ()
    if isinstance(figure, Per):
        return tuple(side for side, tally in ((PART, figure.part), (WHOLE, figure.whole)) if _listed(tally))
    return (WHOLE,) if _listed(figure.tallies()[0]) else ()


@everything()
def behind(figure: Figure, which: str, *, scope: Scope, period: Period) -> Behind:
    """The journeys that one side of a figure was counted from. NotThere where that side has none to list."""
    if which not in sides(figure):
        raise NotThere(f"Behind {which} there are no journeys to list.")
    tally, rows = _counted(figure, which, scope, period)
    found = list(rows.order_by(*NEWEST[tally.table], "pk")[: MOST + 1])
    told: dict[UUID, list[str]] = {}
    alone = 0
    for each in found[:MOST]:
        if each.transfer is None:
            alone += 1
        else:
            told.setdefault(each.transfer, []).append(_about(each, tally, figure))
    return Behind(told, alone, len(found) > MOST)


def _listed(tally: Any) -> bool:
    return isinstance(tally, Count | Lengths) and tally.table in NEWEST


def _counted(figure: Figure, which: str, scope: Scope, period: Period) -> tuple[Count | Lengths, QuerySet]:
    """What one side of a figure counted, and its rows."""
    if isinstance(figure, PerYears):
        return Count(CountedJourney), figure.journeys(scope=scope, period=period)
    tally = figure.part if isinstance(figure, Share | Per) and which == PART else figure.tallies()[-1]
    rows = _of(tally, scope, period)
    if which == REST and isinstance(figure, Share):
        rows = rows.exclude(pk__in=_of(figure.part, scope, period).values("pk"))
    return tally, rows


def _of(tally: Count | Lengths, scope: Scope, period: Period) -> QuerySet:
    return journeys_behind(tally, scope=scope, period=period)


def _about(row: Any, tally: Count | Lengths, figure: Figure) -> str:
    """What a row has to do with the number, in words."""
    if isinstance(tally, Lengths):
        return length_of(getattr(row, tally.column))
    told = ABOUT[type(row)](row)
    return f"{told}. {_lacking(row, figure)}".removesuffix(" ") if tally == PAPERS else told


def _journey(row: CountedJourney) -> str:
    if row.left_at is None:
        return f"Packed {_when(row.packed_at)}, " + ("did not leave the home" if row.closed_at else "has not left yet")
    back = row.home_at or row.back_at
    if row.died:  # a list never speaks of a death
        return f"Left {_when(row.left_at)}"
    if row.closed_at and not back:
        bag = ", bag not back" if row.with_bag else ""
        return f"Left {_when(row.left_at)}, finished {_when(row.closed_at)}{bag}"
    return f"Left {_when(row.left_at)}, " + (f"back {_when(back)}" if back else "not back yet")


def _lacking(row: CountedJourney, figure: Figure) -> str:
    """Which parts of its papers were not there as it left, and whether the home was due to look at them again.

    Parts that not everybody's papers are asked for are named only where the figure tells of such parts.
    """
    of_these = [each for each in TOLD if each[0] in ASKED or figure in TRAVELLED]
    parts = [title.lower() for _, title, column in of_these if getattr(row, column) is False]
    named = sum(getattr(row, f"has_{section}") is False for section in ASKED if hasattr(row, f"has_{section}"))
    others = (row.papers_asked or 0) - (row.papers_there or 0) - named
    if others > 0:
        parts.append(some(others, "other part", "other parts") if parts else some(others, "part", "parts"))
    missing = f"Not there: {', '.join(parts)}." if parts else ""
    return missing if row.fresh is not False else f"{missing} Not looked at in time.".strip()


def _handover(row: CountedHandover) -> str:
    where = f", {row.ward}" if row.ward else ""
    return f"To {RECEIVED[row.receiver].replace('The ', 'the ').replace('A ', 'a ')}{where}, {_when(row.at)}"


def _loss(row: CountedLoss) -> str:
    seen = Stage(row.last_seen).label.lower() if row.last_seen in Stage.values else "not known"
    how = CASES.get(row.outcome, "not found yet" if row.still_missing else "found again")
    return f"{CATEGORIES.get(row.category, row.category)}: last seen {seen}, {how}"


def _letter(row: CountedLetter) -> str:
    sent = f"Letter sent {_when(row.sent_at)}"
    if row.read is not None:
        return f"{sent}, taken on after {length_of(row.read)}"
    return f"{sent}, not taken on yet" if row.current else f"{sent}, a newer one took its place"


ABOUT: dict[type, Callable[[Any], str]] = {
    CountedJourney: _journey,
    CountedHandover: _handover,
    CountedLoss: _loss,
    CountedLetter: _letter,
}


def _when(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local.day} {local:%b %Y}, {local:%H:%M}"


def length_of(minutes: int) -> str:
    """So many minutes in the two largest units: 2 days 3 hours, 1 hour 20 minutes."""
    length = timedelta(minutes=minutes)
    days, hours, rest = length.days, length.seconds // 60 // HOUR, minutes % HOUR
    told = [(days, "day", "days"), (hours, "hour", "hours"), (0 if minutes >= DAY else rest, "minute", "minutes")]
    return " ".join(some(*each) for each in told if each[0]) or "no time at all"
