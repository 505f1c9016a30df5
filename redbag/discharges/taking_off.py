"""A letter that the home filed with the wrong resident is taken off, and goes on to whose it is, or is gone."""

from datetime import datetime
from functools import partial

from django.db import transaction

from redbag.deliveries.actions import post_to_inbox
from redbag.discharges.copy_pages import put_in
from redbag.discharges.copying import NotACopy, begin_copy
from redbag.discharges.files import drop_file, file_of
from redbag.discharges.models import DischargeSummary, FollowUp, LetterCopy
from redbag.errors import NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.models import Resident

State, Source = DischargeSummary.State, DischargeSummary.Source
SOMEBODY_ELSES = "It was somebody else's letter"


class NotInUse(Refused):
    code = "not_in_use"


def was_taken_off(summary: DischargeSummary) -> bool:
    """Whether the home said of a letter that it had filed itself that it was somebody else's."""
    return summary.source != Source.HOSPITAL and summary.settled_at is not None


def may_be_taken_off(summary: DischargeSummary) -> None:
    """Raise NotACopy for what a hospital sent, NotInUse for what is not in use any more."""
    if summary.source == Source.HOSPITAL:
        raise NotACopy("The hospital sent this one itself. Ring them: it is theirs to put right.")
    if summary.state != State.SENT:
        raise NotInUse("This letter is not in use any more.")


@transaction.atomic
def take_off(
    *, actor: Actor, summary: DischargeSummary, belongs_to: Resident | None, now: datetime
) -> LetterCopy | None:
    """The letter was somebody else's: nobody works from it any more, and nothing it says stays with this resident.

    With `belongs_to`, another resident of the home, its pages wait to be filed there, where whose they are is asked
    again; without, they are gone, and the journal keeps a data incident. What was taken from it to do is closed.
    NotACopy of what a hospital sent, NotInUse of what is not in use any more.
    """
    require(actor, Permission.COPY_LETTERS, summary.home_id)
    if belongs_to is not None and (belongs_to.home_id != summary.home_id or belongs_to.pk == summary.resident_id):
        raise NotAllowed("Choose another resident of the same home.")
    summary = DischargeSummary.objects.select_for_update(of=("self",)).get(pk=summary.pk)
    may_be_taken_off(summary)
    copy = None
    if belongs_to is not None:
        copy = begin_copy(actor=actor, resident=belongs_to, now=now)
        put_in(copy, file_of(summary), now=now)
    _empty(summary, actor, now)
    _tell(summary, actor, belongs_to, now)
    return copy


def _empty(summary: DischargeSummary, actor: Actor, now: datetime) -> None:
    transaction.on_commit(partial(drop_file, summary.file))
    summary.state, summary.settled_at, summary.settled_by_name = State.SUPERSEDED, now, actor.name
    summary.settled_note, summary.file, summary.headings, summary.structured = SOMEBODY_ELSES, "", "", ""
    summary.save()
    open_still = FollowUp.objects.filter(summary=summary, done_at=None)
    open_still.update(done_at=now, done_by=actor.user, done_by_name=actor.name, done_note=SOMEBODY_ELSES)


def _tell(summary: DischargeSummary, actor: Actor, belongs_to: Resident | None, now: datetime) -> None:
    post_to_inbox(
        organisation=summary.home_id,
        type="discharge_summary.replaced",
        subject_id=summary.pk,
        path=f"/api/v1/discharge-summaries/{summary.pk}",
        ids={
            "discharge_summary": str(summary.pk),
            "transfer": str(summary.transfer_id) if summary.transfer_id else None,
            "version": summary.version,
        },
        now=now,
    )
    record(
        "letter.taken_off",
        summary,
        actor=actor,
        at=now,
        organisation=summary.home_id,
        resident=summary.resident_id,
        moved=belongs_to is not None,
        data_incident=belongs_to is None,
    )
