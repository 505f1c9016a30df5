"""Who goes where: journeys between homes and hospitals of an area, or between areas, in one statement.

What is told follows the way of `hiding`: a flow of 1 to 4 is not told, any other is to the nearest 5, and so are the
sums, which are not made from what is told. A sum with a hidden flow in it is not told either, whatever it is, and
places stand in the order of what is told of them: so nothing told hangs on how large a hidden flow is.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count as Rows
from django.db.models import Q

from redbag.counting.models import Counted, CountedJourney, CountedResident
from redbag.organisations.models import Organisation
from redbag.reports.figures import Period
from redbag.reports.hiding import SMALL, to_five
from redbag.reports.scopes import Scope
from redbag.rows import everything

Key = tuple[str, str]  # the codes of where from and where to
NOWHERE = ""  # the code of *no hospital said*


@dataclass(frozen=True)
class End:
    """One end of flows: a home, a hospital or an area. `total` is None where a flow in it is hidden.

    `told` is what its flows come to that are told.
    """

    code: str
    name: str
    total: int | None
    told: int = 0


@dataclass(frozen=True)
class Flows:
    """Journeys from each place to each: as they may be told, None where hidden, without what is nought."""

    homes: tuple[End, ...]
    hospitals: tuple[End, ...]
    told: Mapping[Key, int | None]
    total: int | None
    areas: bool  # whether both ends are areas

    def row(self, home: End) -> list[int | None]:
        """The flows of one home to each hospital in order; nought where nobody went."""
        return [self.told.get((home.code, each.code), 0) for each in self.hospitals]

    @property
    def rows(self) -> list[tuple[End, list[int | None]]]:
        """Every home with its flows."""
        return [(home, self.row(home)) for home in self.homes]


@dataclass(frozen=True)
class Between(Scope):
    """The rows of one home, or area, that are about one hospital."""

    hospitals: tuple[UUID, ...] = ()

    def rows(self, table: type[Counted] | type[CountedResident]) -> Q:
        """The condition on rows; a table that knows of no hospital has none of theirs."""
        if not issubclass(table, Counted):
            return Q(pk__in=())
        return super().rows(table) & Q(hospital__in=self.hospitals)


def between(*, scope: Scope, hospital: Organisation) -> Between:
    """What is counted of a scope's journeys to one hospital, as whoever may see the scope may see it."""
    return Between(f"{scope.title} to {hospital.name}", scope.places, inside=False, hospitals=(hospital.pk,))


@everything()
def flows_of(*, scope: Scope, period: Period) -> Flows:
    """The flows of a scope: from homes to hospitals; where the scope is areas, from areas to the areas of hospitals."""
    areas = scope.apart == "area"
    rows = CountedJourney.objects.filter(scope.rows(CountedJourney), day__gte=period.start, day__lte=period.end)
    left = "area" if areas else "home"
    counted = rows.order_by().values_list(left, "hospital").annotate(journeys=Rows("pk"))
    found = [(start, end, journeys) for start, end, journeys in counted if start]
    places = {
        each.pk: each
        for each in Organisation.objects.filter(
            pk__in={pk for start, end, _ in found for pk in (start, end)} - {None}
        ).select_related("area")
    }
    exact: dict[Key, int] = defaultdict(int)
    names = {NOWHERE: "Not said"}
    for start, end, journeys in found:
        home, hospital = places.get(start), places.get(end)
        if hospital is not None and areas:
            hospital = hospital.area
        for each in (home, hospital):
            if each is not None:
                names[each.ods_code] = each.name
        if home is not None:
            exact[home.ods_code, hospital.ods_code if hospital else NOWHERE] += journeys
    return replace(told_of(exact, names), areas=areas)


def told_of(exact: Mapping[Key, int], names: Mapping[str, str]) -> Flows:
    """The flows as they may be told to somebody outside, largest places first."""
    told = {key: outside(journeys) for key, journeys in exact.items() if journeys}
    homes, hospitals = (_ends(exact, told, names, side) for side in (0, 1))
    total = None if None in told.values() else outside(sum(exact.values()))
    return Flows(homes, hospitals, told, total, areas=False)


def _ends(
    exact: Mapping[Key, int], told: Mapping[Key, int | None], names: Mapping[str, str], side: int
) -> tuple[End, ...]:
    """The places at one end, the largest first as far as it is told."""
    sums: dict[str, int] = defaultdict(int)
    shown: dict[str, int] = defaultdict(int)
    for key, journeys in exact.items():
        sums[key[side]] += journeys
        shown[key[side]] += told.get(key) or 0
    hidden = {key[side] for key, journeys in told.items() if journeys is None}
    ends = [
        End(code, names.get(code, code), None if code in hidden else outside(sums[code]), shown[code]) for code in sums
    ]
    return tuple(sorted(ends, key=lambda end: (-end.told, end.name)))


def outside(count: int) -> int | None:
    """As a count is told outside: None for 1 to 4, else to the nearest 5."""
    return None if 0 < count < SMALL else to_five(count)
