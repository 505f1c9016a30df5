"""Places side by side: homes, hospitals, services, areas or wards, each with the same few numbers.

A number is marked where it lies further from that of all together than chance explains: three standard errors of a
share or a rate of that size, as a funnel plot draws them. A league table would read the noise of small places as news.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

from redbag.organisations.models import Kind, Organisation
from redbag.organisations.models import Place as Ward
from redbag.reports.computing import By, Sums, tally_up
from redbag.reports.figures import Figure, Number, Per, Period
from redbag.reports.hiding import for_outsiders
from redbag.reports.left_over import gives_away
from redbag.reports.reading import of_all
from redbag.reports.scopes import Scope

WIDTH = 3
ENOUGH_PLACES = 3
ENOUGH = 10  # cases of a place; of fewer the three errors are no measure of chance
HIGH, LOW = "high", "low"
OTHER_WARDS = "Other wards"


@dataclass(frozen=True)
class Ask:
    """One column: its words, its figure, its unit, which way is good, and the report behind it with its row."""

    title: str
    figure: Figure
    unit: str = "%"
    good: str = "neither"
    report: str = ""
    row: str = ""


@dataclass(frozen=True)
class Cell:
    """One number as whoever asks may see it; None when it is hidden. `far` is high or low where it is no chance."""

    ask: Ask
    number: Number | None
    far: str = ""

    @property
    def hidden(self) -> bool:
        """Whether it is too small to be told."""
        return self.number is None

    @property
    def worse(self) -> bool:
        """Whether it is far on the side that is not good."""
        return (self.far, self.ask.good) in ((HIGH, "less"), (LOW, "more"))


@dataclass(frozen=True)
class Place:
    """One line: an organisation with its ODS code, or a ward by its name; empty where no ward was said."""

    name: str
    code: str
    cells: tuple[Cell, ...]

    @property
    def far(self) -> list[Cell]:
        """The numbers that are no chance."""
        return [cell for cell in self.cells if cell.far]


@dataclass(frozen=True)
class SideBySide:
    """The places by name under the columns, and all together; `rounded` where small numbers are hidden."""

    asks: tuple[Ask, ...]
    all: tuple[Cell, ...]
    places: tuple[Place, ...]
    rounded: bool

    @property
    def compared(self) -> bool:
        """Whether there are enough places for one of them to stand out."""
        return len(self.places) >= ENOUGH_PLACES

    @property
    def outliers(self) -> list[Place]:
        """The places with a number that is no chance."""
        return [place for place in self.places if place.far]


def side_by_side(asks: Sequence[Ask], *, scope: Scope, period: Period, by: By, inside: bool) -> SideBySide:
    """The places that `by` tells apart (home, hospital, ambulance, area, ward), each with every number asked for.

    `inside` is whether the places are those of whoever asks; to others small numbers are hidden. The numbers of all
    together are hidden by `scope.inside`; to whoever stands outside also where they would give away what is hidden of a
    home, whatever is told apart here. To others a ward is told by the name that stands on a hospital's list,
    and only with a number.
    """
    figures = [ask.figure for ask in asks]
    of_places = tally_up(figures, scope=scope, period=period, by=by)
    tallied: Mapping[Any, Sums] = of_places
    others = scope.whole.apart not in ("", by)
    apart = tally_up(figures, scope=scope, period=period, by=scope.apart) if others else of_places
    whole = [of_all(figure, apart, scope=scope) for figure in figures]
    if by == "ward" and not inside:
        tallied = _listed_wards(tallied)
    names = {key: (key, "") for key in tallied} if by == "ward" else _named(tallied)
    told = [[_shown(ask, sums, inside=inside) for ask in asks] for sums in tallied.values()]
    if not inside:
        whole, told = _guarded(asks, whole, told, exact=scope.inside)
    found = [(*names[key], numbers) for key, numbers in zip(tallied, told, strict=True) if key in names]
    if by == "ward" and not inside:
        found = [each for each in found if any(number and number.value is not None for number in each[2])]
    compared = len(found) >= ENOUGH_PLACES
    places = [
        Place(
            name,
            code,
            tuple(
                Cell(ask, number, _far(ask.figure, number, usual) if compared else "")
                for ask, number, usual in zip(asks, numbers, whole, strict=True)
            ),
        )
        for name, code, numbers in found
    ]
    all_together = tuple(Cell(*each) for each in zip(asks, whole, strict=True))
    return SideBySide(tuple(asks), all_together, tuple(sorted(places, key=lambda each: each.name)), rounded=not inside)


def alike(*tables: SideBySide) -> tuple[SideBySide, ...]:
    """The same tables; what one of them hides of all together, no other tells."""
    hidden = {cell.ask.figure for table in tables for cell in table.all if cell.hidden}
    return tuple(replace(table, all=tuple(_unless(cell, hidden) for cell in table.all)) for table in tables)


def _unless(cell: Cell, hidden: set[Figure]) -> Cell:
    return replace(cell, number=None) if cell.ask.figure in hidden else cell


def _guarded(
    asks: Sequence[Ask], whole: Sequence[Number | None], told: Sequence[Sequence[Number | None]], *, exact: bool
) -> tuple[list[Number | None], list[list[Number | None]]]:
    """All together and each place, so that none gives another away: the total goes, or beside an exact one each."""
    columns = list(zip(*told, strict=True)) or [()] * len(asks)
    asked = zip(asks, whole, columns, strict=True)
    away = [gives_away(ask.figure, total, column, exact=exact) for ask, total, column in asked]
    if exact:
        return list(whole), [[None if gone else each for each, gone in zip(row, away, strict=True)] for row in told]
    return [None if gone else each for each, gone in zip(whole, away, strict=True)], [list(row) for row in told]


def _listed_wards(tallied: Mapping[Any, Sums]) -> dict[Any, Sums]:
    """The wards that a hospital has on its list; all other words, which anybody may have typed, together."""
    listed = set(
        Ward.objects.filter(organisation__kind=Kind.HOSPITAL, name__in=list(tallied)).values_list("name", flat=True)
    )
    found: dict[Any, Sums] = {}
    for name, sums in tallied.items():
        told = name if name in listed or not name else OTHER_WARDS
        found[told] = found.get(told, Sums()) + sums
    return found


def _shown(ask: Ask, sums: Sums, *, inside: bool) -> Number | None:
    number = ask.figure.number(sums)
    return number if inside else for_outsiders(number, ask.figure)


def _named(tallied: Mapping[Any, Sums]) -> dict[Any, tuple[str, str]]:
    found = Organisation.objects.filter(pk__in=[key for key in tallied if key])
    return {pk: (name, code) for pk, name, code in found.values_list("pk", "name", "ods_code")}


def _far(figure: Figure, number: Number | None, whole: Number | None) -> str:
    """High or low where a share or rate is further from that of all together than three standard errors."""
    if figure.kind not in ("share", "rate") or number is None or whole is None:
        return ""
    if number.value is None or not whole.whole or (number.whole or 0) < ENOUGH:
        return ""
    usual = (whole.part or 0) / whole.whole
    here = (number.part or 0) / number.whole
    spread = usual if isinstance(figure, Per) else usual * (1 - usual)
    reach = WIDTH * sqrt(spread / number.whole)
    if reach == 0 or abs(here - usual) <= reach:
        return ""
    return HIGH if here > usual else LOW
