"""What is in the bag, leg by leg, as the facts tell it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from redbag.residents.belongings import CATEGORIES, PLACES
from redbag.transfers.stages import Kind, Stage

__all__ = ["CATEGORIES", "PLACES", "Item", "Seen", "Telling", "count_items"]


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
    seen: list[Seen] = field(default_factory=list)

    @property
    def state(self) -> str:
        """How it was when last looked for; what stayed home counts as present there."""
        return self.seen[-1].state if self.seen else "present"


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
                items.setdefault(row["id"], _item(row, came_as="packed" if packed else "added"))
        else:  # an extra names itself: it may be told of later than somebody else looks for it
            for row in told.items:
                if row["state"] == "extra":
                    items.setdefault(row["item"], _item({**row, "id": row["item"]}, came_as="extra"))
    for told in ordered:
        if told.kind not in (Kind.PACK, Kind.ADDITION):
            for row in told.items:
                if item := items.get(row["item"]):
                    _see(item, row, told, stages.get(told.id, Stage.PACKED))
    return list(items.values())


def _item(row: Mapping, *, came_as: str) -> Item:
    return Item(
        id=row["id"],
        category=row.get("category") or "other",
        description=row.get("description") or "",
        quantity=row.get("quantity") or 1,
        where=row.get("where") or "bag",
        came_as=came_as,
    )


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
