"""Puts what a hospital sent into the row of its summary: the words, the file, and all that could be read."""

import json
from dataclasses import replace
from uuid import uuid4

from redbag.discharges.content import Content, identity_of, structured_of, texts_of
from redbag.discharges.files import keep_letter
from redbag.discharges.matching import two_people
from redbag.discharges.models import DischargeSummary
from redbag.documents.files import clean_pdf
from redbag.errors import BadInput
from redbag.incoming.about import NO_PATIENT
from redbag.incoming.message import Attachment, Message, Person

PDF = "application/pdf"
KEPT = ("headings", "file", "file_hash")
READ = ("headings", "identity", "structured", "relation", "document_id", "document_set", "discharged_at")
LONGEST_ID = 300
TWO_PEOPLE = "What was sent beside the document names somebody else than the document."


def keep(summary: DischargeSummary, content: Content) -> None:
    """Write the texts and keep the file; the caller saves `KEPT`, and `READ` too."""
    summary.headings = json.dumps(content.texts) if content.texts else ""
    summary.file, summary.file_hash, summary.discharged_at = "", "", None
    summary.identity, summary.structured, summary.document_id, summary.document_set = "", "", "", ""
    if content.file is not None:
        summary.file, summary.file_hash = keep_letter(f"discharges/{uuid4()}", content.file)
    if content.message is not None:
        keep_read(summary, content.message, stated=Person())


def keep_read(summary: DischargeSummary, message: Message, *, stated: Person, **beside: str) -> None:
    """Write what was read of a document; the caller saves `READ`.

    `stated` is whom the hospital named beside it, which fills what the document leaves out.
    """
    texts = summary.texts() | texts_of(message)
    summary.headings = json.dumps(texts) if texts else ""
    message, files = _kept_attachments(message)
    summary.identity = identity_of(
        of_both(message.person, stated), **{"ward": message.ward, "phone": message.phone} | beside
    )
    summary.structured = structured_of(message, files)
    summary.relation = message.relation or summary.relation
    summary.document_id = message.document_id[:LONGEST_ID]
    summary.document_set = message.document_set[:LONGEST_ID]
    summary.discharged_at = message.discharged_at


def of_both(read: Person, stated: Person) -> Person:
    """Whom the document names, completed by what was said beside it; in doubt when they are not one person.

    To name nobody is no doubt.
    """
    doubts = tuple(each for each in read.doubts if each != NO_PATIENT)
    doubts = (*doubts, TWO_PEOPLE) if two_people(read, stated) else doubts
    named = bool(read.given or read.family)
    return replace(
        read,
        nhs_number=read.nhs_number or ("" if doubts else stated.nhs_number),
        date_of_birth=read.date_of_birth or stated.date_of_birth,
        given=read.given if named else stated.given,
        family=read.family if named else stated.family,
        doubts=doubts,
    )


def _kept_attachments(message: Message) -> tuple[Message, list[dict]]:
    """PDFs inside a document, cleaned and kept by themselves; what cannot be is said, it stays in the whole file."""
    files, faults = [], []
    for number, each in enumerate(message.attachments, start=1):
        name = each.title or f"Attachment {number}"
        try:
            files.append(_kept_pdf(each, name))
        except BadInput:
            faults.append(f"{name} could not be opened here. It is inside the file that came.")
    return replace(message, attachments=(), not_understood=(*message.not_understood, *faults)), files


def _kept_pdf(attachment: Attachment, name: str) -> dict:
    file, digest = keep_letter(f"discharges/{uuid4()}", clean_pdf(attachment.content))
    return {"title": name, "content_type": PDF, "file": file, "hash": digest}
