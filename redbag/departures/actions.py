"""What a ward says before somebody goes home, and what the home answers."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from redbag.deliveries.actions import post_letters
from redbag.departures.knowing import TRANSPORT, travelled
from redbag.departures.lines import problems
from redbag.departures.models import HomeAnswer, Planned, ReadyMark
from redbag.departures.stays import Stay, hospital_of, is_in_hospital
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.pulse import stir
from redbag.transfers.journeys import journeys_of
from redbag.transfers.models import Transfer
from redbag.transfers.next_steps import is_quiet
from redbag.transfers.stages import Stage

LONGEST = 500
LATEST_PLAN = timedelta(days=14)
A_MOMENT_AGO = timedelta(minutes=15)
DOUBLE_TAP = timedelta(seconds=15)


class PlanHasChanged(Refused):
    code = "plan_has_changed"


class NotInHospital(Refused):
    code = "not_in_hospital"


class JourneyIsOver(Refused):
    code = "journey_is_over"


@transaction.atomic
def mark_ready(
    *, actor: Actor, transfer: Transfer, line: str, says: str, now: datetime, reason: str = "", note: str = ""
) -> ReadyMark:
    """Say of one line that it is ready, not ready yet, or that they go without it and why; the last word counts.

    A second tap changes nothing. BadInput for *ready* of a line that the service sees by itself, and for what the plan
    or the checks of the bag contradict.
    """
    stay = may_make_ready(actor, transfer)
    note = note.strip()
    errors = problems(line=line, says=says, reason=reason, note=note) | _too_long("note", note)
    if errors:
        raise BadInput(errors)
    transfer = _locked(transfer)
    if transfer.stage in (Stage.PACKED, Stage.WITH_CREW) and not is_in_hospital(transfer):
        raise NotInHospital("They are not in hospital yet.")
    if errors := _against_what_is_known(transfer, line, says, reason):
        raise BadInput(errors)
    said = {"organisation_id": stay.hospital, "line": line, "says": says, "reason": reason, "note": note}
    last = ReadyMark.objects.filter(transfer=transfer, line=line).order_by("-at").first()
    if last and _tapped_twice(last, actor, now, **said):
        return last
    mark = ReadyMark.objects.create(
        transfer=transfer,
        **said,
        by=actor.user,
        by_name=actor.name,
        at=now,
    )
    _note_down("departure.marked", mark, actor, stay.hospital, now, line=line, says=says, reason=reason)
    stir([transfer.home_id, stay.hospital])
    return mark


@transaction.atomic
def plan_home(
    *,
    actor: Actor,
    transfer: Transfer,
    leaves_at: datetime | None,
    now: datetime,
    transport: str = "",
    note: str = "",
) -> tuple[Planned, bool]:
    """Tell the home when they are to leave, and ask whether it can take them; returns the plan, and whether it is new.

    Without `leaves_at` it says that they are not going home for now. NotInHospital once they have left.
    """
    stay = may_make_ready(actor, transfer)
    note = note.strip()
    errors = _wrong_plan(leaves_at, transport, now) | _too_long("note", note)
    if errors:
        raise BadInput(errors)
    transfer = _locked(transfer)
    if not is_in_hospital(transfer):
        raise NotInHospital("They are not in hospital now, so there is nothing to plan.")
    last = Planned.objects.filter(transfer=transfer).order_by("-at").first()
    if last and (last.leaves_at, last.transport, last.note) == (leaves_at, transport, note):
        return last, False
    if last is None and leaves_at is None:
        raise BadInput({"leaves_at": "Say when they are to leave."})
    plan = Planned.objects.create(
        transfer=transfer,
        organisation_id=stay.hospital,
        leaves_at=leaves_at,
        transport=transport,
        note=note,
        by=actor.user,
        by_name=actor.name,
        at=now,
    )
    _note_down("departure.planned", plan, actor, stay.hospital, now, leaves_at=leaves_at, transport=transport)
    _tell("departure.planned", transfer.home_id, plan, {"departure": str(plan.pk)}, now)
    stir([stay.hospital])
    return plan, True


@transaction.atomic
def answer_home(
    *,
    actor: Actor,
    transfer: Transfer,
    plan: UUID | None,
    says: str,
    now: datetime,
    not_before: datetime | None = None,
    because: str = "",
) -> HomeAnswer:
    """Say whether the home can take somebody back as planned; the last answer counts, the others are kept.

    A second tap changes nothing, and the ward is told once.
    `plan` is the one that was answered: PlanHasChanged when the hospital has told another time since, JourneyIsOver
    when they are back. NotAllowed for who is not senior at this home.
    """
    require(actor, Permission.ANSWER_READINESS, transfer.home_id)
    because = because.strip()
    if errors := _wrong_answer(says, not_before, because, now):
        raise BadInput(errors)
    transfer = _locked(transfer)
    if transfer.stage in (Stage.BACK_HOME, Stage.CLOSED) or is_quiet(transfer):
        raise JourneyIsOver("There is nothing to answer here any more.")
    last = Planned.objects.filter(transfer=transfer).order_by("-at").first()
    if last is None or last.leaves_at is None or last.pk != plan:
        raise PlanHasChanged("The hospital has changed what it plans. Look at it again, then answer.")
    told = {"says": says, "not_before": not_before if says == HomeAnswer.Says.NOT_BEFORE else None, "because": because}
    before = HomeAnswer.objects.filter(transfer=transfer, at__gte=last.at).order_by("-at").first()
    if before and _tapped_twice(before, actor, now, **told):
        return before
    answer = HomeAnswer.objects.create(
        transfer=transfer,
        **told,
        by=actor.user,
        by_name=actor.name,
        at=now,
    )
    _note_down("departure.answered", answer, actor, transfer.home_id, now, says=says, plan=last.pk)
    _tell("departure.answered", last.organisation_id, answer, {"departure": str(last.pk), "answer": says}, now)
    stir([transfer.home_id])
    return answer


def _against_what_is_known(transfer: Transfer, line: str, says: str, reason: str) -> dict[str, str]:
    """What is wrong with a mark by the plan and by what the checks of the bag found."""
    if (line, says) == ("transport", ReadyMark.Says.READY):
        plan = Planned.objects.filter(transfer=transfer).order_by("-at").first()
        if plan and plan.leaves_at and not plan.transport:
            return {"says": "The plan says that no transport is booked yet. Change the plan: say how they go."}
    if (line, reason) == ("belongings", "not_found"):
        items = next(journey.items for _, _, journey in journeys_of([transfer]))
        if not any(item.state == "missing" for item in travelled(items)):
            return {"reason": "Nothing on the list is told as not found. Check what is in the bag first."}
    return {}


def _tapped_twice(last: ReadyMark | HomeAnswer, actor: Actor, now: datetime, **said) -> bool:
    """Whether the same person says at once what was said last; later it is said anew, of what has changed since."""
    theirs = (last.by_id, last.by_name) == (actor.user_id, actor.name) and now - last.at <= DOUBLE_TAP
    return theirs and all(getattr(last, name) == value for name, value in said.items())


def may_make_ready(actor: Actor, transfer: Transfer) -> Stay:
    """The stay they leave from; NotAllowed for who does not work there."""
    stay = hospital_of(transfer)
    if stay is None:
        raise NotAllowed("No hospital on this journey uses Red Bag.")
    require(actor, Permission.MAKE_READY, stay.hospital)
    return stay


def _locked(transfer: Transfer) -> Transfer:
    """The transfer's row; JourneyIsOver when it is finished or somebody died."""
    row = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if row.stage == Stage.CLOSED or is_quiet(row):
        raise JourneyIsOver("This journey is over.")
    return row


