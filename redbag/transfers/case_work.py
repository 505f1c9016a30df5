"""What people do about a thing that is not found yet: steps, who looks for it, by when, its value, what came of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import GRANTS, Actor, Permission, require
from redbag.organisations.models import Membership, Organisation, User
from redbag.transfers.case_models import Case, CaseStep
from redbag.transfers.models import Transfer

Kind = CaseStep.Kind
AT_HOME = (Kind.RANG, Kind.HEARD, Kind.LOOKED)
ELSEWHERE = (Kind.HERE, Kind.NOT_HERE, Kind.SENT_BACK)
NEEDS_WORDS = (Kind.SENT_BACK, Kind.HEARD)
LONGEST, LONGEST_ASKED = 1000, 200
DEAREST = 100_000_00  # pence
CHANGES = ("owner", "due_on", "value_pence", "asked_text", "outcome", "why")


class DiffersFromFirst(Refused):
    code = "id_known_with_other_content"


def is_inside(actor: Actor, transfer: Transfer) -> bool:
    """Whether somebody reads a case as the home does, with who looks for it and what was done."""
    return actor.may(Permission.PACK, transfer.home_id)


def may_step(actor: Actor, transfer: Transfer) -> tuple[Kind, ...]:
    """Which steps somebody may add: the home's own, an answer of whoever had it, or none."""
    checking = set(actor.organisations_with(Permission.CHECK_BAGS))
    if transfer.home_id in checking:
        return AT_HOME
    parties = {UUID(each) for each in transfer.parties_known} | {transfer.destination_id}
    return ELSEWHERE if checking & parties else ()


@transaction.atomic
def add_step(*, actor: Actor, case: Case, step_id: UUID, kind: str, words: str, now: datetime) -> CaseStep:
    """Keep what was done or answered; sent twice it is one step. BadInput by field, NotAllowed for the other side's."""
    allowed = may_step(actor, case.transfer)
    if not allowed:
        raise NotAllowed("Your role may not answer this.")
    if kind not in Kind.values:
        raise BadInput({"kind": "Choose what you did."})
    if kind not in allowed:
        raise NotAllowed("This is for the other side to say.")
    words = words.strip()
    if len(words) > LONGEST:
        raise BadInput({"words": f"Use at most {LONGEST} characters."})
    if not words and kind in NEEDS_WORDS:
        asked = "With whom or what was it sent back?" if kind == Kind.SENT_BACK else "What did they say?"
        raise BadInput({"words": asked})
    _lock(case)
    if seen := CaseStep.objects.filter(pk=step_id).first():
        if seen.case_id != case.pk:
            raise DiffersFromFirst("A step with this id is known, and it belongs to something else.")
        return seen
    return keep_step(actor=actor, case=case, kind=Kind(kind), words=words, now=now, step_id=step_id)


def keep_step(
    *, actor: Actor, case: Case, kind: Kind, now: datetime, words: str = "", step_id: UUID | None = None
) -> CaseStep:
    """Write a step and its entry in the journal, in the caller's transaction."""
    more = {"id": step_id} if step_id else {}
    step = CaseStep.objects.create(case=case, kind=kind, words=words, at=now, by=actor.user, by_name=actor.name, **more)
    record("case.step", case, actor=actor, at=now, **_where(case), kind=str(kind), personal={"words": words})
    return step


