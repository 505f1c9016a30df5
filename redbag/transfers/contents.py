"""What is in the bag, leg by leg, as the facts tell it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from redbag.residents.belongings import CATEGORIES, PLACES
from redbag.transfers.stages import Kind, Stage

__all__ = [
    "CATEGORIES",
    "PLACES",
    "Item",
    "Seen",
    "Telling",
    "check_marks",
    "count_items",
    "lasting_id",
    "listed",
    "marks_of",
    "name_of",
]
LONGEST_MARKS = 200


@dataclass(frozen=True)
class Seen:
    """How an item was on one leg, and whether that differs from the leg before."""

    leg: Stage
    state: str
    at: datetime
    organisation: uuid.UUID
    fact: uuid.UUID
    note: str
    differs: bool


@dataclass
class Item:
    """One belonging and everything told about it."""

    id: str
    category: str
    description: str
    quantity: int
    where: str
    came_as: str
    marks: str = ""
    controlled: bool = False
    counted: int | None = None
    seen: list[Seen] = field(default_factory=list)

    @property
    def state(self) -> str:
        """How it was when last looked for; what stayed home counts as present there."""
        return self.seen[-1].state if self.seen else "present"


class Thing(Protocol):
    """Whatever has a kind and perhaps a description."""

    @property
    def category(self) -> str: ...
    @property
    def description(self) -> str: ...


def name_of(thing: Thing) -> str:
    """Its description, or its kind when it has none; both for originals and hearing aids left and right."""
    kind = CATEGORIES.get(thing.category, "Something else")
    if not thing.description or thing.category == "other":
        return thing.description or kind
    return kind if kind.lower() == thing.description.lower() else f"{kind}: {thing.description}"


class Telling(Protocol):
    """The part of a fact that the contents need."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def organisation(self) -> uuid.UUID: ...
    @property
    def items(self) -> tuple[dict, ...]: ...


def count_items(ordered: Sequence[Telling], *, stages: Mapping[uuid.UUID, Stage]) -> list[Item]:
    """The items of a transfer with their states by leg, from facts in time order (the packing first)."""
    items: dict[str, Item] = {}
    for told in ordered:
        if told.kind in (Kind.PACK, Kind.ADDITION):
            for row in told.items:
                packed = told.kind == Kind.PACK or stages.get(told.id) == Stage.PACKED
                items.setdefault(row["id"], listed(row, came_as="packed" if packed else "added"))
        else:  # an extra names itself: it may be told of later than somebody else looks for it
            for row in told.items:
                if row["state"] == "extra":
                    items.setdefault(row["item"], listed({**row, "id": row["item"]}, came_as="extra"))
    for told in ordered:
        if told.kind not in (Kind.PACK, Kind.ADDITION):
            for row in told.items:
                if item := items.get(row["item"]):
                    _see(item, row, told, stages.get(told.id, Stage.PACKED))
    return list(items.values())


def listed(row: Mapping, *, came_as: str) -> Item:
    """A belonging as it was listed; `came_as` is packed, added or extra."""
    return Item(
        id=row["id"],
        category=row.get("category") or "other",
        description=row.get("description") or "",
        quantity=row.get("quantity") or 1,
        where=row.get("where") or "bag",
        came_as=came_as,
        marks=row.get("marks") or "",
        controlled=bool(row.get("controlled")),
        counted=row.get("counted"),
    )


def lasting_id(*, category: str, description: str) -> uuid.UUID:
    """By which the same usual thing of a resident is known again on the next journey."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{category}|{' '.join(description.lower().split())}")


def marks_of(row: Mapping) -> dict:
    """What makes a thing known again, and how many doses of a controlled drug were counted; empty where nothing is."""
    told = {"marks": (row.get("marks") or "").strip()}
    if row.get("controlled"):
        told |= {"controlled": True, "counted": row["counted"]}
    return {name: value for name, value in told.items() if value or value == 0}


def check_marks(row: Mapping) -> dict[str, str]:
    """What is wrong with the marks and the count of a listed thing, by field."""
    errors = {}
    marks, counted = row.get("marks") or "", row.get("counted")
    if not isinstance(marks, str) or len(marks) > LONGEST_MARKS:
        errors["marks"] = f"Send text of at most {LONGEST_MARKS} characters."
    if not isinstance(row.get("controlled") or False, bool):
        errors["controlled"] = "Send true or false."
    elif row.get("controlled") and row.get("category") != "medicines":
        errors["controlled"] = "Only medicines can be controlled drugs."
    elif row.get("controlled") and (isinstance(counted, bool) or not isinstance(counted, int) or counted < 0):
        errors["counted"] = "Count the controlled drugs, and write how many: a whole number."
    return errors


def _see(item: Item, row: Mapping, told: Telling, leg: Stage) -> None:
    item.seen.append(
        Seen(
            leg=leg,
            state=row["state"],
            at=told.occurred_at,
            organisation=told.organisation,
            fact=told.id,
            note=row.get("note") or "",
            differs=row["state"] != item.state,
        )
    )
