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
    """Write the cast into the database."""
    area = _organisation("QDEM1", "South Area Board", "area", None)
    world = World(
        oakview=_organisation("VDEM1", "Oakview", "care_home", area),
        millbrook=_organisation("VDEM2", "Millbrook House", "care_home", area),
        stmarys=_organisation("RDEM1", "St Mary's Hospital", "hospital", area),
        northgate=_organisation("RDEM2", "Northgate Hospital", "hospital", area),
        lifeline=_organisation("RDEM9", "Lifeline Ambulance Service", "ambulance", area),
        area=area,
    )
    for name in ("A&E", "Ward 4B"):
        Place.objects.create(organisation=world.stmarys, name=name)
    for who, role, place in (
        ("carer", "carer", world.oakview),
        ("senior", "senior", world.oakview),
        ("manager", "home_manager", world.oakview),
        ("administrator", "administrator", world.oakview),
        ("millbrook", "carer", world.millbrook),
        ("millbrook_manager", "home_manager", world.millbrook),
        ("crew", "crew", world.lifeline),
        ("ward", "ward", world.stmarys),
        ("discharge", "discharge", world.stmarys),
        ("northgate", "ward", world.northgate),
        ("auditor", "auditor", area),
    ):
        user = User.objects.create(
            email=f"{who}@test.example", name=f"{who.title()} Tester", password=HASH, created_at=NOW
        )
        Membership.objects.create(
            user=user,
            organisation=place,
            role=role,
            medicines_trained=role in ("senior", "home_manager"),
            started_at=NOW,
        )
        world.people[who] = user
    world.peggy = _resident(world.oakview, "Margaret", "Jones", 1, preferred_name="Peggy", title="Mrs")
    world.arthur = _resident(world.oakview, "Arthur", "Dale", 2)
    world.nora = _resident(world.millbrook, "Nora", "Quill", 3)
    world.bag = _bag(world.oakview, "OAK-1")
    world.other_bag = _bag(world.oakview, "OAK-2")
    world.millbrook_bag = _bag(world.millbrook, "MIL-1")
    return world


def _organisation(code: str, name: str, kind: str, area: Organisation | None) -> Organisation:
    return Organisation.objects.create(
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"ods:{code}"),
        ods_code=code,
        name=name,
        kind=kind,
        area=area,
        phone=f"01632 960{len(name):03d}",
    )


def _resident(home: Organisation, first: str, last: str, serial: int, **more) -> Resident:
    number = generate(serial)
    return Resident.objects.create(
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


def _bag(home: Organisation, tracker: str) -> Bag:
    bag = Bag.objects.create(home=home, tracker=tracker, created_at=NOW)
    issue_label(bag=bag, now=NOW)
    return bag
