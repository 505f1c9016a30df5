"""The journeys behind a number, for whoever stands outside: coded, and never so few that somebody is known by them.

A list is made of calendar months, each told as if it alone had been asked for: so whatever days are
asked for, a month of a number says the same, and no two lists tell by what they share what neither tells. Codes are
those of one list, so that the lists of two numbers cannot be joined by them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count as Rows
from django.db.models import QuerySet, Value

from redbag.counting.catching_up import catch_up
from redbag.counting.models import CountedHandover, CountedJourney
from redbag.errors import NotThere
from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation
from redbag.reports.codes import codes_of, order_of
from redbag.reports.computing import Apart, journeys_behind
from redbag.reports.crowds import enough, grouped, in_fives, told_in_crowds
from redbag.reports.figures import DAY, Count, Figure, HowMany, Lengths, Period, Share, period_of
from redbag.reports.hiding import SMALL, to_five
from redbag.reports.measures import row_named
from redbag.reports.measures.definitions import Measure, Row
from redbag.reports.periods import end_of_month, months_until
from redbag.reports.reading import of_all
from redbag.reports.scopes import Scope, scope_for
from redbag.rows import everything

MOST = 3000  # journeys a list is drawn from; of more the newest
FLAGS = {
    "unconfirmed": "told by one side",
    "unexpected": "not expected",
    "late": "told late",
    "unchecked": "contents not checked",
    "identity_not_checked": "identity not checked",
}
LENGTHS = {"waiting": 5, "riding": 5, "staying": DAY, "returning": 5}  # to the nearest so many minutes
HOME, HOSPITAL, AGE = 1, 2, 3  # how much is told of a journey, one after the other


@dataclass(frozen=True)
class Coded:
    """One journey without anything that says whose it was; what fewer than five share is empty or None.

    `month` is the one it is counted in (2026-11): that of its packing, of its letter, or at the end of which a bag was
    away. Lengths are minutes, `staying` whole days in minutes.
    """

    code: str
    home: str
    hospital: str
    month: str
    age_band: str
    with_bag: bool | None
    flags: tuple[str, ...]
    waiting: int | None = None
    riding: int | None = None
    staying: int | None = None
    returning: int | None = None

    @property
    def days(self) -> int | None:
        """Days in hospital."""
        return None if self.staying is None else self.staying // DAY


@dataclass(frozen=True)
class Behind:
    """The coded journeys behind one number; none where they, or the others beside them, are fewer than five."""

    measure: Measure
    row: Row
    which: str
    scope: Scope
    start: date
    end: date
    counted_at: datetime | None
    rows: Sequence[Coded] = ()
    about: int | None = None  # how many journeys the days have, to the nearest five; None where that is hidden
    more: bool = False  # whether older months are left out, or all but the newest journeys of a month


def coded_rows(
    *,
    actor: Actor,
    name: str,
    row: str,
    which: str,
    start: date,
    end: date,
    organisation: Organisation | None,
    now: datetime,
) -> Behind:
    """The journeys behind a number as somebody outside may see them. NotAllowed, NotThere.

    The days are those of whole months that are over. Of each home and month whole fives are told, so up to four are
    left out, and all where they, or the others beside them, are fewer than five. Of hospital and age each is told as
    far as five journeys of that month share it.
    """
    scope = scope_for(actor=actor, organisation=organisation)
    measure, told = row_named(name, row)
    start, end = scope.months(start, end, now=now)
    behind = Behind(measure, told, which, scope, start, end, catch_up(now=now).counted_at)
    found: list[Coded] = []
    with everything():
        behind = replace(behind, about=_about(told.figure, which, scope, period_of(start, end, now)))
        for month in _months(told.figure, which, start, end):
            if len(found) >= MOST:
                return replace(behind, rows=_in_order(found), more=True)
            rows = _of_month(told.figure, which, scope, period_of(month, end_of_month(month), now))
            whose: dict = {"actor": actor, "organisation": organisation, "of": f"{name}|{told.name}|{which}"}
            found += _coded_month(rows[:MOST], f"{month:%Y-%m}", **whose)
            behind = replace(behind, more=behind.more or len(rows) > MOST)
    return replace(behind, rows=_in_order(found))


def coded_journeys(rows: Sequence[CountedJourney], *, actor: Actor, organisation: Organisation | None) -> list[Coded]:
    """These journeys by month of packing, in fives of each home; by home, the newest month, then the code.

    What is told of a home's month hangs on its journeys alone, so homes may be told one after the other.
    """
    found: list[Coded] = []
    for month, of_month in grouped(rows, by=lambda each: f"{each.day:%Y-%m}").items():
        found += _coded_month(of_month, str(month), actor=actor, organisation=organisation, of="journeys")
    return _in_order(found)


def _coded_month(
    rows: Sequence[CountedJourney], month: str, *, actor: Actor, organisation: Organisation | None, of: str
) -> list[Coded]:
    codes = codes_of(rows, actor=actor, organisation=organisation, of=f"{of}|{month}")
    kept = in_fives(rows, by=lambda each: each.home, order=lambda each: order_of(each.pk))
    keys = (lambda each: each.home, lambda each: each.hospital, lambda each: each.age_band)
    names = _names(kept)
    more = _more_about(kept)
    return [
        Coded(
            code=codes[each.pk],
            home=names.get(each.home, ""),
            hospital=names.get(each.hospital, "") if depth >= HOSPITAL else "",
            month=month,
            age_band=each.age_band if depth >= AGE else "",
            **more[each.pk],
        )
        for each, depth in told_in_crowds(kept, by=keys)
    ]


def _in_order(found: list[Coded]) -> list[Coded]:
    """By home, the newest month, then the code, so that the order tells nothing."""
    found.sort(key=lambda each: each.code)
    found.sort(key=lambda each: each.month, reverse=True)
    return sorted(found, key=lambda each: each.home)


def tally_of(figure: Figure, which: str) -> Count | Lengths:
    """What a number was counted from: the `part` or the `whole` of a share or rate, the `whole` of anything else.

    NotThere where no journeys stand behind it.
    """
    names = ("part", "whole") if figure.kind in ("share", "rate") else ("whole",)
    tally = dict(zip(names, figure.tallies(), strict=False)).get(which)
    if not isinstance(tally, Count | Lengths) or not hasattr(tally.table, "transfer"):
        raise NotThere(f"Behind {which} there are no journeys to list.")
    return tally


def _months(figure: Figure, which: str, start: date, end: date) -> list[date]:
    """The first days of the months, the newest first; of what stood at a moment the one in which the days end."""
    tally = tally_of(figure, "whole" if which == "rest" else which)
    if isinstance(tally, Count) and tally.at_the_end:
        return [end.replace(day=1)]
    return months_until(end, 12 * (end.year - start.year) + end.month - start.month + 1)[::-1]


def _about(figure: Figure, which: str, scope: Scope, period: Period) -> int | None:
    """How many journeys stand on this side, as a count is told outside; nothing where those on the other are few."""
    of_share = isinstance(figure, Share) and which != "whole"
    asked: Share | HowMany = Share("part", "whole") if of_share else HowMany("whole")
    sides = ("part", "whole") if of_share else ("whole",)
    apart = Apart()
    for side in sides:
        rows = _journeys(tally_of(figure, side if of_share else which), scope, period).order_by()
        for place, often in rows.values_list(scope.apart or Value("")).annotate(Rows("pk")):
            apart[place][side] = often
    if of_all(asked, apart, scope=scope) is None:
        return None
    part, whole = apart.every["part"], apart.every["whole"]
    return to_five({"part": part, "rest": whole - part}.get(which, whole) if of_share else whole)


def _of_month(figure: Figure, which: str, scope: Scope, period: Period) -> list[CountedJourney]:
    """The newest of the journeys on one side of a number; of a share none of homes with one to four on the other."""
    if not isinstance(figure, Share) or which == "whole":
        rows = _journeys(tally_of(figure, which), scope, period)
    else:
        if which not in ("part", "rest"):
            raise NotThere(f"Behind {which} there are no journeys to list.")
        part, whole = (_journeys(tally_of(figure, side), scope, period) for side in ("part", "whole"))
        rest = whole.exclude(pk__in=part.values("pk"))
        rows, others = (part, rest) if which == "part" else (rest, part)
        few = others.order_by().values("home").annotate(often=Rows("pk")).filter(often__lt=SMALL)
        rows = rows.exclude(home__in=few.values("home"))
    return list(rows.order_by("-packed_at", "pk")[: MOST + 1])


def _journeys(tally: Count | Lengths, scope: Scope, period: Period) -> QuerySet[CountedJourney]:
    behind = journeys_behind(tally, scope=scope, period=period).exclude(transfer=None)
    return CountedJourney.objects.filter(pk__in=behind.values("transfer"))


def _names(rows: Sequence[CountedJourney]) -> dict[UUID, str]:
    places = {each.home for each in rows} | {each.hospital for each in rows}
    return dict(Organisation.objects.filter(pk__in=places - {None}).values_list("pk", "name"))


def _more_about(rows: Sequence[CountedJourney]) -> dict[UUID, dict]:
    """Lengths, bag and flags of each journey: those that five journeys of its home have, and five or none have not."""
    handed = CountedHandover.objects.filter(transfer__in=[each.pk for each in rows])
    flagged: dict[str, set[UUID]] = {name: set() for name in FLAGS}
    for transfer, *flags in handed.values_list("transfer", *FLAGS):
        for name, is_so in zip(FLAGS, flags, strict=True):
            flagged[name] |= {transfer} if is_so else set()
    more = {}
    for of_home in grouped(rows, by=lambda each: each.home).values():
        lengths = [name for name in LENGTHS if enough(getattr(each, name) for each in of_home)]
        flags_told = [name for name, pks in flagged.items() if enough(each.pk in pks for each in of_home)]
        bag_told = enough(each.with_bag for each in of_home)
        for each in of_home:
            more[each.pk] = {
                **{name: _nearest(getattr(each, name), LENGTHS[name]) for name in lengths},
                "with_bag": each.with_bag if bag_told else None,
                "flags": tuple(FLAGS[name] for name in flags_told if each.pk in flagged[name]),
            }
    return more


def _nearest(length: int | None, to: int) -> int | None:
    return None if length is None else to * round(length / to)
