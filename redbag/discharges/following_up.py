"""What must be done after a stay: taken from the letter when it is sent, then kept by the home until it is done."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from redbag.discharges.asking import asked_for
from redbag.discharges.medicine_words import for_who_is_trained
from redbag.discharges.models import DischargeSummary, FollowUp, FollowUps
from redbag.discharges.plain import why_urgent
from redbag.discharges.same_tasks import MOST, each_once, newest_of_each, of_replaced, real_tasks, same_words
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.transfers.death_models import about_who_lives_here

LONGEST_TEXT, LONGEST_WHO, LONGEST_NOTE = 2000, 150, 1000
MOST_ASKED = 1000
State = DischargeSummary.State
NOT_TRAINED = (
    "This is about giving, stopping or changing a medicine. Only somebody at the home who is trained in medicines"
    " can say that it is done. Ask one of them."
)


class NotDone(Refused):
    code = "not_done"


class NotTrained(Refused):
    code = "not_trained"


def begin_follow_ups(summary: DischargeSummary) -> list[FollowUp]:
    """Write down what a letter asks for, and why it may not wait, in the transaction that sends it.

    Called twice for one letter it adds nothing.
    """
    summary.urgent_for = why_urgent(summary)
    summary.save(update_fields=["urgent_for"])
    if summary.follow_ups.exists():
        return []
    asked = asked_for(summary.read(), summary.texts(), left_on=left_on(summary))[:MOST_ASKED]
    rows = [
        FollowUp(
            summary=summary,
            position=place,
            text=each.text,
            owner=each.owner,
            owner_text=each.owner_text[:LONGEST_WHO],
            due_on=each.due_on,
        )
        for place, each in enumerate(asked)
    ]
    return FollowUp.objects.bulk_create(rows)


def left_on(summary: DischargeSummary) -> date | None:
    """From which day *in two weeks* counts: when they left, else the day of the letter; None when neither is known."""
    if summary.discharged_at is not None:
        return timezone.localdate(summary.discharged_at)
    if summary.dated_on is not None:
        return summary.dated_on
    if summary.source != DischargeSummary.Source.HOSPITAL:
        return None
    return timezone.localdate(summary.sent_at or summary.written_at)


@transaction.atomic
def add_follow_up(
    *,
    actor: Actor,
    summary: DischargeSummary,
    text: str,
    owner: str,
    owner_text: str,
    due_on: date | None,
    now: datetime,
) -> FollowUp:
    """Write down something more to do after this stay. BadInput by field."""
    require(actor, Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id)
    text = _checked(owner, owner_text, text)
    DischargeSummary.objects.select_for_update(of=("self",)).get(pk=summary.pk)
    last = summary.follow_ups.aggregate(last=Max("position"))["last"]
    if last is not None and last >= 2 * MOST:
        raise BadInput({"text": "There are too many things to do on this letter. Do some of them first."})
    follow_up = FollowUp.objects.create(
        summary=summary,
        position=0 if last is None else last + 1,
        text=text,
        owner=owner,
        owner_text=owner_text.strip(),
        due_on=due_on,
        from_letter=False,
        changed_at=now,
        changed_by_name=actor.name,
    )
    _record("follow_up.added", follow_up, actor, now, {"text": text})
    return follow_up


@transaction.atomic
def change_follow_up(
    *, actor: Actor, follow_up: FollowUp, owner: str, owner_text: str, due_on: date | None, now: datetime
) -> FollowUp:
    """Say who does it and by when; its words stay those of the letter. BadInput by field."""
    follow_up = _locked(actor, follow_up)
    _checked(owner, owner_text, None)
    if (follow_up.owner, follow_up.owner_text, follow_up.due_on) == (owner, owner_text.strip(), due_on):
        return follow_up
    follow_up.owner, follow_up.owner_text, follow_up.due_on = owner, owner_text.strip(), due_on
    follow_up.changed_at, follow_up.changed_by_name = now, actor.name
    follow_up.save(update_fields=["owner", "owner_text", "due_on", "changed_at", "changed_by_name"])
    due = due_on.isoformat() if due_on else None
    _record("follow_up.changed", follow_up, actor, now, {"owner": owner_text.strip()}, owner=owner, due_on=due)
    return follow_up


@transaction.atomic
def finish_follow_up(*, actor: Actor, follow_up: FollowUp, note: str, now: datetime) -> FollowUp:
    """Say that it is done, with what came of it; the first one stays. NotTrained where only a trained person may.

    What letters that it replaced asked for in the same words is done with it.
    """
    follow_up, note = _locked(actor, follow_up), _noted(note, "note")
    if follow_up.done_at is not None:
        return follow_up
    if not may_finish(actor, follow_up):
        raise NotTrained(NOT_TRAINED)
    for each in [follow_up, *_same_before(follow_up)]:
        _finish(actor, each, note, now)
    return follow_up


def may_finish(actor: Actor, follow_up: FollowUp) -> bool:
    """Whether the actor may say that it is done: of medicines only a person whom the home knows as trained in them."""
    return actor.trained_at(follow_up.summary.home_id) or not for_who_is_trained(follow_up.text)


def _finish(actor: Actor, follow_up: FollowUp, note: str, now: datetime) -> None:
    follow_up.done_at, follow_up.done_by, follow_up.done_by_name = now, actor.user, actor.name
    follow_up.done_note = note
    follow_up.save(update_fields=["done_at", "done_by", "done_by_name", "done_note"])
    _record("follow_up.done", follow_up, actor, now, {"note": note})


@transaction.atomic
def undo_follow_up(*, actor: Actor, follow_up: FollowUp, why: str, now: datetime) -> FollowUp:
    """It is not done after all: it waits again, and says why and who said so. NotDone when nobody had done it."""
    follow_up, why = _locked(actor, follow_up), _noted(why, "why")
    if not why:
        raise BadInput({"why": "Say why it is not done after all."})
    if follow_up.done_at is None:
        raise NotDone("Nobody has said that this is done.")
    before = follow_up.done_by_name
    follow_up.done_at, follow_up.done_by, follow_up.done_by_name = None, None, ""
    follow_up.done_note, follow_up.changed_at, follow_up.changed_by_name = why, now, actor.name
    fields = ["done_at", "done_by", "done_by_name", "done_note", "changed_at", "changed_by_name"]
    follow_up.save(update_fields=fields)
    _record("follow_up.undone", follow_up, actor, now, {"why": why, "done_by": before})
    return follow_up


def still_to_do(summary: DischargeSummary) -> Sequence[FollowUp]:
    """What replaced letters of the same stay asked for and nobody has done, the newest letter first.

    Where no journey is known: of the same hospital about the same person. What this letter asks for in the same words
    is not said twice.
    """
    said = {same_words(each.text) for each in summary.follow_ups.all()}
    return each_once(of_replaced(summary), said)


def _same_before(follow_up: FollowUp) -> list[FollowUp]:
    """The same words in letters that were replaced, where this one is of a letter that counts."""
    if follow_up.summary.state != State.SENT:
        return []
    words = same_words(follow_up.text)
    found = [each.pk for each in of_replaced(follow_up.summary) if same_words(each.text) == words]
    return list(FollowUp.objects.select_for_update(of=("self",)).select_related("summary").filter(pk__in=found))


def waiting_for(rows: FollowUps, *, until: date | None = None) -> Sequence[FollowUp]:
    """Those of these that nobody has done (and that are due by a day), the longest due first; at most 200.

    Nobody is asked about somebody who died or has left.
    """
    waiting = about_who_lives_here(rows.waiting(), "summary__")
    if until is not None:
        waiting = waiting.filter(due_on__lte=until)
    waiting = waiting.select_related("summary__resident", "summary__organisation")
    found = waiting.order_by(F("due_on").asc(nulls_last=True), "summary__sent_at", "position")[: 2 * MOST]
    return newest_of_each(real_tasks(found))


def _locked(actor: Actor, follow_up: FollowUp) -> FollowUp:
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("summary")
    follow_up = rows.get(pk=follow_up.pk)
    require(actor, Permission.ACKNOWLEDGE_DISCHARGE, follow_up.summary.home_id)
    return follow_up


def _checked(owner: str, owner_text: str, text: str | None) -> str:
    errors = {}
    if text is not None and not 0 < len(text.strip()) <= LONGEST_TEXT:
        errors["text"] = f"Say what is to be done, in at most {LONGEST_TEXT:,} characters."
    if owner not in FollowUp.Owner.values:
        errors["owner"] = f"Choose one of: {', '.join(FollowUp.Owner.values)}."
    if len(owner_text.strip()) > LONGEST_WHO:
        errors["owner_text"] = f"Use at most {LONGEST_WHO} characters."
    if errors:
        raise BadInput(errors)
    return (text or "").strip()


def _noted(words: str, field: str) -> str:
    if len(words.strip()) > LONGEST_NOTE:
        raise BadInput({field: f"Use at most {LONGEST_NOTE:,} characters."})
    return words.strip()


def _record(
    action: str, follow_up: FollowUp, actor: Actor, now: datetime, personal: dict[str, str], **facts: object
) -> None:
    summary = follow_up.summary
    record(
        action,
        follow_up,
        actor=actor,
        at=now,
        organisation=summary.home_id,
        resident=summary.resident_id,
        personal={name: words for name, words in personal.items() if words} or None,
        discharge_summary=summary.pk,
        transfer=summary.transfer_id,
        **facts,
    )
