"""What a discharge summary says, checked before anything is kept; the only place that reads a hospital's document."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import structlog

from redbag.discharges.models import DischargeSummary
from redbag.documents.files import checked_size, clean_pdf
from redbag.errors import BadInput
from redbag.incoming import reading
from redbag.incoming.headings import problems, tidy
from redbag.incoming.message import Message, NotUnderstood, Person, Section

Form = DischargeSummary.Form
READ_AT_ONCE = 256 * 1024
BEGINS_WITH = {Form.FHIR_JSON: b"{", Form.FHIR_XML: b"<"}
NAMES = {Form.FHIR_JSON: "JSON", Form.FHIR_XML: "XML"}
MARKS_AND_SPACES = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
GIVEN_UP = "This could not be read here in three tries. Read the file itself."
STUMBLED = "This could not be read here. Read the file itself."

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Content:
    """Texts by heading, the file to keep, if any, and what was read in it; None while nobody has read it."""

    texts: dict[str, str]
    file: bytes | None = None
    message: Message | None = None


def checked(headings: Mapping[str, str | None] | None, file: bytes | None, form: str, *, may_be_empty: bool) -> Content:
    """What a hospital sent, tidied and cleaned, or BadInput by field. A FHIR file is read, unless it is large."""
    if form not in Form.values:
        raise BadInput({"form": f"Choose one of: {', '.join(Form.values)}."})
    if wrong := problems(headings or {}):
        raise BadInput(wrong)
    typed = tidy(headings or {})
    if form == Form.HEADINGS:
        if not typed and not may_be_empty:
            raise BadInput({"headings": "Write something under at least one heading."})
        return Content(texts=typed)
    if file is None:
        raise BadInput({"file": "Choose a file."})
    if form == Form.PDF:
        return Content(texts=typed, file=clean_pdf(file))
    _check_type(checked_size(file), Form(form))
    if len(file) > READ_AT_ONCE:
        return Content(texts=typed, file=file)
    message = read(file, form)
    return Content(texts=typed | texts_of(message), file=file, message=message)


def form_of(file: bytes) -> str:
    """What kind of file this is, by how it begins; a PDF when nothing else, which is then refused in words."""
    begins = file.lstrip(MARKS_AND_SPACES)[:1]
    return next((form for form, first in BEGINS_WITH.items() if begins == first), Form.PDF)


def read(file: bytes, form: str) -> Message:
    """What a FHIR document says. One that cannot be read, for whatever reason, says so in words, and nothing else."""
    try:
        return reading.read(file, form=form)
    except NotUnderstood as fault:
        return unread(str(fault))
    except Exception as fault:  # a file that our reader stumbles over is kept all the same
        log.error("discharge.unread", fault=type(fault).__name__)
        return unread(STUMBLED)


def unread(words: str) -> Message:
    """A document of which nothing can be said but why."""
    return Message(standard="", person=Person(), sections=(), not_understood=(words,))


def texts_of(message: Message) -> dict[str, str]:
    """The words of a document by heading; sections under one heading follow each other."""
    texts: dict[str, str] = {}
    for section in message.sections:
        name = section.slug or section.title or "Other information"
        texts[name] = f"{texts[name]}\n\n{section.text}" if name in texts else section.text
    return {name: text for name, text in texts.items() if text}


def structured_of(message: Message, files: list[dict]) -> str:
    """All that could be read beside the words, as JSON: a Message without its person, with the titles of its sections.

    `files` are the attachments as they were kept.
    """
    beside = asdict(replace(message, person=Person(), attachments=()))
    del beside["person"]
    beside["sections"] = [_without_text(section) for section in message.sections]
    return json.dumps(beside | {"attachments": files}, default=_as_text)


def person_in(identity: str) -> Person:
    """Whom the document names, or the hospital beside it; a Person without anything when nothing is kept."""
    return _person(json.loads(identity) if identity else {})


def person_meant(identity: str) -> Person:
    """Whom the hospital says it is about: as corrected by hand, else as it came."""
    said = json.loads(identity) if identity else {}
    return _person(said.get("corrected") or said)


def corrected(identity: str, person: Person) -> str:
    """The identity with what somebody at the hospital typed since; what came stays beside it."""
    said = json.loads(identity) if identity else {}
    return json.dumps(said | {"corrected": asdict(person)}, default=_as_text)


def is_a_mistake(summary: DischargeSummary) -> bool:
    """Whether the document says of itself that it was entered in error."""
    return summary.read().get("status") == "entered-in-error"


def beside(identity: str, name: str) -> str:
    """What the hospital said beside the person: home, ward or phone; empty when it said nothing."""
    return str(json.loads(identity).get(name, "")) if identity else ""


def identity_of(person: Person, **beside: str) -> str:
    """A person as JSON, with what the hospital said beside it: home, ward, phone."""
    return json.dumps(asdict(person) | {name: said for name, said in beside.items() if said}, default=_as_text)


def _person(said: dict) -> Person:
    known: dict[str, Any] = {name: said[name] for name in Person.__dataclass_fields__ if said.get(name)}
    if "date_of_birth" in known:
        known["date_of_birth"] = date.fromisoformat(known["date_of_birth"])
    known |= {name: tuple(each) for name, each in known.items() if isinstance(each, list)}
    return Person(**known)


def _check_type(file: bytes, form: Form) -> None:
    if not file.lstrip(MARKS_AND_SPACES).startswith(BEGINS_WITH[form]):
        raise BadInput({"file": f"This is not {NAMES[form]}. Send the document as it is, or as a PDF."})


def _without_text(section: Section) -> dict:
    return {name: said for name, said in asdict(section).items() if name != "text"}


def _as_text(value: date | datetime) -> str:
    return value.isoformat()
