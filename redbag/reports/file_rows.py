"""Every journey of some days as rows, home after home: by name for the home itself, coded for everybody else."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from redbag.counting.models import CountedJourney
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation
from redbag.reports.coded import coded_journeys
from redbag.reports.file_models import ReportFile
from redbag.reports.scopes import Scope
from redbag.reports.tables import Column
from redbag.residents.models import Resident

AT_ONCE = 25  # homes whose journeys are read together
LENGTHS = (
    Column("waiting", "Waiting for the crew (minutes)", "count"),
    Column("riding", "In the ambulance (minutes)", "count"),
    Column("staying", "Bag in hospital (minutes)", "count"),
    Column("returning", "On the way home (minutes)", "count"),
)
CODED = (
    Column("code", "Code"),
    Column("home", "Home"),
    Column("hospital", "Hospital"),
    Column("month", "Month"),
    Column("age_band", "Age"),
    Column("with_bag", "With a red bag"),
    Column("flags", "Hand-overs"),
    *LENGTHS,
)
MOMENTS = (
    Column("packed_at", "Packed", "moment"),
    Column("left_at", "Bag left the home", "moment"),
    Column("attended_at", "Came to hospital", "moment"),
    Column("left_hospital_at", "Left hospital", "moment"),
    Column("home_at", "Back home", "moment"),
    Column("back_at", "Bag back home", "moment"),
    Column("letter_at", "First discharge summary sent", "moment"),
)
COUNTED = (
    Column("papers_asked", "Papers asked for", "count"),
    Column("papers_there", "Papers there", "count"),
    Column("items", "Things in the bag", "count"),
    Column("missing", "Things not found", "count"),
)
ANSWERS = (
    Column("with_bag", "With a red bag"),
    Column("fresh", "Paperwork fresh"),
    Column("letter_on_arrival", "Discharge summary there on arrival"),
    Column("at_night", "Sent home at night"),
    Column("died", "Died"),
)
NAMED = (
    *(Column("transfer", "Journey"), Column("day", "Day", "day"), Column("name", "Resident"), Column("home", "Home")),
    *(Column("hospital", "Hospital"), Column("ward", "Ward"), Column("ambulance", "Ambulance service")),
    *(*MOMENTS, *LENGTHS, *COUNTED, *ANSWERS, Column("outcome", "Otherwise ended")),
)


def names_residents(actor: Actor, scope: Scope) -> bool:
    """Whether these are homes alone, and the actor may read the residents of each."""
    readable = set(actor.organisations_with(Permission.READ_RESIDENTS))
    return all(column == "home" and set(ids) <= readable for column, ids in scope.places)


def columns_of(file: ReportFile) -> tuple[Column, ...]:
    """The columns of its rows."""
    return NAMED if file.named else CODED


def homes_of(file: ReportFile, scope: Scope) -> list[list[UUID]]:
    """The homes with journeys in its days, in the order and in the groups in which they are read."""
    homes = _journeys(file, scope).order_by("home").values_list("home", flat=True).distinct()
    every = list(homes)
    return [every[first : first + AT_ONCE] for first in range(0, len(every), AT_ONCE)]


def rows_of(file: ReportFile, scope: Scope, homes: Sequence[UUID], *, actor: Actor) -> list[list]:
    """The journeys of these homes as cells that JSON holds, in the order of the columns."""
    journeys = list(_journeys(file, scope).filter(home__in=homes).order_by("home", "-packed_at", "pk"))
    if file.named:
        return list(_named(journeys))
    told = coded_journeys(journeys, actor=actor, organisation=file.organisation)
    return [[_cell(getattr(each, column.name)) for column in CODED] for each in told]


def residents_in(file: ReportFile, scope: Scope) -> list[UUID]:
    """The residents named in it: for the journal."""
    return list(_journeys(file, scope).order_by("resident").values_list("resident", flat=True).distinct())


def _journeys(file: ReportFile, scope: Scope) -> QuerySet[CountedJourney]:
    days: tuple[date, date] = (file.first_day, file.last_day)
    return CountedJourney.objects.filter(scope.rows(CountedJourney), day__range=days)


def _named(journeys: Sequence[CountedJourney]) -> Iterator[list]:
    names = {pk: each.called for pk, each in Resident.objects.in_bulk({each.resident for each in journeys}).items()}
    ids = {each for row in journeys for each in (row.home, row.hospital, row.ambulance) if each}
    places = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
    for each in journeys:
        said = {"name": names.get(each.resident, ""), "transfer": str(each.transfer)}
        said |= {name: places.get(getattr(each, name), "") for name in ("home", "hospital", "ambulance")}
        yield [said[name] if (name := column.name) in said else _cell(getattr(each, name)) for column in NAMED]


def _cell(value: object) -> object:
    """Yes and no as words, several flags as one text, days and moments as ISO text, numbers as they are."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(value)
    return value if value is None or isinstance(value, int | str) else value.isoformat()  # type: ignore[attr-defined]