@transaction.atomic
def change_case(*, actor: Actor, case: Case, values: Mapping, now: datetime) -> Case:
    """Hand a case over, set its day or its value, put right whom to ask, settle it or open it again.

    `values`: any of owner (an id), due_on, value_pence, asked_text, outcome (empty opens it again), why. BadInput by
    field. What is the same already changes nothing.
    """
    require(actor, Permission.FOLLOW_CASES, case.transfer.home_id)
    _lock(case)
    case = Case.objects.select_related("transfer__home", "asked", "owner").get(pk=case.pk)
    fields = _read(case, values)
    changed = {name: value for name, value in fields.items() if getattr(case, name) != value}
    if not changed:
        return case
    for name, value in changed.items():
        setattr(case, name, value)
    kinds = _steps_of(changed)
    if "outcome" in changed:
        case.closed_at, case.closed_by_name = (now, actor.name) if case.outcome else (None, "")
    if "asked_text" in changed:
        case.asked = None
    with_them = {"outcome": ("closed_at", "closed_by_name"), "asked_text": ("asked",)}
    case.save(update_fields=[*changed, *(each for name in changed for each in with_them.get(name, ()))])
    why = str(values.get("why") or "").strip()
    for kind, words in kinds.items():
        told = ": ".join(each for each in (words, why) if each)
        keep_step(actor=actor, case=case, kind=kind, words=told, now=now)
    facts = {name: value for name, value in changed.items() if name in ("outcome", "due_on")}
    record("case.changed", case, actor=actor, at=now, **_where(case), fields=sorted(changed), **facts)
    return case


def _lock(case: Case) -> None:
    """Lock the journey of a case: what is told of the journey changes its cases too."""
    Transfer.objects.select_for_update(of=("self",)).get(pk=case.transfer_id)


def _read(case: Case, values: Mapping) -> dict[str, Any]:
    """What was said as columns; BadInput by field."""
    errors: dict[str, str] = {}
    fields: dict[str, Any] = {}
    for name, read in READERS.items():
        if name in values:
            try:
                fields |= read(case, values[name])
            except ValueError as wrong:
                errors["value" if name == "value_pence" else name] = str(wrong)
    if len(str(values.get("why") or "")) > LONGEST:
        errors["why"] = f"Use at most {LONGEST} characters."
    if errors:
        raise BadInput(errors)
    return fields


def _owner(case: Case, told: object) -> dict[str, Any]:
    person = people_of(case.transfer.home).get(str(told))
    if person is None:
        raise ValueError("Choose somebody who works at the home.")
    return {"owner": person, "owner_name": person.name}


def _due_on(case: Case, told: object) -> dict[str, Any]:
    if not isinstance(told, date):
        raise ValueError("Enter a real date, such as 3/12/2026 for 3 December 2026.")
    return {"due_on": told}


def _value(case: Case, told: object) -> dict[str, Any]:
    whole = isinstance(told, int) and not isinstance(told, bool) and 0 <= told <= DEAREST
    if told is not None and not whole:
        raise ValueError("Write the value in pounds, such as 250 or 249.99. At most 100,000.")
    return {"value_pence": told}


def _asked(case: Case, told: object) -> dict[str, Any]:
    words = str(told or "").strip()
    if not words or len(words) > LONGEST_ASKED:
        raise ValueError(f"Write whom to ask, in at most {LONGEST_ASKED} characters.")
    return {"asked_text": words}


def _outcome(case: Case, told: object) -> dict[str, Any]:
    if (told or "") not in ("", *Case.Outcome.values):
        raise ValueError("Choose what came of it.")
    return {"outcome": told or ""}


READERS = {"owner": _owner, "due_on": _due_on, "value_pence": _value, "asked_text": _asked, "outcome": _outcome}


def _steps_of(changed: Mapping) -> dict[Kind, str]:
    """The steps that a change makes, each with its own words."""
    kinds = {}
    if "owner" in changed:
        kinds[Kind.HANDED] = changed["owner_name"] if "owner_name" in changed else changed["owner"].name
    if "asked_text" in changed:
        kinds[Kind.ASKED] = changed["asked_text"]
    if "outcome" in changed:
        kinds[Kind.SETTLED if changed["outcome"] else Kind.AGAIN] = ""
    if not kinds:
        kinds[Kind.CHANGED] = ""
    return kinds


def people_of(home: Organisation) -> dict[str, User]:
    """Who can look after a case of a home, by id: everybody there who may check bags, by name."""
    roles = [role for role, granted in GRANTS.items() if Permission.CHECK_BAGS in granted]
    rows = Membership.objects.filter(organisation=home, ended_at=None, role__in=roles).select_related("user")
    return {str(row.user.pk): row.user for row in rows.order_by("user__name")}


def _where(case: Case) -> dict:
    return {"organisation": case.transfer.home_id, "resident": case.transfer.resident_id}
