"""Documents that hospitals send, with whom they are about and what they replace."""

import json

from redbag.residents.models import Resident


def document(
    resident: Resident | None = None,
    *,
    said: str = "Pneumonia, better.",
    name: str = "",
    extends: tuple[str, str] | None = None,
    date: str = "2026-11-26T10:00:00+00:00",
    padding: int = 0,
    **patient,
) -> bytes:
    """A FHIR document as JSON: `name` is its id, `extends` (replaces or appends, the id of another)."""
    about = {}
    if resident is not None:
        about = {
            "nhs_number": resident.nhs_number,
            "born": resident.date_of_birth.isoformat(),
            "given": resident.first_name,
            "family": resident.last_name,
        }
    about |= patient
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "title": "Discharge summary",
        "date": date,
        "subject": {"reference": "urn:uuid:p"} if about else {},
        "section": [
            {
                "title": "Clinical summary",
                "code": {"coding": [{"system": "http://snomed.info/sct", "code": "887181000000106"}]},
                "text": {"div": f'<div xmlns="http://www.w3.org/1999/xhtml">{said}{" x" * padding}</div>'},
            }
        ],
    }
    if extends:
        composition["relatesTo"] = [{"code": extends[0], "targetIdentifier": {"value": extends[1]}}]
    entries = [{"fullUrl": "urn:uuid:c", "resource": composition}]
    if about:
        entries.append({"fullUrl": "urn:uuid:p", "resource": _patient(about)})
    bundle = {"resourceType": "Bundle", "type": "document", "entry": entries}
    if name:
        bundle["identifier"] = {"system": "urn:ietf:rfc:3986", "value": name}
    return json.dumps(bundle).encode()


def _patient(about: dict) -> dict:
    patient = {"resourceType": "Patient", "name": [{"family": about.get("family"), "given": [about.get("given")]}]}
    if about.get("nhs_number"):
        number = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": about["nhs_number"]}
        patient["identifier"] = [number]
    if about.get("born"):
        patient["birthDate"] = about["born"]
    return patient
