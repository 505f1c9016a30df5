"""The state of a transfer is a fold over what was told about it, in the order it happened.

Nothing here depends on the order in which facts arrived, or on how often they did.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from redbag.transfers.contents import Item, count_items
from redbag.transfers.stages import STAYED_HOME, Kind, Outcome, Receiver, Stage, after

MAY_VOID_AT_HOME = {"senior", "home_manager", "group_manager"}


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


@dataclass
class Hold:
    """Somebody having the bag for a while, and the hand-overs that say so."""

    organisation: uuid.UUID | None
    text: str
    place: str
    since: datetime
    receiver: Receiver
    confirmed: bool
    told_in: list[uuid.UUID] = field(default_factory=list)
    until: datetime | None = None
    checks: int = 0


@dataclass
class Journey:
    """Everything that follows from the facts of one transfer."""

    stage: Stage
    stage_since: datetime
    holds: list[Hold]
    order: list[uuid.UUID]
    flags: dict[uuid.UUID, list[str]]
    voided_by: dict[uuid.UUID, uuid.UUID]
    items: list[Item]
    outcomes: list[str]
    last_stage: Stage
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
        return {hold.organisation: hold.until for hold in self.holds if hold.organisation}

    def all_flags(self) -> list[str]:
        """Every flag on a fact that counts, once; a void without effect says nothing of the transfer."""
        raised = {flag for told, flags in self.flags.items() if told not in self.voided_by for flag in flags}
        return sorted(raised - {"not_possible"})


def follow(*, home: uuid.UUID, packed_at: datetime, facts: Iterable[Told]) -> Journey:
    """Replay the facts of one transfer, in the order (`occurred_at`, `id`), the packing first."""
    ordered = sorted(facts, key=lambda told: (told.kind != Kind.PACK, told.occurred_at, told.id))
    flags = {told.id: list(told.intake_flags) for told in ordered}
    voided_by = _voids(home, ordered, flags)
    start = Hold(home, "", "", packed_at, Receiver.HOME, confirmed=True)
    journey = Journey(
        stage=Stage.PACKED,
        last_stage=Stage.PACKED,
        stage_since=packed_at,
        holds=[start],
        order=[told.id for told in ordered],
        flags=flags,
        voided_by=voided_by,
        items=[],
        outcomes=[],
    )
    counted = [told for told in ordered if told.id not in voided_by and told.kind not in (Kind.VOID, Kind.PACK)]
    stages: dict[uuid.UUID, Stage] = {}
    for told in counted:
        if journey.closed_at:
            flags[told.id].append("after_close")
        else:
            _step(journey, home, told)
        stages[told.id] = journey.last_stage
    for told in ordered:
        if told.kind == Kind.VOID and journey.closed_at and told.occurred_at > journey.closed_at:
            flags[told.id].append("after_close")
    journey.items = count_items([told for told in ordered if told.id not in voided_by], stages=stages)
    _flag_items(journey, counted)
    for hold in journey.holds:
        if not hold.confirmed:
            for told_in in hold.told_in:
                flags[told_in].append("unconfirmed")
    journey.flags = {told_id: sorted(set(raised)) for told_id, raised in flags.items()}
    return journey


def _voids(home: uuid.UUID, ordered: list[Told], flags: dict) -> dict[uuid.UUID, uuid.UUID]:
    """Which fact took back which. Packing, voids and closing stand, whoever asks."""
    by_id = {told.id: told for told in ordered}
    voided_by: dict[uuid.UUID, uuid.UUID] = {}
    for void in ordered:
        if void.kind != Kind.VOID or void.target not in by_id:
            continue
        target = by_id[void.target]
        stands = target.kind in (Kind.VOID, Kind.PACK) or target.outcome == Outcome.CLOSED
        if stands or not may_void(home=home, void=void, target=target):
            flags[void.id].append("not_possible")
        else:
            voided_by.setdefault(target.id, void.id)
    return voided_by


def may_void(*, home: uuid.UUID, void: Told, target: Told) -> bool:
    """Only the organisation that sent a fact, or the home's senior or manager, takes it back."""
    return void.organisation == target.organisation or (void.organisation == home and void.role in MAY_VOID_AT_HOME)


