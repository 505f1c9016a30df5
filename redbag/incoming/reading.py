"""Reads what another system sends into a Message, whatever shape and standard it came in."""

import hashlib
from typing import Any

import structlog

from redbag.incoming.about import (
    author,
    encounter_of,
    hospital,
    names_of_document,
    ods_code,
    patient_of,
    person,
    relation,
    stay,
    what_profile,
)
from redbag.incoming.allergies import read_allergies
from redbag.incoming.dates import read_time
from redbag.incoming.medicine_tables import medicines_in_tables
from redbag.incoming.medicines_coded import coded_medicines
from redbag.incoming.message import Medicine, Message, NotUnderstood
from redbag.incoming.parts import Parts, Resource, named, said_name
from redbag.incoming.plans import read_actions
from redbag.incoming.sections import Part, parts_of, shown
from redbag.incoming.trees import TOO_DEEP, first, tree_of, words
from redbag.incoming.unwrapping import Found, unwrapped

FORMS = ("fhir_json", "fhir_xml")
MOST_NOTES = 60
LONGEST_NAME = 300
MISTAKE = "The document is marked as entered by mistake. Ask the hospital before you act on it."
NOTHING_SAID = "The document has no text under any heading. Open what the hospital sent."
ONLY_A_FILE = "The letter is a PDF. Nothing in it was read: open the PDF."
NOT_FINAL = "The document is marked as not final ({status}). Ask the hospital for the final one."
STUMBLED = "Something in this file stopped us from reading it. Open what the hospital sent."

log = structlog.get_logger()


def read(file: bytes, *, form: str) -> Message:
    """What a FHIR document says; NotUnderstood, and never anything else, says for people why nothing can be read.

    `form` is fhir_json or fhir_xml, as the sender called it: what counts is what the file itself turns out to be.
    Whatever was left out, cut or contradicts itself is said in words in `not_understood`.
    """
    if form not in FORMS:
        raise NotUnderstood(f"Choose one of: {', '.join(FORMS)}.")
    notes: list[str] = []
    try:
        root = tree_of(file, notes)
        found = unwrapped(root, notes)
        return _of_document(root, found) if found.documents else _of_files(root, found)
    except RecursionError:
        raise NotUnderstood(TOO_DEEP) from None
    except NotUnderstood:
        raise
    except Exception as fault:  # whatever stands in the file, it must be kept
        log.error("document.not_read", fault=type(fault).__name__)
        raise NotUnderstood(STUMBLED) from None


def _of_document(root: Resource, found: Found) -> Message:
    notes = found.notes
    composition, parts = found.documents[0]
    patient, doubts = patient_of(composition, parts, notes)
    sections = parts_of(composition, notes)
    medicines, listed = _medicines(parts, sections, patient, notes)
    allergies, say = read_allergies(parts, sections, patient, notes)
    told = shown(sections, notes)
    if not told:
        notes.append(ONLY_A_FILE if found.files else NOTHING_SAID)
    return Message(
        standard=what_profile(root, composition),
        person=person(patient, doubts, notes),
        sections=told,
        medicines=tuple(medicines),
        medicines_listed=listed,
        allergies=tuple(allergies),
        allergies_say=say,
        actions=tuple(read_actions(parts, sections, notes)),
        attachments=tuple(found.files),
        **_outside(composition, parts, found),
        not_understood=_said(notes),
    )


def _outside(composition: Resource, parts: Parts, found: Found) -> dict[str, Any]:
    """What stands on the outside of a document: its names, its status, who wrote it where, and about which stay."""
    notes, status = found.notes, words(composition, "status")[:40]
    if status in ("entered-in-error", "preliminary"):
        notes.append(MISTAKE if status == "entered-in-error" else NOT_FINAL.format(status=status))
    organisation = hospital(composition, encounter_of(composition, parts), parts, found.around)
    this, same = names_of_document(composition, parts)
    related, to = relation(composition, parts, notes)
    return {
        "document_id": _kept(this),
        "document_set": _kept(same),
        "relation": related,
        "relates_to": _kept(to),
        "status": status,
        "title": words(composition, "title")[:200],
        "written_at": read_time(words(composition, "date"), "Written", notes),
        "author": author(composition, parts),
        "hospital_ods": ods_code(organisation),
        "hospital_name": said_name(organisation)[:200],
        **stay(composition, parts, organisation, notes),
    }


def _of_files(root: Resource, found: Found) -> Message:
    """A letter that is nothing but a PDF, with whom it is about where the message says so."""
    parts = next((one for one in found.around if one.of_kind("Patient")), Parts({}, found.notes))
    reference = next(iter(parts.of_kind("DocumentReference")), {})
    patient, doubts = patient_of(reference, parts, found.notes)
    organisation = hospital(reference, {}, parts, found.around)
    found.notes.append(ONLY_A_FILE)
    return Message(
        standard=what_profile(root, reference),
        person=person(patient, doubts, found.notes),
        sections=(),
        attachments=tuple(found.files),
        document_id=_kept(named(first(reference, "masterIdentifier")) or named(first(reference, "identifier"))),
        status=words(reference, "status")[:40],
        title=(words(reference, "description") or found.files[0].title)[:200],
        written_at=read_time(words(reference, "date") or words(reference, "indexed"), "Written", found.notes),
        author=author(reference, parts),
        hospital_ods=ods_code(organisation),
        hospital_name=said_name(organisation)[:200],
        not_understood=_said(found.notes),
    )


def _medicines(parts: Parts, sections: list[Part], patient: Resource, notes: list[str]) -> tuple[list[Medicine], bool]:
    """The coded medicines; only where there are none, those of a table in the text."""
    coded, listed = coded_medicines(parts, sections, patient, notes)
    if coded:
        return coded, True
    from_text = medicines_in_tables(sections, notes)
    return from_text, listed or bool(from_text)


def _kept(name: str) -> str:
    """A name as long as we keep them; of a longer one its beginning and its fingerprint."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:200]}#{hashlib.sha256(name.encode()).hexdigest()}"


def _said(notes: list[str]) -> tuple[str, ...]:
    """Each note once, not more of them than somebody would read."""
    once = list(dict.fromkeys(notes))
    if len(once) > MOST_NOTES:
        once = [*once[: MOST_NOTES - 1], "More in it could not be read. Open what the hospital sent."]
    return tuple(once)
