"""Somebody did what they were reminded of; a manager sets by when and in which hours anybody is."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from redbag.deliveries.phones import reach_person
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.actions import keep_house_rules, rules_of
from redbag.organisations.models import HouseRules, Organisation
from redbag.reminders.clocks import BY_NAME, LONGEST, SETTABLE, SHORTEST, minutes_of
from redbag.reminders.models import Reminder

LONGEST_NOTE = 1000
AGAIN = ":again"


class OwnPage(Refused):
    code = "done_on_its_own_page"


@transaction.atomic
def finish_reminder(*, actor: Actor, reminder: Reminder, note: str, now: datetime) -> Reminder:
    """Say that it is done, and perhaps what came of it; the first one stays.

    While nothing has moved, the same is asked again after as long. OwnPage for what only doing it can settle.
    """
    require(actor, Permission.MOVE_BAGS, reminder.organisation_id)
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise BadInput({"note": f"Use at most {LONGEST_NOTE} characters."})
    clock = BY_NAME[reminder.kind]
    if not clock.by_hand:
        raise OwnPage(f"This settles itself: {clock.do}")
    if clock.note_asked and not note:
        raise BadInput({"note": f"Say it in a few words: {clock.note_asked.lower()}."})
    done = {"done_at": now, "done_by": actor.user, "done_by_name": actor.name, "done_note": note}
    if Reminder.objects.open().filter(pk=reminder.pk).update(**done):
        if clock.again:
            _ask_again(reminder, now)
        record(
            "reminder.done",
            reminder,
            actor=actor,
            at=now,
            organisation=reminder.organisation_id,
            resident=reminder.transfer and reminder.transfer.resident_id,
            kind=reminder.kind,
            transfer=reminder.transfer_id,
            personal={"note": note} if note else None,
        )
    return Reminder.objects.select_related("organisation").get(pk=reminder.pk)


def _ask_again(reminder: Reminder, now: datetime) -> None:
    minutes = minutes_of(BY_NAME[reminder.kind], rules_of(reminder.organisation).clocks)
    Reminder.objects.create(
        organisation_id=reminder.organisation_id,
        key=f"{reminder.kind}:{reminder.subject}:{reminder.pk}{AGAIN}",
        kind=reminder.kind,
        subject=reminder.subject,
        transfer_id=reminder.transfer_id,
        bag_id=reminder.bag_id,
        wakes=reminder.wakes,
        since=reminder.since,
        made_at=now,
        due_at=now + timedelta(minutes=minutes),
    )


@transaction.atomic
def set_house_rules(
    *, actor: Actor, organisation: Organisation, values: Mapping[str, Any], now: datetime
) -> HouseRules:
    """Keep what an organisation asks of a hand-over, its due times, its quiet hours and the named person.

    `values` holds signature_asked, seal_asked, clocks (minutes by name; what is not named is as usual), quiet_from,
    quiet_until (times or None) and escalate_to (a person who works there, or None). What waits and was not told yet is
    due by the new times. BadInput by field.
    """
    require(actor, Permission.SET_HOUSE_RULES, organisation)
    errors = _clock_errors(values["clocks"]) | _quiet_errors(values["quiet_from"], values["quiet_until"])
    errors |= _person_errors(organisation, values["escalate_to"])
    if errors:
        raise BadInput(errors)
    usual = {clock.name: clock.minutes for clock in SETTABLE}
    own = {name: minutes for name, minutes in values["clocks"].items() if minutes != usual[name]}
    rules = keep_house_rules(actor=actor, organisation=organisation, values={**values, "clocks": own}, now=now)
    for clock in SETTABLE:
        wait = timedelta(minutes=minutes_of(clock, own))
        waiting = Reminder.objects.open().filter(organisation=organisation, kind=clock.name, told_at=None)
        waiting.exclude(key__endswith=AGAIN).update(due_at=F("since") + wait)
        waiting.filter(key__endswith=AGAIN).update(due_at=F("made_at") + wait)
    if rules.escalate_to is not None:
        reach_person(organisation=organisation, person=rules.escalate_to, now=now)
    return rules


def _clock_errors(clocks: Mapping[str, Any]) -> dict[str, str]:
    errors = {}
    known = {clock.name for clock in SETTABLE}
    for name, minutes in clocks.items():
        if name not in known:
            errors[f"clocks.{name}"] = f"Choose any of: {', '.join(sorted(known))}."
        elif not isinstance(minutes, int) or isinstance(minutes, bool) or not SHORTEST <= minutes <= LONGEST:
            errors[f"clocks.{name}"] = "Enter a time between 5 minutes and 60 days."
    return errors


def _quiet_errors(begin: time | None, end: time | None) -> dict[str, str]:
    if (begin is None) != (end is None):
        return {"quiet_until" if end is None else "quiet_from": "Enter both times, or leave both empty."}
    if begin is not None and begin == end:
        return {"quiet_until": "Quiet hours must end at another time than they begin."}
    return {}


def _person_errors(organisation: Organisation, person: UUID | None) -> dict[str, str]:
    here = organisation.memberships.filter(ended_at=None, user=person, user__is_active=True)
    if person is not None and not here.exists():
        return {"escalate_to": "Choose somebody who works here."}
    return {}
