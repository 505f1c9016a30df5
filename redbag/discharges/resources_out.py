"""The coded parts of a summary as UK Core R4 resources, from what was read of it; words stay as they are."""

from uuid import UUID, uuid5

SNOMED = "http://snomed.info/sct"
PROFILE = "https://fhir.hl7.org.uk/StructureDefinition/"
CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
STATUSES = {"stopped": "stopped", "unclear": "unknown"}
CHANGES = {"started": "added", "changed": "amended", "continued": "continued"}
SEVERITIES = ("mild", "moderate", "severe")
CERTAINTIES = ("unconfirmed", "confirmed", "refuted", "entered-in-error")
NO_KNOWN_ALLERGY = ("716186003", "No known allergy")
ON_HOLD = "On hold"
Resource = dict[str, object]


def resource(kind: str, summary: UUID, key: str, /, **parts: object) -> Resource:
    """A resource with an id that is the same each time; parts without anything in them are left out."""
    own = {"resourceType": kind, "id": str(uuid5(summary, key)), "meta": {"profile": [f"{PROFILE}UKCore-{kind}"]}}
    return own | {part: said for part, said in parts.items() if said}


def address(one: Resource) -> str:
    """Where other resources of the document find this one."""
    return f"urn:uuid:{one['id']}"


def reference(one: Resource) -> Resource:
    """A pointer at a resource of the document."""
    return {"reference": address(one)}


def concept(text: str, code: str = "") -> Resource:
    """A coded thing, its words first; nothing when there is neither."""
    coding = {"coding": [{"system": SNOMED, "code": code}]} if code else {}
    return coding | ({"text": text} if text else {})


def medicine(said: dict, *, summary: UUID, number: int, patient: Resource) -> Resource:
    """A MedicationStatement of one medicine, and what happened to it as far as the hospital said so."""
    on_hold = said["change"] == "changed" and said["change_reason"].startswith(ON_HOLD)
    status = "on-hold" if on_hold else STATUSES.get(said["change"], "active")
    why = said["change_reason"].removeprefix(ON_HOLD).lstrip(". ") if on_hold else said["change_reason"]
    inside = {"resourceType": "Medication", "id": "medication", "code": concept(said["name"], said["code"])}
    named: Resource = {"medicationCodeableConcept": inside["code"]}
    if said["form"]:
        named = {
            "contained": [inside | {"form": concept(said["form"])}],
            "medicationReference": {"reference": "#medication"},
        }
    return resource(
        "MedicationStatement",
        summary,
        f"medicine {number}",
        **named,
        status=status,
        subject=reference(patient),
        extension=_change(said["change"], why) if status == "active" else [],
        statusReason=[concept(why)] if why and status != "active" else [],
        reasonCode=[concept(said["reason"])] if said["reason"] else [],
        dosage=[dosage] if (dosage := _dosage(said)) else [],
        note=[{"text": text} for text in (said["recommendation"], _last(said["last_given"])) if text],
    )


def _change(change: str, why: str) -> list[Resource]:
    if change not in CHANGES:
        return []
    inner: list[Resource] = [{"url": "status", "valueCode": CHANGES[change]}]
    if why:
        inner.append({"url": "indicationForChange", "valueCodeableConcept": concept(why)})
    return [{"url": f"{PROFILE}Extension-UKCore-MedicationChangeSummary", "extension": inner}]


def _dosage(said: dict) -> Resource:
    until = f"Until {said['until']}" if said["until"] else ""
    more = [one for one in (said["do_not_stop"], until) if one not in said["instructions"]]
    extra = [*said["instructions"].split("; "), *more]
    parts = {
        "text": said["dose"],
        "additionalInstruction": [concept(text) for text in extra if text],
        "timing": {"code": concept(said["frequency"])} if said["frequency"] else {},
        "route": concept(said["route"]),
    }
    return {name: part for name, part in parts.items() if part}


def _last(said: str) -> str:
    return f"Last given: {said}" if said else ""


def allergy(said: dict, *, summary: UUID, number: int, patient: Resource) -> Resource:
    """An AllergyIntolerance as the hospital recorded it."""
    mistake = said["status"] == "entered_in_error"
    certainty = "entered-in-error" if mistake else said["certainty"].lower()
    severity = {"severity": said["severity"]} if said["severity"] in SEVERITIES else {}
    reaction = [{"manifestation": [concept(said["reaction"])]} | severity] if said["reaction"] else []
    return resource(
        "AllergyIntolerance",
        summary,
        f"allergy {number}",
        clinicalStatus={} if mistake else _coded(CLINICAL, said["status"]),
        verificationStatus=_coded(VERIFICATION, certainty) if certainty in CERTAINTIES else {},
        code=concept(said["agent"], said["code"]),
        patient=reference(patient),
        reaction=reaction,
    )


def no_known_allergy(*, summary: UUID, patient: Resource) -> Resource:
    """What says that no allergy is known: not the same as a list without entries."""
    code, words = NO_KNOWN_ALLERGY
    return resource(
        "AllergyIntolerance",
        summary,
        "no known allergy",
        clinicalStatus=_coded(CLINICAL, "active"),
        code={"coding": [{"system": SNOMED, "code": code, "display": words}], "text": words},
        patient=reference(patient),
    )


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def task(said: dict, *, summary: UUID, number: int, patient: Resource) -> Resource:
    """A Task of one thing that the plan asks for, word for word."""
    return resource(
        "Task",
        summary,
        f"action {number}",
        status="requested",
        intent="plan",
        description=said["text"],
        owner={"display": said["owner_text"]} if said["owner_text"] else {},
        restriction={"period": {"end": said["due_on"]}} if said["due_on"] else {},
        **{"for": reference(patient)},
    )
