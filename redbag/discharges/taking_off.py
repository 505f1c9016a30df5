"""A letter that the home filed with the wrong resident is taken off, and goes on to whose it is, or is gone."""

from datetime import datetime
from functools import partial

from django.db import transaction

from redbag.deliveries.withdrawing import take_back
from redbag.discharges.copying import NotACopy, copy_of
from redbag.discharges.files import all_or_nothing, drop_file, file_of
from redbag.discharges.models import DischargeSummary, FollowUp, LetterCopy, MailedLetter
from redbag.discharges.sending import tell_home
from redbag.errors import NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.models import Resident
from redbag.rows import everything

State, Source, Relation = DischargeSummary.State, DischargeSummary.Source, DischargeSummary.Relation
SOMEBODY_ELSES = "It was somebody else's letter"


class NotInUse(Refused):
    code = "not_in_use"


def was_taken_off(summary: DischargeSummary) -> bool:
    """Whether the home said of a letter that it had filed itself that it was somebody else's."""
    return summary.taken_off


def may_be_taken_off(summary: DischargeSummary) -> None:
    """Raise NotACopy for what a hospital sent, NotInUse for what is not in use any more."""
    if summary.source == Source.HOSPITAL:
        raise NotACopy("The hospital sent this one itself. Ring them: it is theirs to put right.")
    if summary.state != State.SENT:
        raise NotInUse("This letter is not in use any more.")


@everything()
def take_off(
    *, actor: Actor, summary: DischargeSummary, belongs_to: Resident | None, now: datetime
) -> LetterCopy | None:
    """The letter was somebody else's: nobody works from it any more, and no word of it stays with this resident.

    With `belongs_to`, another resident of the home, its pages wait by themselves to be filed there, where whose they
    are is asked again; without, they are gone, and the journal keeps a data incident. What was taken from it to do is
    closed; the copy whose place it had taken counts again. What stays is what the home said itself: which hospital and
    what date, who filed it, opened it and took it on, what they did about it, and who had forwarded it.
    NotACopy of what a hospital sent, NotInUse of what is not in use any more.
    """
    require(actor, Permission.COPY_LETTERS, summary.home_id)
    if belongs_to is not None and (belongs_to.home_id != summary.home_id or belongs_to.pk == summary.resident_id):
        raise NotAllowed("Choose another resident of the same home.")
    may_be_taken_off(summary)
    letter = file_of(summary) if belongs_to is not None else b""
    with all_or_nothing():
        summary = _locked(summary, belongs_to)
        copy = None
        if belongs_to is not None:
            copy = copy_of(actor=actor, resident=belongs_to, letter=letter, now=now)
        transaction.on_commit(partial(drop_file, summary.file), robust=True)
        empty(summary, actor, now)
        again = count_again(summary)
        take_back(summary.pk, by=actor.name, note=SOMEBODY_ELSES, now=now)
        tell_home(summary, replaces=True, now=now)
        if again is not None:
            tell_home(again, replaces=False, now=now)
        _record(summary, belongs_to, again, actor, now)
    return copy


def _locked(summary: DischargeSummary, belongs_to: Resident | None) -> DischargeSummary:
    """The letter, locked after whom it is about: the order in which letters are sent and filed."""
    people = [summary.resident_id, *([belongs_to.pk] if belongs_to else [])]
    list(Resident.objects.select_for_update().filter(pk__in=people).order_by("pk"))
    summary = DischargeSummary.objects.select_for_update(of=("self",)).get(pk=summary.pk)
    may_be_taken_off(summary)
    return summary


def empty(summary: DischargeSummary, actor: Actor, now: datetime) -> None:
    """No word of a letter stays; what was taken from it to do is closed. Its file is for the caller to drop."""
    summary.state, summary.settled_at, summary.settled_by_name = State.SUPERSEDED, now, actor.name
    summary.settled_note, summary.file, summary.headings, summary.structured = SOMEBODY_ELSES, "", "", ""
    summary.urgent_for = []
    summary.save()
    asked = FollowUp.objects.filter(summary=summary)
    asked.filter(done_at=None).update(
        done_at=now, done_by=actor.user, done_by_name=actor.name, done_note=SOMEBODY_ELSES
    )
    asked.filter(from_letter=True).update(text=SOMEBODY_ELSES)
    MailedLetter.objects.filter(summary=summary).update(file="", subject="")


def count_again(summary: DischargeSummary) -> DischargeSummary | None:
    """The copy whose place the letter had taken, in use again, where nothing else took its place."""
    if summary.relation != Relation.REPLACES or summary.follows_id is None:
        return None
    others = DischargeSummary.objects.filter(follows=summary.follows_id, relation=Relation.REPLACES)
    rows = DischargeSummary.objects.filter(pk=summary.follows_id, state=State.SUPERSEDED, settled_at=None)
    if others.exclude(pk=summary.pk).filter(state=State.SENT).exists() or not rows.update(state=State.SENT):
        return None
    return DischargeSummary.objects.get(pk=summary.follows_id)


def _record(
    summary: DischargeSummary, belongs_to: Resident | None, again: DischargeSummary | None, actor: Actor, now: datetime
) -> None:
    record(
        "letter.taken_off",
        summary,
        actor=actor,
        at=now,
        organisation=summary.home_id,
        resident=summary.resident_id,
        moved=belongs_to is not None,
        data_incident=belongs_to is None,
        counts_again=again and again.pk,
    )
