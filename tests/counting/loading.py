"""Loads a random history into the database in a few statements, as if it had all been told on line."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction

from redbag.bags.models import Bag
from redbag.counting.counting import count
from redbag.counting.journeys import VERSION
from redbag.counting.models import Mark
from redbag.discharges.models import Acknowledgement, DischargeSummary
from redbag.organisations.models import Organisation
from redbag.reconciliations.models import Reconciliation
from redbag.residents.models import Resident
from redbag.transfers import replay
from redbag.transfers.case_models import Case
from redbag.transfers.models import Fact, Party, Snapshot, Transfer
from redbag.transfers.stages import Kind, Outcome, Stage
from tests.counting.histories import CATEGORIES, NOW, Letter, Person, Trip
from tests.world import World

ROLES = {"crew": "crew", "home": "senior", "other_home": "senior"}


class Loader:
    """What has been made so far, in the order in which it must be written."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rows: dict[type, list[Any]] = {}

    def add(self, row: Any) -> Any:
        self.rows.setdefault(type(row), []).append(row)
        return row

    def write(self) -> None:
        for table, rows in self.rows.items():
            table.objects.bulk_create(rows)

    def place(self, name: str | None, home: Organisation) -> Organisation | None:
        """An organisation by the name it has in a history."""
        others = {self.world.oakview.pk: self.world.millbrook, self.world.millbrook.pk: self.world.oakview}
        known = {"home": home, "other_home": others[home.pk], "crew": self.world.lifeline}
        known |= {"hospital": self.world.stmarys, "northgate": self.world.northgate}
        return known.get(name or "")


def load(world: World, history: Sequence[Person]) -> list[Transfer]:
    """Write it all and answer the journeys; nothing of it is in the journal."""
    loader = Loader(world)
    for number, person in enumerate(history):
        home = getattr(world, person.home)
        records = _records(loader, person, home, number)
        for order, trip in enumerate(person.trips):
            record = records[-1] if trip.of_other_record else records[0]
            _journey(loader, trip, record, f"{number}.{order}", last=order == len(person.trips) - 1)
    loader.write()
    return loader.rows.get(Transfer, [])


@contextmanager
def loaded(world: World, history: Sequence[Person], *, counted: bool = True) -> Iterator[list[Transfer]]:
    """The journeys of a history, loaded and (unless told otherwise) counted; gone again afterwards."""
    with transaction.atomic():
        transfers = load(world, history)
        if counted:
            count(Resident.objects.values_list("pk", flat=True), now=NOW)
            Mark.objects.filter(pk=1).update(version=VERSION, counted_at=NOW)
        yield transfers
        transaction.set_rollback(True)


def _records(loader: Loader, person: Person, home: Organisation, number: int) -> list[Resident]:
    told = {"home": home, "first_name": "Ada", "last_name": f"Number {number}", "date_of_birth": person.born}
    ended = {"archived_at": person.archived_at, "archived_why": "Moved" if person.archived_at else ""}
    kept = loader.add(Resident(id=_id(f"{number}"), created_at=person.known_since, **told, **ended))
    if not person.joined:
        return [kept]
    earlier = person.known_since - timedelta(days=3)
    put_away = {"archived_at": NOW, "archived_why": "Same person", "merged_into": kept}
    return [kept, loader.add(Resident(id=_id(f"{number}b"), created_at=earlier, **told, **put_away))]


def _journey(loader: Loader, trip: Trip, resident: Resident, name: str, *, last: bool) -> None:
    home, now = resident.home, trip.ends_at
    bag = loader.add(Bag(id=_id(f"bag {name}"), home=home, tracker=f"H-{name}", created_at=now)) if trip.bag else None
    snapshot = {"snapshot_hash": name, "snapshot_at": trip.packed_at} if trip.papers else {}
    transfer = Transfer(
        id=_id(f"journey {name}"),
        home=home,
        resident=resident,
        bag=bag,
        destination=loader.place(trip.destination, home),
        destination_place="A&E",
        packed_at=trip.packed_at,
        packed_by_name="Ana",
        recorded_at=trip.packed_at,
        request_digest="",
        **snapshot,
    )
    facts = _facts(loader, trip, transfer, name)
    journey = replay.journey_of(transfer, facts)
    if not last and journey.stage != Stage.CLOSED:
        closing = {
            "at": (now - trip.packed_at) // timedelta(minutes=1),
            "kind": Kind.OUTCOME,
            "outcome": Outcome.CLOSED,
        }
        facts.append(_fact(loader, {**closing, "by": "home"}, transfer, f"{name} closes"))
        journey = replay.journey_of(transfer, facts)
    for column, value in replay.columns(journey).items():
        setattr(transfer, column, value)
    loader.add(transfer)
    for each in facts:
        loader.add(each)
    for party, until in journey.parties.items():
        if party != home.pk:
            loader.add(Party(transfer=transfer, organisation_id=party, holding=until is None, held_until=until))
    _beside(loader, trip, transfer, name)


