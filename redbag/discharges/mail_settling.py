"""Somebody looks at a letter that came by mail: it is filed with whose it is, or put aside with a reason."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import transaction

from redbag.discharges.files import drop_file
from redbag.discharges.filing import day_of, file_letter, told_of
from redbag.discharges.models import DischargeSummary, MailedLetter
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.pulse import stir
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer

LONGEST_NOTE = 500
REASONS = {
    "not_ours": "It is about somebody who does not live here",
    "not_a_letter": "It is not a letter from a hospital",
    "have_it": "We have this letter already",
    "unreadable": "It cannot be read: we asked for it again",
}


class MailSettled(Refused):
    code = "mail_settled"


class NoLetterInside(Refused):
    code = "no_letter_inside"


@transaction.atomic
def file_mailed(
    *,
    actor: Actor,
    letter: MailedLetter,
    resident: Resident,
    transfer: Transfer | None,
    values: Mapping,
    now: datetime,
) -> DischargeSummary:
    """Somebody looked at it and says whose it is: it is filed with that resident, marked as come by mail.

    `values` as `filing.told_of` reads them. BadInput by field; NoLetterInside without a file, MailSettled when done.
    """
    require(actor, Permission.COPY_LETTERS, letter.home_id)
    if resident.home_id != letter.home_id:
        raise NotAllowed("That resident lives at another home.")
    if transfer is not None and transfer.resident_id != resident.pk:
        raise NotAllowed("That journey is another resident's.")
    told = told_of(values, today=day_of(now))
    letter = _locked(letter)
    if not letter.file:
        raise NoLetterInside("There is no letter inside to file. Open the mail in NHSmail.")
    letter.summary = file_letter(
        actor=actor,
        resident=resident,
        transfer=transfer,
        source=DischargeSummary.Source.MAILED,
        kept=(letter.file, letter.file_hash),
        told=told,
        now=now,
    )
    _settle(letter, actor, "", now)
    return letter.summary


@transaction.atomic
def put_aside(*, actor: Actor, letter: MailedLetter, reason: str, note: str, now: datetime) -> MailedLetter:
    """It is nobody's here, or no letter: its file is deleted, the mail itself stays in the mailbox it came from.

    That it was somebody else's is in the journal as a data incident, without what it says. BadInput without a reason.
    """
    require(actor, Permission.COPY_LETTERS, letter.home_id)
    if reason not in REASONS:
        raise BadInput({"reason": "Say why: choose one."})
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE:
        raise BadInput({"note": f"Use at most {LONGEST_NOTE} characters."})
    letter = _locked(letter)
    if letter.file:
        transaction.on_commit(partial(drop_file, letter.file), robust=True)
    letter.file = ""
    _settle(letter, actor, ". ".join(filter(None, (REASONS[reason], note))), now)
    record(
        "mail.put_aside",
        letter,
        actor=actor,
        at=now,
        organisation=letter.home_id,
        why=reason,
        data_incident=reason == "not_ours",
    )
    return letter


def _locked(letter: MailedLetter) -> MailedLetter:
    letter = MailedLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if letter.settled_at:
        raise MailSettled(f"{letter.settled_by_name} has dealt with this letter already.")
    return letter


def _settle(letter: MailedLetter, actor: Actor, note: str, now: datetime) -> None:
    letter.settled_at, letter.settled_by_name, letter.settled_note = now, actor.name, note
    letter.save(update_fields=["settled_at", "settled_by_name", "settled_note", "summary", "file"])
    stir([letter.home_id])
