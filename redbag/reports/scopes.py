"""Whose rows a report counts, and who may ask for them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from redbag.counting.models import Counted, CountedResident
from redbag.errors import NotAllowed, NotThere
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Kind, Organisation
from redbag.reports.periods import end_of_month, month_that_is_over

COLUMNS = {Kind.CARE_HOME: "home", Kind.HOSPITAL: "hospital", Kind.AMBULANCE: "ambulance", Kind.AREA: "area"}


@dataclass(frozen=True)
class Scope:
    """Rows of these places: ids by the column that holds them (home, hospital, ambulance, area).

    `inside` is whether whoever asks belongs to the places: to them no number of the whole is hidden. `apart` is what
    the numbers are told apart by beside the whole: home, area or nothing.
    """

    title: str
    places: tuple[tuple[str, tuple[UUID, ...]], ...]
    inside: bool = True
    apart: str = ""
    within: tuple[UUID, ...] = ()  # areas whose homes alone count: an auditor who looks at a hospital sees no others

    @property
    def apart_is_theirs(self) -> bool:
        """Whether the places told apart are those of whoever asks: a group's own homes are, a hospital's homes not."""
        return self.apart == "home" and all(column == "home" for column, _ in self.places)

    @property
    def apart_opens(self) -> bool:
        """Whether each place told apart may be asked about by itself: a hospital's or a service's homes may not."""
        return self.apart_is_theirs or not self.inside or not self.apart

    @property
    def whole(self) -> "Scope":
        """The same told together alone; to whoever stands outside apart too, which says what of it must be hidden."""
        return replace(self, apart="") if self.inside else self

    def days(self, start: date, end: date, *, now: datetime) -> tuple[date, date]:
        """The days that are counted when these are asked for: to whoever stands outside, whole months that are over."""
        return (start, end) if self.inside else self.months(start, end, now=now)

    def months(self, start: date, end: date, *, now: datetime) -> tuple[date, date]:
        """The months of these days that are over, whole; the newest that is over where none of them is.

        Days that may be moved one by one, or a month looked at again each day, would tell what rounding hides.
        """
        newest = month_that_is_over(now)
        return min(start, newest).replace(day=1), end_of_month(min(end, newest))

    def rows(self, table: type[Counted] | type[CountedResident]) -> Q:
        """The condition on rows of a counted table; a table without such a column has none of theirs."""
        names = {field.name for field in table._meta.get_fields()}
        asked = Q(pk__in=())
        for column, ids in self.places:
            if column in names:
                asked |= Q(**{f"{column}__in": ids}) if len(ids) > 1 else Q(**{column: ids[0]})
        return asked & Q(area__in=self.within) if self.within else asked


def scope_for(*, actor: Actor | None, organisation: Organisation | None) -> Scope:
    """What the actor may report on, or NotAllowed: their own organisation, or as auditor anyone in the area."""
    if actor is None or actor.facts_only:
        raise NotAllowed("Your role may not read reports.")
    own = set(actor.organisations_with(Permission.READ_REPORTS))
    areas = set(actor.organisations_with(Permission.READ_AREA_REPORTS))
    if organisation is not None:
        if organisation.pk in own:
            return scope_of([organisation])
        if organisation.pk in areas or _above(organisation) & areas:
            scope = scope_of([organisation], inside=False)
            elsewhere = organisation.kind in (Kind.HOSPITAL, Kind.AMBULANCE)
            return replace(scope, within=_below(areas)) if elsewhere else scope
        raise NotAllowed("This organisation's reports are not yours to read.")
    places = list({post.organisation.pk: post.organisation for post in actor.posts}.values())
    if areas:
        return scope_of([place for place in places if place.pk in areas], inside=False)
    if own:
        return scope_of([place for place in places if place.pk in own])
    raise NotAllowed("Your role may not read reports.")


def scope_named(*, actor: Actor | None, code: str | None) -> tuple[Scope, Organisation | None]:
    """The scope of the organisation with this ODS code, without one what is the actor's own.

    NotThere for one that is not theirs to ask about, NotAllowed where their role reads no reports at all.
    """
    if not code:
        return scope_for(actor=actor, organisation=None), None
    place = Organisation.objects.select_related("area").filter(ods_code=code.upper()).first()
    if place is None:
        raise NotThere
    try:
        return scope_for(actor=actor, organisation=place), place
    except NotAllowed:
        raise NotThere from None


def scope_of(places: Iterable[Organisation], *, inside: bool = True) -> Scope:
    """The rows of these places; of an area of areas those of every area in it."""
    by_column: dict[str, dict[UUID, None]] = defaultdict(dict)
    apart, titles = "", []
    for place in places:
        titles.append(place.name)
        members = _areas_in(place)
        by_column[COLUMNS[Kind(place.kind)]].update(dict.fromkeys(members or [place.pk]))
        apart = "area" if members else apart or ("" if place.kind == Kind.CARE_HOME else "home")
    if len(titles) > 1 and not apart:
        apart = "home"
    found = tuple((column, tuple(ids)) for column, ids in by_column.items())
    return Scope(", ".join(titles), found, inside=inside, apart=apart)


def choices_for(*, actor: Actor) -> list[Organisation]:
    """The organisations an auditor may choose between; nothing to choose for anybody else.

    Above areas of areas these are the areas: one of them, then its members.
    """
    areas = actor.organisations_with(Permission.READ_AREA_REPORTS)
    return list(Organisation.objects.filter(area__in=areas).order_by("name"))


def _areas_in(place: Organisation) -> list[UUID]:
    if place.kind != Kind.AREA:
        return []
    return list(
        Organisation.objects.filter(area=place.pk, kind=Kind.AREA).order_by("ods_code").values_list("pk", flat=True)
    )


def _below(areas: set[UUID]) -> tuple[UUID, ...]:
    """These areas and those in them."""
    members = Organisation.objects.filter(area__in=areas, kind=Kind.AREA).order_by("ods_code")
    return (*areas, *members.values_list("pk", flat=True))


def _above(organisation: Organisation) -> set[UUID]:
    """Its area, and the area of that."""
    area = organisation.area
    return {each for each in (organisation.area_id, area.area_id if area else None) if each}