def _wrong_plan(leaves_at: datetime | None, transport: str, now: datetime) -> dict[str, str]:
    errors = {}
    if leaves_at is not None and leaves_at < now - A_MOMENT_AGO:
        errors["leaves_at"] = "This time has passed. Say when they are to leave."
    if leaves_at is not None and leaves_at > now + LATEST_PLAN:
        errors["leaves_at"] = "Plan at most two weeks ahead."
    if transport and transport not in TRANSPORT:
        errors["transport"] = f"Choose one of: {', '.join(TRANSPORT)}."
    return errors


def _wrong_answer(says: str, not_before: datetime | None, because: str, now: datetime) -> dict[str, str]:
    errors = _too_long("because", because)
    if says not in HomeAnswer.Says.values:
        errors["says"] = "Say yes, not before a time, or that you cannot meet their needs."
    if says == HomeAnswer.Says.NOT_BEFORE and not_before is None:
        errors["not_before"] = "Say from when you can take them."
    elif says == HomeAnswer.Says.NOT_BEFORE and not_before is not None and not_before < now - A_MOMENT_AGO:
        errors["not_before"] = "This time has passed. Say from when you can take them."
    if says == HomeAnswer.Says.CANNOT and not because:
        errors["because"] = "Say in a few words what you cannot meet, so that the ward can act on it."
    return errors


def _too_long(name: str, words: str) -> dict[str, str]:
    return {name: f"Use at most {LONGEST} characters."} if len(words) > LONGEST else {}


def _tell(type: str, whom: UUID, subject: Planned | HomeAnswer, ids: dict[str, str], now: datetime) -> None:
    post_letters(
        organisations=[whom],
        type=type,
        subject_id=subject.pk,
        path=f"/api/v1/transfers/{subject.transfer_id}/readiness",
        ids={"transfer": str(subject.transfer_id), **ids},
        now=now,
    )


def _note_down(action: str, subject, actor: Actor, organisation: UUID, now: datetime, **facts) -> None:
    transfer = subject.transfer
    resident = transfer.resident_id
    record(
        action,
        subject,
        actor=actor,
        at=now,
        organisation=organisation,
        resident=resident,
        transfer=transfer.pk,
        **facts,
    )
