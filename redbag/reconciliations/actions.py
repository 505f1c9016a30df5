"""The decisions are checked by a second person, the new MAR chart is used, and the resident's list written anew."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from redbag.discharges.taking_off import was_taken_off
from redbag.discharges.whose import kept as kept_record
from redbag.errors import BadInput, Refused
from redbag.organisations.access import Actor
from redbag.reconciliations.keeping import (
    AskAColleague,
    NotComplete,
    note,
    open_row,
    require_current,
    require_trained,
    row_of,
    tell_decided,
)
from redbag.reconciliations.lists import SECTION
from redbag.reconciliations.models import Reconciliation, SecondCheck
from redbag.reconciliations.standing import digest_of, standing_of
from redbag.summaries.actions import write_sections

CLINICIAN = {
    "name": "Write down their name.",
    "role": "Write down what they are: nurse, pharmacist, GP.",
    "organisation": "Write down where they work.",
    "number": "Write down the number you rang.",
}
LONGEST, LONGEST_NOTE = 150, 2000
PARTS = ("name", "form", "dose", "route", "frequency", "reason", "last_given", "code", "time_critical")


@transaction.atomic
def second_check(
    *, actor: Actor, reconciliation: Reconciliation, clinician: Mapping[str, str] | None, words: str, now: datetime
) -> SecondCheck:
    """A second person found the decisions right: another trained one, or by phone a clinician who is named.

    NotComplete while a line is undecided or waits. A decision after it needs a new check. BadInput by field.
    """
    require_trained(actor, reconciliation.home)
    reconciliation = open_row(reconciliation)
    standing = standing_of(reconciliation)
    if not standing.all_decided:
        raise NotComplete(f"{standing.words} Decide every line first.")
    named = _named(clinician) if clinician is not None else None
    if named is None and actor.user_id in standing.deciders():
        words = "You decided lines yourself. Ask another trained person, or check with a clinician by phone."
        raise AskAColleague(words)
    if standing.check is not None:
        return standing.check
    check = SecondCheck.objects.create(
        reconciliation=reconciliation,
        digest=digest_of(standing.lines),
        by=actor.user,
        by_name=actor.name,
        by_phone=named is not None,
        clinician=json.dumps(named) if named else "",
        note=words.strip()[:LONGEST_NOTE],
        at=now,
    )
    personal = {"clinician": named} if named else None
    note("medicines.checked", reconciliation, actor, now, by_phone=check.by_phone, personal=personal)
    return check


@transaction.atomic
def use_new_mar(*, actor: Actor, reconciliation: Reconciliation, now: datetime) -> Reconciliation:
    """The new MAR chart is taken into use; a second time changes nothing.

    NotComplete while a line is undecided or waits, or while nobody has checked these very decisions.
    """
    require_trained(actor, reconciliation.home)
    reconciliation = row_of(reconciliation)
    if reconciliation.used_at:
        return reconciliation
    require_current(reconciliation.summary)
    standing = standing_of(reconciliation)
    if not standing.complete:
        raise NotComplete(standing.words, decided=standing.decided, lines=len(standing.lines))
    reconciliation.used_at, reconciliation.used_by, reconciliation.used_by_name = now, actor.user, actor.name
    reconciliation.save(update_fields=["used_at", "used_by", "used_by_name"])
    note("medicines.used", reconciliation, actor, now, lines=len(standing.lines))
    tell_decided(reconciliation, now)
    return reconciliation


@transaction.atomic
def put_back(*, actor: Actor, reconciliation: Reconciliation, now: datetime) -> Reconciliation:
    """The MAR chart that was changed from a letter of somebody else is as it was, and the GP knows; a second time
    changes nothing. Refused while the letter counts.
    """
    require_trained(actor, reconciliation.home)
    reconciliation = row_of(reconciliation)
    if not was_taken_off(reconciliation.summary):
        raise Refused("This letter was not taken off: there is nothing to undo.", code="not_taken_off")
    if reconciliation.used_at:
        since = reconciliation.used_at.isoformat()
        reconciliation.used_at, reconciliation.used_by, reconciliation.used_by_name = None, None, ""
        reconciliation.save(update_fields=["used_at", "used_by", "used_by_name"])
        note("medicines.put_back", reconciliation, actor, now, used_at=since)
    return reconciliation


@transaction.atomic
def write_medicines(*, actor: Actor, reconciliation: Reconciliation, seen: int, now: datetime) -> None:
    """Write the resident's list of medicines anew from the decisions; what it said before stays in its history.

    `seen` is the version of the list that the writer had before them; SomebodyWasFaster when it changed since.
    Where records of one person were joined it is the list of the one that is kept. NotCurrent when the letter does not
    count any more.
    """
    require_trained(actor, reconciliation.home)
    reconciliation = row_of(reconciliation)
    require_current(reconciliation.summary)
    if not reconciliation.used_at:
        raise NotComplete("The list is written anew once the new MAR chart is in use.")
    content = new_section(reconciliation)
    resident = kept_record(reconciliation.resident)
    write_sections(actor=actor, resident=resident, contents={SECTION: content}, seen={SECTION: seen}, now=now)
    note("medicines.list_written", reconciliation, actor, now, medicines=len(content["items"]))


def new_section(reconciliation: Reconciliation) -> dict:
    """The resident's medicines as they were decided; how they take them and what else is noted stays."""
    now = kept_record(reconciliation.resident).current_sections.filter(section=SECTION).first()
    kept = {name: (now.content if now else {}).get(name) or "" for name in ("how", "note")}
    given = [_row(gives, each.compared) for each in standing_of(reconciliation).lines if (gives := each.gives)]
    return {"items": given, **kept}


def _row(gives: dict, compared: dict) -> dict:
    """A medicine as a row of the list: last given as the letter says; form, route and what for as before, if silent."""
    before, after = compared["before"] or {}, compared["after"] or {}
    silent = {name: gives[name] or before.get(name, "") for name in ("form", "route", "reason")}
    often = "; ".join(filter(None, (gives["frequency"], gives["instructions"])))
    told = gives | silent | {"frequency": often, "last_given": after.get("last_given", "")}
    return {name: told[name] for name in PARTS}


def _named(clinician: Mapping[str, str]) -> dict[str, str]:
    """The clinician's name, role, organisation and number, or BadInput by field."""
    named = {name: str(clinician.get(name) or "").strip() for name in CLINICIAN}
    errors = {name: words for name, words in CLINICIAN.items() if not named[name]}
    errors |= {name: f"Use at most {LONGEST} characters." for name in named if len(named[name]) > LONGEST}
    if errors:
        raise BadInput(errors)
    return named
