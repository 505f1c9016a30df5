"""A small cast for tests: two homes, two hospitals, a crew, an area, and people who work there."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.contrib.auth.hashers import make_password

from redbag.bags.actions import issue_label
from redbag.bags.models import Bag
from redbag.organisations.access import Actor, actor_for
from redbag.organisations.models import Membership, Organisation, Place, User
from redbag.residents.models import INDEX, Resident
from redbag.residents.nhs_numbers import generate
from redbag.vault import blind_index, unseal_label

NOW = datetime(2026, 11, 21, 2, 50, tzinfo=UTC)
PASSWORD = "red-bag-demo"
HASH = make_password(PASSWORD, hasher="argon2")


@dataclass
class World:
    """Everybody and everything by short names."""

    oakview: Organisation
    millbrook: Organisation
    stmarys: Organisation
    northgate: Organisation
    lifeline: Organisation
    area: Organisation
    people: dict[str, User] = field(default_factory=dict)
    peggy: Resident = None
    arthur: Resident = None
    nora: Resident = None
    bag: Bag = None
    other_bag: Bag = None
    millbrook_bag: Bag = None
    now: datetime = NOW

    def actor(self, who: str) -> Actor:
        """Somebody by name, as in `people`: carer, senior, manager, crew, ward, discharge, northgate, auditor..."""
        return actor_for(self.people[who])

    def token(self, bag: Bag) -> str:
        """The token on the label a bag carries now."""
        return unseal_label(bag.labels.get(voided_at=None).token_sealed)


def build() -> World:
    """Write the cast into the database: one statement for each table, for nearly every test begins with it."""
    area = _organisation("QDEM1", "South Area Board", "area", None)
    oakview = _organisation("VDEM1", "Oakview", "care_home", area)
    millbrook = _organisation("VDEM2", "Millbrook House", "care_home", area)
    stmarys = _organisation("RDEM1", "St Mary's Hospital", "hospital", area)
    northgate = _organisation("RDEM2", "Northgate Hospital", "hospital", area)
    lifeline = _organisation("RDEM9", "Lifeline Ambulance Service", "ambulance", area)
    Organisation.objects.bulk_create([area, oakview, millbrook, stmarys, northgate, lifeline])
    Place.objects.bulk_create([Place(organisation=stmarys, name=name) for name in ("A&E", "Ward 4B")])
    world = World(oakview, millbrook, stmarys, northgate, lifeline, area)
    _hire(
        world,
        ("carer", "carer", oakview),
        ("senior", "senior", oakview),
        ("manager", "home_manager", oakview),
        ("administrator", "administrator", oakview),
        ("millbrook", "carer", millbrook),
        ("millbrook_manager", "home_manager", millbrook),
        ("crew", "crew", lifeline),
        ("ward", "ward", stmarys),
        ("discharge", "discharge", stmarys),
        ("northgate", "ward", northgate),
        ("auditor", "auditor", area),
    )
    world.peggy = _resident(oakview, "Margaret", "Jones", 1, preferred_name="Peggy", title="Mrs")
    world.arthur = _resident(oakview, "Arthur", "Dale", 2)
    world.nora = _resident(millbrook, "Nora", "Quill", 3)
    Resident.objects.bulk_create([world.peggy, world.arthur, world.nora])
    world.bag, world.other_bag = (Bag(home=oakview, tracker=each, created_at=NOW) for each in ("OAK-1", "OAK-2"))
    world.millbrook_bag = Bag(home=millbrook, tracker="MIL-1", created_at=NOW)
    bags = [world.bag, world.other_bag, world.millbrook_bag]
    Bag.objects.bulk_create(bags)
    for bag in bags:
        issue_label(bag=bag, now=NOW)
    return world


def _organisation(code: str, name: str, kind: str, area: Organisation | None) -> Organisation:
    return Organisation(
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"ods:{code}"),
        ods_code=code,
        name=name,
        kind=kind,
        area=area,
        phone=f"01632 960{len(name):03d}",
    )


def _hire(world: World, *posts: tuple[str, str, Organisation]) -> None:
    for who, _, _ in posts:
        address, name = f"{who}@test.example", f"{who.title()} Tester"
        world.people[who] = User(email=address, name=name, password=HASH, created_at=NOW)
    User.objects.bulk_create(world.people.values())
    Membership.objects.bulk_create(
        Membership(
            user=world.people[who],
            organisation=place,
            role=role,
            medicines_trained=role in ("senior", "home_manager"),
            started_at=NOW,
        )
        for who, role, place in posts
    )


def _resident(home: Organisation, first: str, last: str, serial: int, **more) -> Resident:
    number = generate(serial)
    return Resident(
        home=home,
        first_name=first,
        last_name=last,
        date_of_birth=date(1936, 3, 3),
        nhs_number=number,
        nhs_number_index=blind_index(number, purpose=INDEX),
        nhs_number_status="unverified",
        created_at=NOW,
        **more,
    )