def receiver_of(*, home: uuid.UUID, told: Told) -> Receiver:
    """What the receiver of a hand-over is to the pathway."""
    if told.to is None:
        return Receiver.SOMEBODY
    if told.to == home:
        return Receiver.HOME
    kinds = {"ambulance": Receiver.AMBULANCE, "hospital": Receiver.HOSPITAL, "care_home": Receiver.ANOTHER_HOME}
    return kinds.get(told.to_kind, Receiver.SOMEBODY)


def _step(journey: Journey, home: uuid.UUID, told: Told) -> None:
    if told.organisation == journey.holder.organisation:
        journey.holder.confirmed = True  # whoever acts with the bag has it
    if told.kind == Kind.HANDOFF:
        _hand_over(journey, home, told)
    elif told.kind == Kind.CHECK and told.organisation == journey.holder.organisation:
        journey.holder.checks += 1
    elif told.kind == Kind.OUTCOME:
        journey.outcomes.append(told.outcome)
        if told.outcome == Outcome.CLOSED:
            journey.closed_at = told.occurred_at
            _enter(journey, Stage.CLOSED, told.occurred_at)
        elif told.outcome in STAYED_HOME and journey.stage in (Stage.PACKED, Stage.WITH_CREW):
            _take(journey, Hold(home, "", "", told.occurred_at, Receiver.HOME, confirmed=True))
            _enter(journey, Stage.BACK_HOME, told.occurred_at)


def _hand_over(journey: Journey, home: uuid.UUID, told: Told) -> None:
    receiver = receiver_of(home=home, told=told)
    stage, expected = after(journey.stage, receiver)
    if not expected:
        journey.flags[told.id].append("unexpected")
    holder = journey.holder
    if holder.receiver == Receiver.HOSPITAL and told.items and told.organisation == holder.organisation:
        holder.checks += 1  # looked through as it left
    proved = told.organisation == told.to or told.code_proved
    if told.to == holder.organisation and told.to_text == holder.text:
        holder.confirmed = holder.confirmed or proved
        holder.place = told.place or holder.place
        holder.told_in.append(told.id)
        holder.checks += bool(told.items)
    else:
        if _leaves_unchecked(journey):
            journey.flags[told.id].append("unchecked")
        seen = int(bool(told.items) and told.organisation == told.to)
        fresh = Hold(told.to, told.to_text, told.place, told.occurred_at, receiver, proved, [told.id], checks=seen)
        _take(journey, fresh)
        journey.left_at = journey.left_at or told.occurred_at
    _enter(journey, stage, told.occurred_at)


def _take(journey: Journey, hold: Hold) -> None:
    if hold.organisation == journey.holder.organisation and hold.text == journey.holder.text:
        return
    journey.holder.until = hold.since
    journey.holds.append(hold)


def _enter(journey: Journey, stage: Stage, at: datetime) -> None:
    if stage == journey.stage:
        return
    journey.stage, journey.stage_since = stage, at
    if stage != Stage.CLOSED:
        journey.last_stage = stage
        journey.back_at = at if stage == Stage.BACK_HOME else None


def _leaves_unchecked(journey: Journey) -> bool:
    """A hospital looks twice: when the bag comes, and before it goes."""
    return journey.holder.receiver == Receiver.HOSPITAL and journey.holder.checks == 1


def _flag_items(journey: Journey, counted: list[Told]) -> None:
    for told in counted:
        if any(item.get("state") == "missing" for item in told.items):
            journey.flags[told.id].append("missing_items")
    if not any(item.where != "home" for item in journey.items):
        for told in counted:
            journey.flags[told.id] = [flag for flag in journey.flags[told.id] if flag != "unchecked"]
        return
    for hold in journey.holds:
        if hold.receiver in (Receiver.HOSPITAL, Receiver.HOME) and hold.told_in and not hold.checks:
            journey.flags[hold.told_in[0]].append("unchecked")
