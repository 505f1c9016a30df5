"""The state of a transfer is a fold over what was told about it, in the order it happened.

Nothing here depends on the order in which facts arrived, or on how often they did.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from redbag.transfers.contents import count_items
from redbag.transfers.effects import enter, take, turn_out
from redbag.transfers.identity import taken_unchecked
from redbag.transfers.journey import Hold, Journey, Step, Told
from redbag.transfers.parting import bag_came
from redbag.transfers.stages import Kind, Outcome, Receiver, Stage, after

__all__ = ["Hold", "Journey", "Told", "follow", "may_void", "receiver_of"]

MAY_VOID_AT_HOME = {"senior", "home_manager", "group_manager"}


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
            journey.steps.append(Step(told.id, told.occurred_at, journey.last_stage, journey.resident_is))
        stages[told.id] = journey.last_stage
    for told in ordered:
        if told.kind == Kind.VOID and journey.closed_at and told.occurred_at > journey.closed_at:
            flags[told.id].append("after_close")
    journey.items = count_items([told for told in ordered if told.id not in voided_by], stages=stages)
    _flag_items(journey, counted)
    for taken in taken_unchecked(journey, counted):
        flags[taken].append("identity_not_checked")
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
    elif told.kind in (Kind.CHECK, Kind.OPENED) and told.organisation == journey.holder.organisation:
        journey.holder.checks += told.kind == Kind.CHECK
        bag_came(journey, told, journey.holder.receiver, journey.holder.organisation)
    elif told.kind == Kind.OUTCOME:
        turn_out(journey, home, told)


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
        holder.opens = holder.opens or _opens(told)
        holder.alone = holder.alone and _alone(told)
    else:
        if _leaves_unchecked(journey):
            journey.flags[told.id].append("unchecked")
        seen = int(bool(told.items) and told.organisation == told.to)
        fresh = Hold(told.to, told.to_text, told.place, told.occurred_at, receiver, proved, [told.id], checks=seen)
        fresh.opens, fresh.alone = _opens(told), _alone(told)
        take(journey, fresh)
        journey.left_at = journey.left_at or told.occurred_at
    enter(journey, stage, told)
    bag_came(journey, told, receiver, told.to)


def _opens(told: Told) -> bool:
    """Whether a hand-over lets its receiver read: not on their own word alone, with an old label or a time before."""
    old = {"void_label", "before_packing"}.intersection(told.intake_flags)
    return not old or not _alone(told)


def _alone(told: Told) -> bool:
    """Whether a hand-over is the receiver's own word, without the giver's code."""
    return told.organisation == told.to and not told.code_proved


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
