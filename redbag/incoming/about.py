"""Whom a document is about, who wrote it where, and the stay it tells of."""

from typing import Any

from redbag.incoming.dates import read_day, read_time
from redbag.incoming.message import Person
from redbag.incoming.parts import Parts, Resource, extension_value, extensions, named, person_name, phone, said_name
from redbag.incoming.trees import all_words, concept, first, objects, words

NHS_NUMBER = "nhs-number"
NHS_NUMBER_OID = "2.16.840.1.113883.2.1.4.1"
ODS = ("ods-organization-code", "ods-site-code")
VERIFIED = "NHSNumberVerificationStatus"
OLD = frozenset(("old", "temp"))

TWO_NUMBERS = "The document gives more than one NHS number ({numbers}), so none of them was used."
DIED = "The document says that this person has died. Ring the hospital before you do anything else."
NO_PATIENT = "The document does not say in a way that can be read whom it is about."
TWO_PATIENTS = "The document has more than one patient in it, and does not say which of them it is about."


def patient_of(composition: Resource, parts: Parts, notes: list[str]) -> tuple[Resource, list[str]]:
    """The patient that the document is about, and why that is in doubt, if it is."""
    subject = parts.followed(composition, "subject", within=composition, kinds=("Patient",))
    if subject:
        return subject, []
    patients = parts.of_kind("Patient")
    if not patients and (identifier := first(composition, "subject", "identifier")):
        return {"identifier": identifier, "name": {"text": words(composition, "subject", "display")}}, []
    if len(patients) == 1 and not words(composition, "subject", "reference"):
        return patients[0], []
    if len(patients) == 1:
        return patients[0], ["The document points at a patient who is not in it, but has another one in it."]
    return {}, [TWO_PATIENTS if patients else NO_PATIENT]


def person(patient: Resource, doubts: list[str], notes: list[str]) -> Person:
    """The values of a patient; of two different NHS numbers neither is given."""
    ours = [one for one in objects(patient, "identifier") if _is_nhs_number(one) and words(one, "use") not in OLD]
    numbers = list(dict.fromkeys(_digits(words(one, "value")) for one in ours if words(one, "value")))
    others = [_other(one) for one in objects(patient, "identifier") if not _is_nhs_number(one)]
    family, given = person_name(patient)
    if (
        "deceasedDateTime" in patient
        or words(patient, "deceasedBoolean") == "true"
        or patient.get("deceasedBoolean") is True
    ):
        notes.append(DIED)
    if len(numbers) > 1:
        doubts = [*doubts, TWO_NUMBERS.format(numbers=", ".join(numbers[:5]))]
        others, numbers = [*numbers, *others], []
    statuses = (extension_value(found) for one in ours for found in extensions(one, VERIFIED))
    codes = (
        words(found, "valueCodeableConcept", "coding", "code") for one in ours for found in extensions(one, VERIFIED)
    )
    return Person(
        nhs_number=numbers[0] if numbers else "",
        nhs_number_status=next(filter(None, codes), "") or next(filter(None, statuses), ""),
        family=family[:150],
        given=given[:150],
        date_of_birth=read_day(words(patient, "birthDate"), "Date of birth", notes),
        gender=words(patient, "gender")[:20],
        other_numbers=tuple(filter(None, others))[:10],
        doubts=tuple(doubts),
    )


def _is_nhs_number(identifier: Resource) -> bool:
    system = words(identifier, "system").lower().rstrip("/")
    return system.endswith((NHS_NUMBER, NHS_NUMBER_OID)) or system == "nhs"


def _digits(number: str) -> str:
    return "".join(number.split()).replace("-", "")[:40]


def _other(identifier: Resource) -> str:
    value, giver = words(identifier, "value"), words(identifier, "assigner", "display")
    return f"{value} ({giver})"[:100] if value and giver else value[:100]


def hospital(composition: Resource, encounter: Resource, parts: Parts, around: list[Parts]) -> Resource:
    """The organisation that answers for the document: its custodian, else where the stay was, else who sent it."""
    for node, path in ((composition, "custodian"), (encounter, "serviceProvider")):
        if found := parts.followed(node, path, within=node, kinds=("Organization",)):
            return found
    for author in parts.follow(composition, "author", within=composition):
        if words(author, "resourceType") == "Organization":
            return author
        if found := parts.followed(author, "organization", within=author, kinds=("Organization",)):
            return found
    for outer in around:
        for header in outer.of_kind("MessageHeader"):
            if found := outer.followed(header, "sender", kinds=("Organization",)):
                return found
    return {}


