"""What a FHIR server is given: a DocumentReference, and for a discharge summary the whole document inside it.

Decision 0015 says why this channel alone carries a person's data.
"""

import base64
import hashlib
import json

from django.conf import settings

from redbag.deliveries.models import Letter

SNOMED = "http://snomed.info/sct"
DISCHARGE_SUMMARY = {"coding": [{"system": SNOMED, "code": "373942005", "display": "Discharge summary"}]}
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
URI = "urn:ietf:rfc:3986"
TAKEN_BACK = "taken_back"
SAID_OF_IT = "It was somebody else's letter. Do not use it"


def document_reference(letter: Letter, *, description: str) -> dict:
    """The R4 DocumentReference of a letter. Its document, where it has one, is in it besides the address.

    It names the patient by NHS number where the document does, and the reference that went before it. Once its subject
    was taken back it is entered in error, names nobody, and takes the place of every reference to that.
    """
    taken_back = _taken_back(letter)
    wrong = bool(taken_back) or TAKEN_BACK in letter.ids
    reference: dict = {
        "resourceType": "DocumentReference",
        "masterIdentifier": {"system": URI, "value": own_id(letter)},
        "status": "entered-in-error" if wrong else "current",
        "date": letter.written_at.isoformat(),
        "description": SAID_OF_IT if wrong else description,
        "content": [{"attachment": {"contentType": "application/json", "url": f"{settings.PUBLIC_URL}{letter.path}"}}],
    }
    if letter.type.startswith("discharge_summary."):
        reference["type"] = DISCHARGE_SUMMARY
        if taken_back:
            reference["relatesTo"] = [{"code": "replaces", "target": _target(each)} for each in taken_back]
        elif before := _before(letter):
            by_type = "replaces" if letter.type == "discharge_summary.replaced" else "appends"
            code = letter.ids.get("relation") or by_type
            reference["relatesTo"] = [{"code": code, "target": _target(before)}]
    if letter.document and not wrong:
        reference["content"].append({"attachment": _attachment(letter.document)})
        reference |= _from_document(json.loads(letter.document))
    return reference


def own_id(letter: Letter) -> str:
    """By what a receiver knows a letter again."""
    return f"urn:uuid:{letter.pk}"


def _attachment(document: str) -> dict:
    data = document.encode()
    return {
        "contentType": "application/fhir+json",
        "data": base64.b64encode(data).decode(),
        "size": len(data),
        "hash": base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(),  # FHIR R4 says SHA-1
    }


def _from_document(document: dict) -> dict:
    """What the document says it is, and whom it is about: by NHS number alone, never by name."""
    inside = [entry.get("resource", {}) for entry in document.get("entry", [])]
    types = [each["type"] for each in inside if each.get("resourceType") == "Composition" and each.get("type")]
    patients = [each for each in inside if each.get("resourceType") == "Patient"]
    numbers = [said for each in patients for said in each.get("identifier", []) if said.get("system") == NHS_NUMBER]
    told = {"type": types[0]} if types else {}
    if numbers:
        told["subject"] = {"type": "Patient", "identifier": {"system": NHS_NUMBER, "value": numbers[0]["value"]}}
    return told


def _target(letter: Letter) -> dict:
    return {"identifier": {"system": URI, "value": own_id(letter)}}


def _taken_back(letter: Letter) -> list[Letter]:
    """The others about the same subject that were taken back, the oldest first."""
    theirs = Letter.objects.filter(organisation=letter.organisation_id, subject_id=letter.subject_id)
    return list(theirs.filter(ids__has_key=TAKEN_BACK).exclude(pk=letter.pk).order_by("written_at"))


def _before(letter: Letter) -> Letter | None:
    """The letter about the version that this one follows."""
    follows = letter.ids.get("follows")
    if not follows:
        return None
    theirs = Letter.objects.filter(organisation=letter.organisation_id, subject_id=follows)
    return theirs.filter(type__startswith="discharge_summary.").order_by("written_at").last()
