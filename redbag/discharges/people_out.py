"""Whom a summary is about and who wrote it, as UK Core R4 resources."""

from redbag.discharges.models import DischargeSummary
from redbag.discharges.resources_out import PROFILE, Resource, resource

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
VERIFICATION = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland"
VERIFIED, NOT_VERIFIED = "01", "02"


def patient(summary: DischargeSummary) -> Resource:
    """The resident, as the home knows them."""
    resident = summary.resident
    assert resident is not None
    status = VERIFIED if resident.nhs_number_status == resident.Number.VERIFIED else NOT_VERIFIED
    verified = {
        "url": f"{PROFILE}Extension-UKCore-NHSNumberVerificationStatus",
        "valueCodeableConcept": {"coding": [{"system": VERIFICATION, "code": status}]},
    }
    number = {"extension": [verified], "system": NHS_NUMBER, "value": resident.nhs_number}
    name = {"use": "official", "family": resident.last_name, "given": [resident.first_name]}
    names = [name | ({"prefix": [resident.title]} if resident.title else {})]
    if resident.preferred_name:
        names.append({"use": "nickname", "given": [resident.preferred_name]})
    return resource(
        "Patient",
        summary.pk,
        "patient",
        identifier=[number] if resident.nhs_number else [],
        name=names,
        gender=resident.sex,
        birthDate=resident.date_of_birth.isoformat(),
    )


def hospital(summary: DischargeSummary) -> Resource:
    """Who wrote the letter; its code only where that organisation itself put it in."""
    written_here = not summary.hospital_name
    ods = [{"system": ODS, "value": summary.organisation.ods_code}] if written_here else []
    return resource("Organization", summary.pk, "hospital", identifier=ods, name=summary.hospital)


def home(summary: DischargeSummary) -> Resource:
    """Where the resident went home to."""
    assert summary.home is not None
    ods = [{"system": ODS, "value": summary.home.ods_code}]
    return resource("Organization", summary.pk, "home", identifier=ods, name=summary.home.name)


def author(summary: DischargeSummary) -> Resource | None:
    """Who wrote the letter: as it says itself, else the hospital's own writer; nobody where the home put it in."""
    name = summary.read().get("author") or ("" if summary.hospital_name else summary.written_by_name)
    return resource("Practitioner", summary.pk, "author", name=[{"text": name}]) if name else None
