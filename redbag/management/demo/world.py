"""Builds the demo world in the order in which it would have happened."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from redbag.bags.actions import add_bag
from redbag.bags.models import Bag
from redbag.management.demo import clinical, person, staff
from redbag.organisations.access import Actor
from redbag.organisations.loading import load_organisations
from redbag.organisations.models import Organisation
from redbag.residents.actions import add_resident
from redbag.residents.models import Resident
from redbag.residents.nhs_numbers import generate
from redbag.summaries.actions import still_right, write_sections
from redbag.summaries.observing import record_observation
from redbag.vault import unseal_label

HERE = Path(__file__).parent
SEED = 1962
OPENED = timedelta(days=400)
BAGS = {"VDEM1": ("OAK", 8), "VDEM2": ("MIL", 6), "VDEM3": ("FER", 3)}
IN_CHARGE = {
    "VDEM1": "manager@oakview.example",
    "VDEM2": "manager@millbrook.example",
    "VDEM3": "manager@fernleigh.example",
}
FIRST_NHS_NUMBER = 510
LATELY = {person.RESPITE: 6, person.NEW: 6}  # days since they came
OUT_NOW = range(1, 7)  # the first six of each home, who may have been in hospital this last month
ROUTINE = range(6, 12)  # whose vital signs were taken yesterday and today


@dataclass
class World:
    """Who and what there is, and a diary of what is to happen when; `dice` always fall the same way."""

    now: datetime
    organisations: dict[str, Organisation]
    people: dict[str, Actor]
    dice: Random = field(default_factory=lambda: Random(SEED))
    residents: dict[str, list[Resident]] = field(default_factory=dict)
    bags: dict[str, list[Bag]] = field(default_factory=dict)
    tokens: dict[Bag, str] = field(default_factory=dict)
    serials: dict[UUID, int] = field(default_factory=dict)
    diary: list[tuple[datetime, Callable[[datetime], object]]] = field(default_factory=list)

    def plan(self, at: datetime, act: Callable[[datetime], object]) -> None:
        """Have something happen at a time."""
        self.diary.append((at, act))

    def live(self) -> None:
        """Let everything planned happen, in the order of time, up to now."""
        for at, act in sorted(self.diary, key=lambda entry: entry[0]):
            if at <= self.now:
                act(at)
        self.diary.clear()

    def manager(self, home: str) -> Actor:
        """Who runs a home."""
        return self.people[IN_CHARGE[home]]


def settle_in(*, now: datetime) -> World:
    """Places, staff, bags and residents, who have lived here for a while."""
    with open(HERE / "organisations.csv", encoding="utf-8") as lines:
        load_organisations(lines=lines)
    organisations = {each.ods_code: each for each in Organisation.objects.all()}
    people = staff.employ(organisations, since=now - OPENED)
    world = World(now=now, organisations=organisations, people=people)
    _register_bags(world)
    _welcome_residents(world)
    return world


def _register_bags(world: World) -> None:
    for home, (prefix, count) in BAGS.items():
        for number in range(1, count + 1):
            bag, label = add_bag(
                actor=world.manager(home),
                home=world.organisations[home],
                tracker=f"{prefix}-{number:02d}",
                now=world.now - OPENED + timedelta(hours=number),
            )
            world.bags.setdefault(home, []).append(bag)
            world.tokens[bag] = unseal_label(label.token_sealed)


def _welcome_residents(world: World) -> None:
    with open(HERE / "residents.csv", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    for serial, row in enumerate(rows):
        days = LATELY.get(serial, 390 - 4 * serial)
        arrived = world.now - timedelta(days=days, hours=serial % 7)
        resident = _welcome(world, serial, row, arrived)
        world.residents.setdefault(row["home"], []).append(resident)
        world.serials[resident.pk] = serial
        _plan_summary(world, serial, resident, arrived)


def _welcome(world: World, serial: int, row: dict[str, str], arrived: datetime) -> Resident:
    home = row["home"]
    gp_practice, gp_phone = clinical.GP_PRACTICES[home]
    values = {
        **row,
        "gp_practice": gp_practice,
        "gp_phone": gp_phone,
        "contacts": clinical.contacts(serial, row["last_name"]),
        "usual_items": person.usual_items(serial % len(clinical.PICTURES)),
    }
    if serial % 13 != 8:  # one in thirteen has come without a number
        values |= {
            "nhs_number": generate(FIRST_NHS_NUMBER + serial),
            "nhs_number_status": "verified" if serial % 4 else "",
        }
    return add_resident(actor=world.manager(home), home=world.organisations[home], values=values, now=arrived)


def _plan_summary(world: World, serial: int, resident: Resident, arrived: datetime) -> None:
    """Write some sections on arrival and some later; say "still right" of some lately, and leave others to grow old."""
    home, dice = resident.home.ods_code, world.dice
    actor, written = world.manager(home), arrived + timedelta(hours=3)
    contents = clinical.sections(serial, dice=dice, today=world.now.date())
    first = {name: content for name, content in contents.items() if name not in ("about_me", "legal")}
    later = {name: content for name, content in contents.items() if name not in first}

    def write(part):
        return lambda at: write_sections(actor=actor, resident=resident, contents=part, seen={}, now=at)

    def verify(section):
        return lambda at: still_right(actor=actor, resident=resident, section=section, now=at)

    world.plan(written, write(first))
    if later:
        world.plan(arrived + timedelta(days=dice.randint(2, 40)), write(later))
    for section in first:
        if serial % 6 == 5:
            continue
        checked = world.now - timedelta(days=dice.randint(1, 60), hours=dice.randint(1, 12))
        if checked > written:
            world.plan(checked, verify(section))
    _plan_vital_signs(world, serial, resident, written)


def _plan_vital_signs(world: World, serial: int, resident: Resident, written: datetime) -> None:
    """Take what is usual once in the last month; of some residents, vital signs of yesterday and today too."""
    actor, dice = world.manager(resident.home.ods_code), world.dice

    def take(values, *, baseline=False):
        return lambda at: record_observation(actor=actor, resident=resident, values=values, now=at, baseline=baseline)

    usual = clinical.vital_signs(serial, dice=dice)
    at_home = dice.randint(24, 30) if len(world.residents[resident.home.ods_code]) in OUT_NOW else dice.randint(2, 5)
    day = world.now - timedelta(days=at_home)
    world.plan(max(day, written + timedelta(hours=1)), take(usual, baseline=True))
    if serial in ROUTINE:
        quiet = Random(SEED + serial)
        for ago, values in clinical.before_going(serial, dice=quiet):
            world.plan(world.now - ago, take(values))