def _facts(loader: Loader, trip: Trip, transfer: Transfer, name: str) -> list[Fact]:
    pack = _fact(loader, {"at": 0, "kind": Kind.PACK, "by": "home"}, transfer, name)
    pack.id = transfer.pk
    listed = zip(CATEGORIES, trip.items, strict=True)
    pack.items = [{"id": str(_id(each)), "category": each, "where": where} for each, where in listed]
    return [pack, *(_fact(loader, each, transfer, f"{name} {order}") for order, each in enumerate(trip.facts))]


def _fact(loader: Loader, said: dict[str, Any], transfer: Transfer, name: str) -> Fact:
    to = loader.place(said.get("to"), transfer.home)
    at = transfer.packed_at + timedelta(minutes=said["at"])
    journey, _, _ = name.partition(" ")
    return Fact(
        id=_id(f"fact {name}"),
        kind=said["kind"],
        transfer=transfer,
        organisation=loader.place(said["by"], transfer.home),
        role=ROLES.get(said["by"], "ward"),
        by_name="Sam",
        to=to,
        to_kind=to.kind if to else "",
        to_text="Sea View Hospital" if said.get("to") == "words" else "",
        place=said.get("place", ""),
        occurred_at=at,
        claimed_at=at,
        recorded_at=at,
        items=[{"item": str(_id(each)), "state": state} for each, state in said.get("seen", {}).items()],
        outcome=said.get("outcome", ""),
        target=_id(f"fact {journey} {said['of']}") if "of" in said else None,
        content={"details": said["details"]} if said.get("details") else {},
        intake_flags=["late"] if said.get("late") else [],
        code_proved=said.get("code_proved", False),
    )


def _beside(loader: Loader, trip: Trip, transfer: Transfer, name: str) -> None:
    """What was frozen, the cases and the letters of a journey."""
    if trip.papers:
        content = json.dumps(_frozen(trip.papers, trip.packed_at))
        snapshot = {"version": 1, "hash": name, "taken_at": trip.packed_at}
        loader.add(Snapshot(transfer=transfer, content=content, **snapshot))
    for category, (outcome, value) in zip(CATEGORIES, trip.cases, strict=False):
        ended = {"closed_at": NOW, "outcome": outcome} if outcome else {}
        about = {"item": _id(category), "category": category, "value_pence": value, "due_on": NOW.date()}
        loader.add(Case(transfer=transfer, opened_at=trip.ends_at, opened_by=transfer.pk, **about, **ended))
    for version, letter in enumerate(trip.letters, start=1):
        _letter(loader, letter, transfer, version)


def _letter(loader: Loader, letter: Letter, transfer: Transfer, version: int) -> None:
    at = transfer.packed_at + timedelta(minutes=letter.at)
    off = letter.taken_off
    summary = DischargeSummary(
        transfer=transfer,
        home=transfer.home,
        resident=transfer.resident,
        organisation=loader.world.stmarys if letter.by_hospital else transfer.home,
        source="hospital" if letter.by_hospital else "copied",
        held_for=["sent_back"] if off else [],
        settled_at=NOW if off else None,
        version=version,
        state="sent" if letter.current and not off else "superseded",
        form="headings",
        written_by_name="Dr Shah",
        written_at=at,
        sent_at=at,
    )
    loader.add(summary)
    if letter.read is not None:
        read_at = at + timedelta(minutes=letter.read)
        loader.add(Acknowledgement(summary=summary, name="Sam", role="Senior", at=read_at))
    if letter.used is not None:
        used = {"used_at": at + timedelta(minutes=letter.used), "used_by_name": "Sam", "begun_by_name": "Sam"}
        whose = {"home": transfer.home, "resident": transfer.resident, "summary": summary}
        loader.add(Reconciliation(begun_at=at, **whose, **used))


def _frozen(papers: dict[str, Any], at: datetime) -> dict[str, Any]:
    content = {"medicines": {"items": [{"name": "Warfarin"}]}}
    return {
        "taken_at": at.isoformat(),
        "reason": {"concern": "Fell"} if papers["why"] else {},
        "observation": {"taken_at": (at - timedelta(hours=1 if papers["today"] else 30)).isoformat()},
        "baseline": None,
        "summary": [
            {
                "name": each,
                "content": content.get(each, {}),
                "completeness": 50,
                "due": each in papers["due"],
            }
            for each in sorted(papers["there"])
        ],
    }


def _id(name: str) -> UUID:
    """The same one each time, so that what a failing example showed can be seen again."""
    return uuid5(NAMESPACE_OID, f"history {name}")
