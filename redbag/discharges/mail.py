"""Letters that were forwarded by mail: taken in for the home whose address it is, and settled by somebody there."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from uuid import uuid4

from django.db import IntegrityError, transaction

from redbag.discharges.files import drop_file, keep_letter
from redbag.discharges.filing import day_of, file_letter, told_of
from redbag.discharges.mail_parts import Mail, read_mail
from redbag.discharges.mailboxes import homes_at
from redbag.discharges.models import DischargeSummary, MailedLetter
from redbag.documents.joining import Part, joined
from redbag.documents.uploads import PDF, remade
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.organisations.pulse import stir
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer

LONGEST_NOTE, LONGEST_FAULT = 500, 300
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


class Outcome(StrEnum):
    KEPT = "kept"
    SEEN_BEFORE = "seen_before"
    UNKNOWN_ADDRESS = "unknown_address"
    AUTOMATIC = "automatic"


@dataclass(frozen=True)
class Taken:
    """What became of a mail, and what of it waits for somebody at the home."""

    outcome: Outcome
    letters: list[MailedLetter] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """One thing that was in a mail: a PDF made harmless, or words why there is none."""

    content: bytes = b""
    fault: str = ""


def take_mail(
    *,
    content: bytes,
    recipients: Sequence[str] = (),
    home: Organisation | None = None,
    actor: Actor | None = None,
    now: datetime,
) -> Taken:
    """Take a mail in, for `home` when somebody hands it in there, else for the homes at the addresses it went to.

    Every PDF in it waits by itself, all its photos as one PDF; what cannot be taken waits as words. The same mail again
    changes nothing. One for an unknown address, or that no person sent and that holds no letter, is dropped and counted
    in the journal; nobody is written to. Raises mail_parts.BadMail, and Busy when it can be tried again.
    """
    mail = read_mail(content)
    homes = [home] if home else homes_at(recipients or mail.to)
    if not homes:
        return _dropped(Outcome.UNKNOWN_ADDRESS, None, now)
    if mail.automatic and not (mail.files or mail.pictures):
        return _dropped(Outcome.AUTOMATIC, homes[0], now)
    if all(_knows(each, mail) for each in homes):
        return Taken(Outcome.SEEN_BEFORE)
    found = list(_harmless(mail))
    letters = [letter for each in homes for letter in _keep(each, mail, found, actor, now)]
    return Taken(Outcome.KEPT if letters else Outcome.SEEN_BEFORE, letters)


def _dropped(outcome: Outcome, home: Organisation | None, now: datetime) -> Taken:
    record("mail.dropped", None, actor=None, at=now, organisation=home, why=outcome.value)
    return Taken(outcome)


def _knows(home: Organisation, mail: Mail) -> bool:
    return MailedLetter.objects.filter(home=home, message_id=mail.message_id).exists()


def _harmless(mail: Mail) -> Iterator[Found]:
    """What the mail holds, made anew, each content once."""
    digests = set()
    for file in mail.files:
        found = _remade(file)
        digest = hashlib.sha256(file).digest()
        if digest not in digests:
            yield found
        digests.add(digest)
    if mail.pictures:
        yield _photos(mail.pictures)
    for fault in mail.faults:
        yield Found(fault=fault)


def _remade(file: bytes) -> Found:
    try:
        made = remade(file)
    except BadInput as wrong:
        return Found(fault=wrong.errors["file"])
    return Found(content=made.content if made.content_type == PDF else joined([Part(made.content, made.content_type)]))


def _photos(pictures: Sequence[bytes]) -> Found:
    parts, faults = [], []
    for picture in pictures:
        try:
            made = remade(picture)
            parts.append(Part(made.content, made.content_type))
        except BadInput as wrong:
            faults.append(wrong.errors["file"])
    return Found(content=joined(parts) if parts else b"", fault=" ".join(faults))


def _keep(home: Organisation, mail: Mail, found: list[Found], actor: Actor | None, now: datetime) -> list[MailedLetter]:
    """A row for each thing found, all or none; none when the mail came at the same time by another way."""
    made: list[tuple[str, str]] = []
    try:
        with transaction.atomic():
            letters = []
            for number, each in enumerate(found, start=1):
                pk = uuid4()
                kept = keep_letter(f"mailed/{pk}", each.content) if each.content else ("", "")
                made.append(kept)
                letters.append(_row(pk, home, mail, number, each, kept, now))
            facts = {"parts": len(letters), "without_file": sum(not each.file for each in letters)}
            record("mail.taken", letters[0], actor=actor, at=now, organisation=home, **facts)
            stir([home.pk])
            return letters
    except IntegrityError:
        _drop_all(made)
        return []
    except BaseException:
        _drop_all(made)
        raise


def _drop_all(made: list[tuple[str, str]]) -> None:
    for name, _ in made:
        if name:
            drop_file(name)


def _row(pk, home: Organisation, mail: Mail, number: int, found: Found, kept: tuple[str, str], now) -> MailedLetter:
    return MailedLetter.objects.create(
        id=pk,
        home=home,
        message_id=mail.message_id if number == 1 else f"{mail.message_id}#{number}",
        sender=mail.sender,
        subject=mail.subject,
        file=kept[0],
        file_hash=kept[1],
        fault=found.fault[:LONGEST_FAULT],
        received_at=now,
    )


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
        transaction.on_commit(partial(drop_file, letter.file))
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
