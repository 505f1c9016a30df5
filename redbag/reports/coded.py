"""The journeys behind a number, for whoever stands outside: coded, and never so few that somebody is known by them.

A code leads back to its journey only at the home. It is another one for each organisation that looks, and for each
place it looks at, so that lists laid side by side do not tell what each of them leaves out.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from redbag.bags.codes import ALPHABET, normalise, shown
from redbag.counting.catching_up import catch_up
from redbag.counting.models import CountedHandover, CountedJourney
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Kind, Organisation
from redbag.reports.computing import journeys_behind
from redbag.reports.crowds import enough, grouped, in_fives, told_in_crowds
from redbag.reports.figures import DAY, Count, Figure, Lengths, Period, Share
from redbag.reports.hiding import SMALL
from redbag.reports.measures import BY_NAME
from redbag.reports.measures.definitions import Measure, Row
from redbag.reports.periods import end_of_month
from redbag.reports.reading import NoSuchReport, period_of
from redbag.reports.scopes import Scope, scope_for
from redbag.rows import everything
from redbag.vault import secret_for

LENGTH = 8  # symbols of a code
MOST = 3000  # journeys a list is drawn from; of more the newest
FLAGS = {
    "unconfirmed": "told by one side",
    "unexpected": "not expected",
    "late": "told late",
    "unchecked": "contents not checked",
    "identity_not_checked": "identity not checked",
}
LENGTHS = {"waiting": 5, "riding": 5, "staying": DAY, "returning": 5}  # to the nearest so many minutes
HOME, HOSPITAL, MONTH, AGE = 1, 2, 3, 4  # how much is told of a journey, one after the other


@dataclass(frozen=True)
class Coded:
    """One journey without anything that says whose it was; what fewer than five share is empty or None.

    `month` is that of its packing (2026-11), lengths are minutes, `staying` whole days in minutes.
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
    more: bool = False  # whether only the newest are told


def coded_rows(
    *,
    actor: Actor | None,
    name: str,
    row: str,
    which: str,
    start: date,
    end: date,
    organisation: Organisation | None,
    now: datetime,
) -> Behind:
    """The journeys behind a number as somebody outside may see them. NotAllowed, NoSuchReport.

    The days are those of whole months. Of each home whole fives are told, so up to four are left out, and a home with
    fewer than five altogether. Of hospital, month and age each is told as far as five journeys share it.
    """
    scope = scope_for(actor=actor, organisation=organisation)
    measure, told = row_of(name, row)
    start, end = start.replace(day=1), end_of_month(end)
    fresh = catch_up(now=now)
    period = period_of(start, end, now)
    behind = Behind(measure, told, which, scope, start, end, fresh.counted_at)
    with everything():
        rows, others = _sides(told.figure, which, scope, period)
        if others is not None and 0 < others.count() < SMALL:
            return behind
        newest = list(rows.order_by("-packed_at", "pk")[: MOST + 1])
        return replace(
            behind, rows=coded_journeys(newest[:MOST], actor=actor, organisation=organisation), more=len(newest) > MOST
        )


def coded_journeys(rows: Sequence[CountedJourney], *, actor: Actor, organisation: Organisation | None) -> list[Coded]:
    """These journeys, in fives of each home; by home, the newest month, then the code, so that the order tells nothing.

    What is told of a home's journeys hangs on those of that home alone, so homes may be told one after the other.
    """
    codes = _codes(rows, actor, organisation)
    kept = in_fives(rows, by=lambda each: each.home, order=lambda each: codes[each.pk])
    keys = (lambda each: each.home, lambda each: each.hospital, _month, lambda each: each.age_band)
    names = _names(kept)
    more = _more_about(kept)
    found = [
        Coded(
            code=codes[each.pk],
            home=names.get(each.home, ""),
            hospital=names.get(each.hospital, "") if depth >= HOSPITAL else "",
            month=_month(each) if depth >= MONTH else "",
            age_band=each.age_band if depth >= AGE else "",
            **more[each.pk],
        )
        for each, depth in told_in_crowds(kept, by=keys)
    ]
    found.sort(key=lambda each: each.code)
    found.sort(key=lambda each: each.month, reverse=True)
    return sorted(found, key=lambda each: each.home)


