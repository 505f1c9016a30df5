"""The nation on the map: its areas, their hospitals with wards, ambulance services, and the homes, large and small."""

import uuid
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from redbag.management.national.asked import Asked, new_id, shares
from redbag.organisations.models import Kind, Organisation, Place

NATION = "QNENG"
AREAS, SERVICES = 42, 10
FIRST = ("Ash", "Brook", "Crane", "Dunn", "Elder", "Fern", "Glen", "Hazel", "Ivel", "Lark", "Marl", "Nether", "Oak")
LAST = ("bourne", "by", "combe", "dale", "field", "ford", "gate", "ham", "holme", "leigh", "mere", "stow", "thorpe")
HOUSES = ("House", "Lodge", "Court", "Grange", "Manor", "View", "Gardens", "Hall")
WARDS = ("Emergency department", "Acute medical unit", "Frailty unit", "Ward 3", "Ward 5", "Ward 8", "Ward 12")
NEVER_SCANS = 0.12  # of wards: bags come there and nobody scans them


@dataclass
class Hospital:
    """A hospital, how likely each of its wards is to scan a bag, and how late its letters are."""

    row: Organisation
    wards: dict[str, float]
    letters: float


@dataclass
class Area:
    """An area with its hospitals, the largest first, and the ambulance service that drives there."""

    row: Organisation
    hospitals: list[Hospital]
    service: Organisation


@dataclass
class Home:
    """A home before anybody lives in it: its number, how many residents and journeys it has, and its ways.

    `losing` and `bagless` are how much more than others it loses things and sends people without a bag.
    """

    number: int
    row: Organisation
    area: Area
    hospitals: list[Hospital]
    residents: int
    transfers: int
    losing: float
    bagless: float


@dataclass
class Nation:
    """Everything that stands on the map. The same for the same question."""

    asked: Asked
    row: Organisation
    areas: list[Area]
    services: list[Organisation]
    homes: list[Home] = field(default_factory=list)

    @property
    def hospitals(self) -> list[Hospital]:
        return [hospital for area in self.areas for hospital in area.hospitals]


def draw(asked: Asked) -> Nation:
    """The map of the nation that was asked for."""
    dice = asked.dice("places")
    row = _organisation(dice, NATION, "England (training world)", Kind.AREA, None)
    row.address = f"Training world: {asked}"
    services = [
        _organisation(dice, f"RA{n:03d}", f"{_town(dice)} Ambulance Service", Kind.AMBULANCE, row)
        for n in range(max(1, min(SERVICES, asked.homes // 20)))
    ]
    areas, number = [], 0
    sizes = [dice.lognormvariate(0, 0.5) for _ in range(max(1, min(AREAS, asked.homes // 10)))]
    counts = shares(len(sizes) + asked.homes // 130, sizes)
    for place, count in enumerate(counts):
        area = _organisation(dice, f"QN{place:03d}", f"{_town(dice)} and {_town(dice)} Board", Kind.AREA, row)
        hospitals = [_hospital(dice, area, number + each) for each in range(max(1, count))]
        number += len(hospitals)
        areas.append(Area(area, hospitals, services[place * len(services) // len(counts)]))
    nation = Nation(asked, row, areas, services)
    nation.homes = _homes(dice, nation, shares(asked.homes, sizes))
    return nation


def wards_of(nation: Nation) -> list[Place]:
    """Every ward as a place of its hospital."""
    return [
        Place(id=uuid.uuid5(hospital.row.pk, ward), organisation=hospital.row, name=ward)
        for hospital in nation.hospitals
        for ward in hospital.wards
    ]


def _hospital(dice: Random, area: Organisation, number: int) -> Hospital:
    row = _organisation(dice, f"RN{number:03d}", f"{_town(dice)} Hospital", Kind.HOSPITAL, area)
    wards = {ward: 0.02 if dice.random() < NEVER_SCANS else dice.uniform(0.7, 0.99) for ward in WARDS}
    return Hospital(row, wards, letters=8.0 if number % 20 == 7 else dice.lognormvariate(0, 0.3))


def _homes(dice: Random, nation: Nation, by_area: list[int]) -> list[Home]:
    """The homes of each area in turn; one in 200 sends everybody to hospital, another loses a great deal."""
    asked, areas = nation.asked, [area for area, many in zip(nation.areas, by_area, strict=True) for _ in range(many)]
    sizes = [min(120.0, max(6.0, dice.lognormvariate(3.3, 0.55))) for _ in areas]
    residents = shares(asked.residents, sizes)
    eager = [dice.lognormvariate(0, 0.35) * (4 if n % 200 == 11 else 1) for n in range(len(areas))]
    transfers = shares(asked.transfers, [many * each for many, each in zip(residents, eager, strict=True)])
    homes = []
    for number, area in enumerate(areas):
        row = _organisation(dice, f"VN{number:05d}", f"{_town(dice)} {dice.choice(HOUSES)}", Kind.CARE_HOME, area.row)
        row.beds = max(6, round(sizes[number]))
        losing = dice.lognormvariate(0, 0.4) * (6 if number % 200 == 17 else 1)
        hospitals = _near(dice, nation, area)
        size = (residents[number], transfers[number])
        homes.append(Home(number, row, area, hospitals, *size, losing, dice.lognormvariate(0, 0.4)))
    return homes


def _near(dice: Random, nation: Nation, area: Area) -> list[Hospital]:
    """Where a home's residents go, most often first: mostly in its area, now and then in the next one."""
    own = dice.sample(area.hospitals, min(2, len(area.hospitals)))
    elsewhere = nation.areas[(nation.areas.index(area) + 1) % len(nation.areas)].hospitals[0]
    return own if elsewhere in own else [*own, elsewhere]


def _organisation(dice: Random, ods: str, name: str, kind: str, area: Organisation | None) -> Organisation:
    phone = f"01632 960{dice.randint(0, 999):03d}"
    return Organisation(id=new_id(dice), ods_code=ods, name=name, kind=kind, area=area, phone=phone)


def _town(dice: Random) -> str:
    return dice.choice(FIRST) + dice.choice(LAST)


def weights(many: int) -> list[float]:
    """How often the first, the second and the third of several places is gone to."""
    return [each - after for each, after in pairwise([*[1.0, 0.3, 0.06][:many], 0.0])]
