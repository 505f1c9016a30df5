"""Letters that were forwarded by mail: taken in for the home whose address it is, and settled by somebody there."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from django.db import IntegrityError

from redbag.discharges.files import all_or_nothing, keep_letter
from redbag.discharges.mail_parts import BadMail, Mail, only_its_head, read_mail
from redbag.discharges.mailboxes import homes_at
from redbag.discharges.models import MailedLetter
from redbag.documents.joining import Part, joined
from redbag.documents.uploads import PDF, remade
from redbag.errors import BadInput
from redbag.journal.recording import record
from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation
from redbag.organisations.pulse import stir

LONGEST_FAULT = 300
FAILED = "Open the mail in NHSmail, and forward what is in it in two or more mails."


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
    in the journal; nobody is written to. One that cannot be taken apart waits as words at the homes it went to. Raises
    mail_parts.BadMail when it went to none, or was handed in, and Busy when it can be tried again.
    """
    try:
        mail = read_mail(content)
    except BadMail as wrong:
        if home is None and (told := say_it_failed(content=content, words=str(wrong), recipients=recipients, now=now)):
            return told
        raise
    homes = [home] if home else homes_at(recipients or mail.to)
    if not homes:
        return _dropped(Outcome.UNKNOWN_ADDRESS, None, now)
    if mail.automatic and not (mail.files or mail.pictures):
        return _dropped(Outcome.AUTOMATIC, homes[0], now)
    if all(_knows(each, mail) for each in homes):
        return _dropped(Outcome.SEEN_BEFORE, homes[0], now)
    found = list(_harmless(mail))
    letters = [letter for each in homes for letter in _keep(each, mail, found, actor, now)]
    return Taken(Outcome.KEPT, letters) if letters else _dropped(Outcome.SEEN_BEFORE, homes[0], now)


def say_it_failed(*, content: bytes, words: str, recipients: Sequence[str] = (), now: datetime) -> Taken | None:
    """Tell the homes a mail went to, in words, that nothing of it could be taken; None when it went to no home."""
    try:
        mail = only_its_head(content, fault=f"{words} {FAILED}")
    except BadMail:
        return None
    found = [Found(fault=each) for each in mail.faults]
    homes = homes_at(recipients or mail.to)
    letters = [letter for each in homes for letter in _keep(each, mail, found, None, now)]
    return Taken(Outcome.KEPT if letters else Outcome.SEEN_BEFORE, letters) if homes else None


def _dropped(outcome: Outcome, home: Organisation | None, now: datetime) -> Taken:
    record("mail.dropped", None, actor=None, at=now, organisation=home, why=outcome.value)
    return Taken(outcome)


def _knows(home: Organisation, mail: Mail) -> bool:
    return MailedLetter.objects.filter(home=home, message_id=mail.message_id).exists()


def _harmless(mail: Mail) -> Iterator[Found]:
    """What the mail holds, made anew, each content once."""
    digests = set()
    for file in mail.files:
        digest = hashlib.sha256(file).digest()
        if digest not in digests:
            digests.add(digest)
            yield _remade(file)
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
    try:
        with all_or_nothing():
            letters = []
            for number, each in enumerate(found, start=1):
                pk = uuid4()
                kept = keep_letter(f"mailed/{pk}", each.content) if each.content else ("", "")
                letters.append(_row(pk, home, mail, number, each, kept, now))
            without = sum(not each.file for each in letters)
            record(
                "mail.taken",
                letters[0],
                actor=actor,
                at=now,
                organisation=home,
                parts=len(letters),
                without_file=without,
            )
            stir([home.pk])
            return letters
    except IntegrityError:
        if not _knows(home, mail):
            raise
        return []


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