def row_of(name: str, row: str) -> tuple[Measure, Row]:
    """A measure and one of its rows; NoSuchReport."""
    measure = BY_NAME.get(name)
    rows = [*measure.rows, Row("headline", "All together", measure.told_by)] if measure else []
    found = next((each for each in rows if each.name == row), None)
    if measure is None or found is None:
        raise NoSuchReport(f"There is no report {name} with a row {row}.")
    return measure, found


def tally_of(figure: Figure, which: str) -> Count | Lengths:
    """What a number was counted from: the `part` or the `whole` of a share or rate, the `whole` of anything else.

    NoSuchReport where no journeys stand behind it.
    """
    names = ("part", "whole") if figure.kind in ("share", "rate") else ("whole",)
    tally = dict(zip(names, figure.tallies(), strict=True)).get(which)
    if not isinstance(tally, Count | Lengths) or not hasattr(tally.table, "transfer"):
        raise NoSuchReport(f"Behind {which} there are no journeys to list.")
    return tally


def code_of(*, transfer: UUID, viewer: UUID, place: UUID) -> str:
    """The code of a journey for an organisation that looks at a place: K7QF-2M9T, 40 bits of a keyed digest."""
    digest = secret_for(f"{transfer}|{viewer}|{place}", purpose="coded journey")
    number = int.from_bytes(digest[:5], "big")
    return shown("".join(ALPHABET[number >> (5 * step) & 31] for step in range(LENGTH)))


@everything()
def find_coded(*, code: str, homes: Iterable[UUID]) -> UUID | None:
    """The journey of these homes that an organisation above them calls by this code; None where there is none."""
    asked, homes = shown(normalise(code)), list(homes)
    above = dict(Organisation.objects.filter(kind=Kind.AREA).values_list("pk", "area_id"))
    went: dict[UUID, set] = defaultdict(set)
    viewers: dict[UUID, set] = {}
    for table in (CountedJourney, CountedHandover):
        rows = table._default_manager.filter(home__in=homes)
        for transfer, area, *places in rows.values_list("transfer", "area", "home", "hospital", "ambulance"):
            viewers[transfer] = {area, above.get(area)} - {None}
            went[transfer].update(places)
    for transfer, handed_to in went.items():
        for viewer in viewers[transfer]:
            for place in (handed_to | viewers[transfer]) - {None}:
                if code_of(transfer=transfer, viewer=viewer, place=place) == asked:
                    return transfer
    return None


def _sides(figure: Figure, which: str, scope: Scope, period: Period) -> tuple[QuerySet, QuerySet | None]:
    """The journeys on one side of a number, and of a share those on the other side, which must be no fewer either."""
    if not isinstance(figure, Share) or which == "whole":
        return _journeys(tally_of(figure, which), scope, period), None
    part, whole = (_journeys(tally_of(figure, side), scope, period) for side in ("part", "whole"))
    rest = whole.exclude(pk__in=part.values("pk"))
    if which not in ("part", "rest"):
        raise NoSuchReport(f"Behind {which} there are no journeys to list.")
    return (part, rest) if which == "part" else (rest, part)


def _journeys(tally: Count | Lengths, scope: Scope, period: Period) -> QuerySet[CountedJourney]:
    behind = journeys_behind(tally, scope=scope, period=period).exclude(transfer=None)
    return CountedJourney.objects.filter(pk__in=behind.values("transfer"))


def _codes(rows: Iterable[CountedJourney], actor: Actor, organisation: Organisation | None) -> dict[UUID, str]:
    """Each journey's code for whoever looks: of their areas the one that the home lies in."""
    own = set(actor.organisations_with(Permission.READ_AREA_REPORTS))
    above = dict(Organisation.objects.filter(kind=Kind.AREA).values_list("pk", "area_id"))
    viewers = {each.pk: each.area if each.area in own else above.get(each.area) or each.area for each in rows}
    place = organisation.pk if organisation is not None else None
    return {pk: code_of(transfer=pk, viewer=viewer, place=place or viewer) for pk, viewer in viewers.items()}


def _names(rows: Iterable[CountedJourney]) -> dict[UUID, str]:
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


def _month(journey: CountedJourney) -> str:
    return f"{journey.day:%Y-%m}"
