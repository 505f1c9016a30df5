"""What managers say of a record's end: keep it longer, destroy it; two of them, never one alone."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.models import Resident
from redbag.retention.models import Ending, Keeping, KeptLonger
from redbag.retention.reviewing import Row, row_of

BETWEEN = timedelta(minutes=1)
LONGEST = 500


class NotDue(Refused):
    """The record may not be destroyed, and why."""

    code = "not_due"


class AskAgain(Refused):
    code = "too_soon_to_agree"


@transaction.atomic
def tell_end(*, actor: Actor, resident: Resident, told: Mapping, now: datetime) -> Keeping:
    """Say what the record does not: when somebody left, died or was last seen, and whether it is a mental-health one.

    `told` holds left_on, died_on and last_contact_on (days or None) and mental_health. BadInput for days to come, and
    for days before their birth.
    """
    resident = _locked(actor, resident)
    days = {name: told.get(name) for name in ("left_on", "died_on", "last_contact_on")}
    today = timezone.localdate(now)
    if wrong := {name: "This day is still to come." for name, day in days.items() if day and day > today}:
        raise BadInput(wrong)
    if wrong := {name: "They were not born yet." for name, day in days.items() if day and day < resident.date_of_birth}:
        raise BadInput(wrong)
    values = {**days, "mental_health": bool(told.get("mental_health"))}
    keeping, _ = Keeping.objects.update_or_create(
        resident=resident,
        defaults={**values, "home_id": resident.home_id, "told_at": now, "told_by_name": actor.name},
    )
    said = {name: str(each) for name, each in values.items() if each}
    _record("record.end_told", resident, actor, now, personal=said)
    return keeping


@transaction.atomic
def keep_longer(*, actor: Actor, resident: Resident, until: date | None, because: str, now: datetime) -> KeptLonger:
    """Keep a record until a day beyond its time; what was proposed for it is given up. BadInput by field."""
    resident, because = _locked(actor, resident), because.strip()
    errors = {}
    if until is None or until <= timezone.localdate(now):
        errors["until"] = "Say until which day to come."
    if not because or len(because) > LONGEST:
        errors["because"] = f"Say why, in at most {LONGEST} letters."
    if errors:
        raise BadInput(errors)
    for ending in Ending.objects.filter(resident=resident, state=Ending.State.PROPOSED):
        _close(ending, Ending.State.WITHDRAWN, actor.name, "It is kept longer.", now)
    kept = KeptLonger.objects.create(
        resident=resident,
        home_id=resident.home_id,
        until=until,
        because=because,
        at=now,
        by=actor.user,
        by_name=actor.name,
    )
    _record("record.kept_longer", resident, actor, now, until=str(until), personal={"because": because})
    return kept


@transaction.atomic
def propose(*, actor: Actor, resident: Resident, typed_name: str, now: datetime) -> Ending:
    """The first of two people says that a record is to be destroyed, and types whose it is.

    NotDue when it may not be; NotAllowed for a program: two persons destroy, by name. The same again changes nothing.
    """
    resident = _locked(actor, resident)
    _refuse_programs(actor)
    if begun := Ending.objects.open().filter(resident=resident).first():
        return begun
    row = _refuse_not_due(resident, now)
    _refuse_other_name(resident, typed_name)
    ending = Ending.objects.create(
        resident=resident,
        home_id=resident.home_id,
        rule=row.answer.rule,
        due_on=row.answer.due_on,
        proposed_at=now,
        proposed_by=actor.user,
        proposed_by_name=actor.name,
    )
    _record("record.destruction_proposed", resident, actor, now, ending=ending.pk, due_on=str(ending.due_on))
    return ending


@transaction.atomic
def agree(*, actor: Actor, ending: Ending, typed_name: str, now: datetime) -> Ending:
    """The second person agrees, types the name too, and it begins. Raises NotAllowed for whoever proposed it.

    AskAgain within a minute of the proposal: nobody looks at a record as fast as that. NotDue when it is due no more.
    """
    resident = _locked(actor, ending.resident)
    _refuse_programs(actor)
    ending = Ending.objects.select_for_update().get(pk=ending.pk)
    if ending.state != Ending.State.PROPOSED:
        return ending
    if ending.proposed_by_id == actor.user_id:
        raise NotAllowed("You proposed it. Another manager must agree.")
    if now - ending.proposed_at < BETWEEN:
        raise AskAgain("It was proposed this minute. Look at the record first, then agree.")
    _refuse_not_due(resident, now)
    _refuse_other_name(resident, typed_name)
    ending.state, ending.agreed_at = Ending.State.AGREED, now
    ending.agreed_by, ending.agreed_by_name = actor.user, actor.name
    ending.save(update_fields=["state", "agreed_at", "agreed_by", "agreed_by_name"])
    _record("record.destruction_agreed", resident, actor, now, ending=ending.pk)
    return ending


@transaction.atomic
def give_up(*, actor: Actor, ending: Ending, why: str, now: datetime) -> None:
    """A proposal is not followed. BadInput without a reason; Refused once both have agreed."""
    require(actor, Permission.KEEP_RECORDS, ending.home_id)
    if not why.strip():
        raise BadInput({"why": "Say why it is not destroyed."})
    ending = Ending.objects.select_for_update().get(pk=ending.pk)
    if ending.state == Ending.State.WITHDRAWN:
        return
    if ending.state != Ending.State.PROPOSED:
        raise Refused("Two managers have agreed: it is being destroyed.", code="agreed")
    _close(ending, Ending.State.WITHDRAWN, actor.name, why.strip()[:300], now)
    _record("record.destruction_given_up", ending.resident, actor, now, ending=ending.pk, personal={"why": why})


def _close(ending: Ending, state: str, by: str, why: str, now: datetime) -> None:
    ending.state, ending.closed_at, ending.stopped_by_name, ending.stopped_why = state, now, by, why
    ending.save(update_fields=["state", "closed_at", "stopped_by_name", "stopped_why"])


def _locked(actor: Actor, resident: Resident) -> Resident:
    require(actor, Permission.KEEP_RECORDS, resident.home_id)
    return Resident.objects.select_for_update().get(pk=resident.merged_into_id or resident.pk)


def _refuse_programs(actor: Actor) -> None:
    if actor.user is None:
        raise NotAllowed("A program may not destroy records: two people must, by name.")


def _refuse_not_due(resident: Resident, now: datetime) -> Row:
    row = row_of(resident, today=timezone.localdate(now))
    if not row.answer.is_due:
        words = " ".join(row.answer.not_because) or f"It is kept until {row.answer.due_on:%-d %B %Y}."
        raise NotDue(f"This record may not be destroyed. {words}")
    return row


def _refuse_other_name(resident: Resident, typed: str) -> None:
    names = {resident.called, f"{resident.first_name} {resident.last_name}"}
    if " ".join(typed.split()).casefold() not in {each.casefold() for each in names}:
        raise BadInput({"name": f"Type the name as it stands above: {resident.first_name} {resident.last_name}."})


def _record(action: str, resident: Resident, actor: Actor, now: datetime, *, personal=None, **facts) -> None:
    record(
        action,
        resident,
        actor=actor,
        at=now,
        organisation=resident.home_id,
        resident=resident,
        personal=personal,
        **facts,
    )
