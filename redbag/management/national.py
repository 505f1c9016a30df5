"""Synthetic homes, residents and journeys of national size, made in memory and loaded in bulk.

The facts are the source here too: what a transfer's row says is worked out from them, as everywhere.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from django.db import transaction

from redbag.bags import codes, tokens
from redbag.bags.models import Bag, Label
from redbag.organisations.models import Kind as OrganisationKind
from redbag.organisations.models import Organisation
from redbag.residents.models import INDEX, Resident
from redbag.residents.nhs_numbers import generate
from redbag.transfers import replay
from redbag.transfers.models import Fact, Party, Transfer
from redbag.transfers.stages import Kind, Outcome
from redbag.vault import blind_index, seal_label

CHUNK = 1000
FIRST_NHS_NUMBER = 1_000_000
BAGS_PER_HOME = 3
FIRST_NAMES = ("Alice", "Brian", "Carys", "Dilip", "Ewa", "Fergus", "Gita", "Hywel", "Ivy", "Józef", "Kofi", "Lila")
LAST_NAMES = ("Abbott", "Begum", "Carter", "Davies", "Evans", "Fraser", "Green", "Hughes", "Iqbal", "Jones", "Kaur")
ITEMS = (("clothes", "bag"), ("glasses", "worn"), ("dentures_upper", "bag"), ("document", "bag"))


@dataclass
class Nation:
    """What has been made so far; the same seed makes the same names, ids and times before `now`."""

    now: datetime
    dice: Random
    tell: Callable[[str], object]
    homes: list[Organisation] = field(default_factory=list)
    hospitals: list[Organisation] = field(default_factory=list)
    services: list[Organisation] = field(default_factory=list)
    residents: list[Resident] = field(default_factory=list)
    bags: dict[uuid.UUID, list[Bag]] = field(default_factory=dict)

    def new_id(self) -> uuid.UUID:
        """The next id."""
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)


@transaction.atomic
def load(
    *, homes: int, residents: int, transfers: int, seed: int, now: datetime, tell: Callable[[str], object]
) -> None:
    """Load so many homes, residents and transfers, or nothing; `tell` hears how far it has come."""
    nation = Nation(now=now, dice=Random(seed), tell=tell)
    _organisations(nation, homes)
    _bags(nation)
    _residents(nation, residents)
    _transfers(nation, transfers)


def _organisations(nation: Nation, homes: int) -> None:
    areas = [_organisation(nation, f"QN{n:04d}", f"Area {n}", OrganisationKind.AREA) for n in range(1 + homes // 300)]
    Organisation.objects.bulk_create(areas)

    def some(prefix: str, word: str, kind: OrganisationKind, count: int) -> list[Organisation]:
        made = [
            _organisation(nation, f"{prefix}{n:05d}", f"{word} {n}", kind, areas[n % len(areas)]) for n in range(count)
        ]
        return Organisation.objects.bulk_create(made, batch_size=CHUNK)

    nation.hospitals = some("RN", "Hospital", OrganisationKind.HOSPITAL, 2 + homes // 100)
    nation.services = some("RA", "Ambulance service", OrganisationKind.AMBULANCE, 1 + homes // 1500)
    nation.homes = some("VN", "Care home", OrganisationKind.CARE_HOME, homes)
    nation.tell(f"{homes} homes")


def _organisation(nation: Nation, ods: str, name: str, kind: str, area: Organisation | None = None) -> Organisation:
    phone = f"01632 960{nation.dice.randint(0, 999):03d}"
    return Organisation(id=nation.new_id(), ods_code=ods, name=name, kind=kind, area=area, phone=phone)


def _bags(nation: Nation) -> None:
    made: list[Bag] = []
    for home in nation.homes:
        nation.bags[home.pk] = [
            Bag(id=nation.new_id(), home=home, tracker=f"{home.ods_code}-{n}", created_at=nation.now)
            for n in range(1, BAGS_PER_HOME + 1)
        ]
        made += nation.bags[home.pk]
    Bag.objects.bulk_create(made, batch_size=CHUNK)
    Label.objects.bulk_create(map(_label, made), batch_size=CHUNK)
    nation.tell(f"{len(made)} bags with labels")


def _label(bag: Bag) -> Label:
    """Tokens are secrets, so these alone differ every time."""
    token = tokens.new_token()
    return Label(
        bag=bag,
        token_digest=tokens.token_digest(token),
        token_sealed=seal_label(token),
        code=codes.new_code(),
        issued_at=bag.created_at,
    )


def _residents(nation: Nation, count: int) -> None:
    for start in range(0, count, CHUNK):
        chunk = [_resident(nation, number) for number in range(start, min(start + CHUNK, count))]
        nation.residents += Resident.objects.bulk_create(chunk, batch_size=CHUNK)
        nation.tell(f"{len(nation.residents)} of {count} residents")


def _resident(nation: Nation, number: int) -> Resident:
    dice, nhs_number = nation.dice, generate(FIRST_NHS_NUMBER + number)
    return Resident(
        id=nation.new_id(),
        home=nation.homes[number % len(nation.homes)],
        first_name=dice.choice(FIRST_NAMES),
        last_name=dice.choice(LAST_NAMES),
        date_of_birth=date(1925, 1, 1) + timedelta(days=dice.randint(0, 30 * 365)),
        nhs_number=nhs_number,
        nhs_number_index=blind_index(nhs_number, purpose=INDEX),
        nhs_number_status=Resident.Number.VERIFIED,
        room=str(1 + number // len(nation.homes)),
        created_at=nation.now - timedelta(days=400),
    )


def _transfers(nation: Nation, count: int) -> None:
    for start in range(0, count, CHUNK):
        transfers: list[Transfer] = []
        facts: list[Fact] = []
        for number in range(start, min(start + CHUNK, count)):
            transfer = _transfer(nation, number, count)
            told = _facts(nation, transfer)
            for name, value in replay.columns(replay.journey_of(transfer, told)).items():
                setattr(transfer, name, value)
            transfers.append(transfer)
            facts += told
        Transfer.objects.bulk_create(transfers, batch_size=CHUNK)
        Fact.objects.bulk_create(facts, batch_size=CHUNK)
        Party.objects.bulk_create((party for each in transfers for party in _parties(each)), batch_size=CHUNK)
        nation.tell(f"{min(start + CHUNK, count)} of {count} transfers")


def _transfer(nation: Nation, number: int, count: int) -> Transfer:
    """One of the closed journeys of the last two years, evenly spread: the oldest first."""
    resident = nation.residents[number % len(nation.residents)]
    packed_at = nation.now - timedelta(days=30) - timedelta(days=700) * (count - number) / count
    return Transfer(
        id=nation.new_id(),
        home_id=resident.home_id,
        resident=resident,
        bag=nation.bags[resident.home_id][number % BAGS_PER_HOME],
        destination=nation.dice.choice(nation.hospitals),
        packed_at=packed_at,
        packed_by_name="Night carer",
        recorded_at=packed_at,
        request_digest="",
        holder_since=packed_at,
        stage_since=packed_at,
    )


def _facts(nation: Nation, transfer: Transfer) -> list[Fact]:
    dice, at = nation.dice, transfer.packed_at
    service, hospital = dice.choice(nation.services), transfer.destination
    home = transfer.resident.home
    items = [
        {"id": str(nation.new_id()), "category": category, "description": "", "quantity": 1, "where": where}
        for category, where in ITEMS
    ]
    looked = [{"item": item["id"], "state": "present", "note": ""} for item in items]
    found = [{**row, "state": "missing"} if dice.random() < 0.03 else row for row in looked]
    pack = _fact(nation, transfer, Kind.PACK, home, at, items=items)
    pack.id = transfer.pk
    told = [pack]
    for wait, holder, rows in (
        (timedelta(minutes=dice.randint(8, 120)), service, []),
        (timedelta(minutes=dice.randint(20, 150)), hospital, looked),
        (timedelta(hours=dice.randint(4, 240)), service, []),
        (timedelta(minutes=dice.randint(20, 180)), home, found),
    ):
        at += wait
        told.append(_fact(nation, transfer, Kind.HANDOFF, holder, at, to=holder, to_kind=holder.kind, items=rows))
    at += timedelta(hours=1)
    told.append(_fact(nation, transfer, Kind.OUTCOME, home, at, outcome=Outcome.CLOSED))
    return told


def _fact(nation: Nation, transfer: Transfer, kind: Kind, who: Organisation, at: datetime, **said) -> Fact:
    return Fact(
        id=nation.new_id(),
        kind=kind,
        transfer=transfer,
        organisation=who,
        occurred_at=at,
        claimed_at=at,
        recorded_at=at,
        **said,
    )


def _parties(transfer: Transfer) -> list[Party]:
    known = {place: until for place, until in transfer.parties_known.items() if place != str(transfer.home_id)}
    return [
        Party(
            transfer=transfer,
            organisation_id=uuid.UUID(place),
            holding=until is None,
            held_until=until and datetime.fromisoformat(until),
        )
        for place, until in known.items()
    ]