def ods_code(organisation: Resource) -> str:
    """The ODS code of an organisation, upper-case."""
    for one in objects(organisation, "identifier"):
        if words(one, "system").lower().rstrip("/").endswith(ODS):
            return words(one, "value").upper()[:20]
    return ""


def author(composition: Resource, parts: Parts) -> str:
    """Who wrote it, with what they are, as one line."""
    said = []
    for one in objects(composition, "author"):
        found = parts.at(words(one, "reference"), within=composition) or {}
        practitioner = parts.followed(found, "practitioner", within=found) or found
        name = said_name(practitioner) or words(one, "display")
        role = concept(found, "code") if words(found, "resourceType") == "PractitionerRole" else ""
        said.append(f"{name}, {role}" if name and role else name)
    return "; ".join(filter(None, said))[:200]


def stay(composition: Resource, parts: Parts, organisation: Resource, notes: list[str]) -> dict[str, Any]:
    """When somebody came and left, how, where to, and the ward with its telephone."""
    encounter = encounter_of(composition, parts)
    places = [
        one for spot in objects(encounter, "location") for one in parts.follow(spot, "location", within=encounter)
    ]
    place = next((one for one in reversed(places) if words(one, "name")), {})
    ward = words(place, "name") or words(encounter, "location", "location", "display")
    hospitalisation = first(encounter, "hospitalization")
    method = next(extensions(hospitalisation, "DischargeMethod"), None) or next(
        (found for one in objects(encounter, "extension") for found in extensions(one, "DischargeMethod")), {}
    )
    disposition = first(hospitalisation, "dischargeDisposition")
    return {
        "admitted_at": read_time(words(encounter, "period", "start"), "Admitted", notes),
        "discharged_at": read_time(words(encounter, "period", "end"), "Left hospital", notes),
        "discharge_method": extension_value(method)[:100],
        "destination_code": words(disposition, "coding", "code")[:20] or words(disposition, "text")[:20],
        "ward": ward[:150],
        "phone": (phone(place) or phone(organisation))[:60],
    }


def encounter_of(composition: Resource, parts: Parts) -> Resource:
    """The stay that the document tells of: the one it points at, else the only one there."""
    found = parts.followed(composition, "encounter", within=composition, kinds=("Encounter",))
    others = parts.of_kind("Encounter")
    return found or (others[0] if len(others) == 1 else {})


def names_of_document(composition: Resource, parts: Parts) -> tuple[str, str]:
    """The name of this version, and the name that stays from version to version."""
    own = named(first(composition, "identifier"))
    address = parts.full_urls.get(id(composition), "") or words(composition, "id")
    this = named(parts.identifier) or own or named({"value": address})
    return this, own


def relation(composition: Resource, parts: Parts, notes: list[str]) -> tuple[str, str]:
    """Which earlier document it replaces or adds to: replaces or appends, and the name of that one."""
    found = []
    for one in objects(composition, "relatesTo"):
        target = first(one, "targetIdentifier") or first(one, "targetReference", "identifier")
        reference = words(one, "targetReference", "reference")
        earlier = parts.at(reference, within=composition) or {}
        name = named(target) or named(first(earlier, "identifier")) or _of_reference(reference)
        found.append((words(one, "code"), name))
    known = [one for kind in ("replaces", "appends") for one in found if one[0] == kind]
    if len(known) > 1:
        notes.append("The document names more than one earlier document that it replaces or adds to.")
    if any(code == "transforms" for code, _ in found):
        notes.append("The document was made out of another one that was not sent with it.")
    return known[0] if known else ("", "")


def _of_reference(reference: str) -> str:
    if reference.startswith("urn:"):
        return named({"value": reference})
    return named({"value": reference.split("/_history/")[0].rpartition("/")[2]})


def what_profile(root: Resource, composition: Resource) -> str:
    """Which standard it follows, as far as its profiles say."""
    said = " ".join(all_words(root, "meta", "profile") + all_words(composition, "meta", "profile"))
    if "UKCore" in said:
        return "UK Core, FHIR R4"
    if "ITK" in said:
        return "ITK3, FHIR STU3"
    return "FHIR STU3" if "STU3" in said or "CareConnect" in said else "FHIR"
