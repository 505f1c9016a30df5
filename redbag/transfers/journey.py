"""What the replay of a journey works on: facts as told, holds of the bag, and what follows from them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from redbag.transfers.contents import Item
from redbag.transfers.stages import Receiver, Stage, Where


@dataclass(frozen=True)
class Told:
    """A fact as the fold sees it."""

    id: uuid.UUID
    kind: str
    occurred_at: datetime
    organisation: uuid.UUID
    role: str = ""
    to: uuid.UUID | None = None
    to_kind: str = ""
    to_text: str = ""
    place: str = ""
    items: tuple[dict, ...] = ()
    outcome: str = ""
    target: uuid.UUID | None = None
    intake_flags: tuple[str, ...] = ()
    code_proved: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)
    identity: bool = False


@dataclass
class Hold:
    """Somebody having the bag for a while, and the hand-overs that say so.

    It `opens` the journey to them unless nobody but themselves said so, with a replaced label or for a time before the
    bag was packed: an old picture of a label leads to nobody's record. It is `alone` while nobody else says so, and no
    code.
    """

    organisation: uuid.UUID | None
    text: str
    place: str
    since: datetime
    receiver: Receiver
    confirmed: bool
    told_in: list[uuid.UUID] = field(default_factory=list)
    until: datetime | None = None
    checks: int = 0
    opens: bool = True
    alone: bool = False


@dataclass(frozen=True)
class Step:
    """How things stood once a fact was told: where the bag was, and where the resident (empty: with it)."""

    told: uuid.UUID
    at: datetime
    stage: Stage
    resident_is: Where


@dataclass
class Journey:
    """Everything that follows from the facts of one transfer.

    `outcomes` are those that still hold: one that parted bag and resident goes when they meet again. `resident_is` is
    empty while the resident goes where the bag goes; `resident_with` is the organisation they are at, when it is known.
    `arrivals` are the moments at which the bag came to a hospital, `steps` how each fact that counts left things.
    """

    stage: Stage
    stage_since: datetime
    holds: list[Hold]
    order: list[uuid.UUID]
    flags: dict[uuid.UUID, list[str]]
    voided_by: dict[uuid.UUID, uuid.UUID]
    items: list[Item]
    outcomes: list[str]
    last_stage: Stage
    resident_is: Where = Where.WITH_BAG
    resident_at: str = ""
    resident_with: uuid.UUID | None = None
    apart_since: datetime | None = None
    deaths: list[uuid.UUID] = field(default_factory=list)
    arrivals: list[datetime] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    left_at: datetime | None = None
    back_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def holder(self) -> Hold:
        return self.holds[-1]

    @property
    def missing(self) -> int:
        """How many items were not found when last looked for."""
        return sum(item.state == "missing" for item in self.items)

    @property
    def parties(self) -> dict[uuid.UUID, datetime | None]:
        """Organisations that held the bag: None while they do, else until when they last did."""
        return {hold.organisation: hold.until for hold in self.holds if hold.organisation and hold.opens}

    def all_flags(self) -> list[str]:
        """Every flag on a fact that counts, once; a void without effect says nothing of the transfer."""
        raised = {flag for told, flags in self.flags.items() if told not in self.voided_by for flag in flags}
        return sorted(raised - {"not_possible"})
