"""A sent summary as a FHIR document for other systems: UK Core R4, whatever form it came in."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from uuid import UUID

from redbag.deliveries.models import Endpoint
from redbag.discharges.files import UNREADABLE, file_of, is_pdf
from redbag.discharges.models import DischargeSummary
from redbag.discharges.people_out import author, home, hospital, patient
from redbag.discharges.resources_out import (
    PROFILE,
    SNOMED,
    Resource,
    address,
    allergy,
    medicine,
    no_known_allergy,
    reference,
    resource,
    task,
)
from redbag.incoming.headings import ALLERGIES, BY_SLUG, MEDICINES, PLAN
from redbag.incoming.headings import Section as Written

URI = "urn:ietf:rfc:3986"
HEADINGS = "https://fhir.hl7.org.uk/CodeSystem/UKCore-RecordStandardHeadings"
EMPTY = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
XHTML = "http://www.w3.org/1999/xhtml"
LARGEST_PDF = 5 * 1024 * 1024
LONGEST_CHAIN = 100
TITLE = "Discharge summary"
REPLACED = " (replaced: there is a newer one)"
IS_A_PDF = "This part of the letter is a PDF."
NOT_INSIDE = "This part of the letter is a PDF that is not inside this document. Fetch it where the letter is kept."


@dataclass(frozen=True)
class _Kept:
    file: str


@dataclass
class _Document:
    summary: DischargeSummary
    said: dict
    patient: Resource
    resources: list[Resource] = field(default_factory=list)

    def add(self, one: Resource) -> Resource:
        self.resources.append(one)
        return one


def document_of(summary: DischargeSummary) -> str:
    """A sent summary as a UK Core R4 document Bundle in JSON; the same summary gives the same document each time.

    One that a newer one has replaced says so in its title, one that was somebody else's is entered in error.
    Its identifier is the summary's id, the identifier of its Composition that of the first version. A PDF larger than
    5 MB is named and not inside. Medicines, allergies and actions are coded as far as they were read.
    """
    document = _Document(summary, summary.read(), patient(summary))
    composition = _composition(document)
    entries = [composition, document.patient, *document.resources]
    bundle = {
        "resourceType": "Bundle",
        "id": str(summary.pk),
        "meta": {"profile": [f"{PROFILE}UKCore-Bundle"]},
        "identifier": _identifier(summary.pk),
        "type": "document",
        "timestamp": (summary.sent_at or summary.written_at).isoformat(),
        "entry": [{"fullUrl": address(one), "resource": one} for one in entries],
    }
    return json.dumps(bundle, ensure_ascii=False)


def document_if_wanted(summary: DischargeSummary) -> str:
    """The document where its home has a FHIR server that takes letters; otherwise nothing, for it can be large."""
    wanted = Endpoint.objects.live().filter(organisation=summary.home_id, kind=Endpoint.Kind.FHIR).exists()
    return document_of(summary) if wanted else ""


def _composition(document: _Document) -> Resource:
    summary = document.summary
    custodian = document.add(hospital(summary))
    writer = document.add(person) if (person := author(summary)) else custodian
    over = summary.state == DischargeSummary.State.SUPERSEDED
    stay = document.add(_stay(document, custodian))
    return resource(
        "Composition",
        summary.pk,
        "composition",
        identifier=_identifier(_first_version(summary)),
        status=_status(summary),
        type={"coding": [{"system": SNOMED, "code": "373942005", "display": TITLE}]},
        subject=reference(document.patient),
        encounter=reference(stay),
        date=summary.written_at.isoformat(),
        author=[reference(writer)],
        title=f"{document.said.get('title') or TITLE}{'' if summary.taken_off or not over else REPLACED}",
        custodian=reference(custodian),
        relatesTo=_relates_to(summary),
        section=[*_sections(document), *_pdfs(document)],
    )


def _status(summary: DischargeSummary) -> str:
    if summary.taken_off:
        return "entered-in-error"
    return "amended" if summary.relation == DischargeSummary.Relation.REPLACES else "final"


def _identifier(name: UUID) -> Resource:
    return {"system": URI, "value": f"urn:uuid:{name}"}


def _first_version(summary: DischargeSummary) -> UUID:
    """The id of the first version in the chain of those that replaced each other."""
    first, steps = summary, 0
    while first.relation == DischargeSummary.Relation.REPLACES and first.follows and steps < LONGEST_CHAIN:
        first, steps = first.follows, steps + 1
    return first.pk


def _relates_to(summary: DischargeSummary) -> list[Resource]:
    if not (summary.relation and summary.follows_id):
        return []
    return [{"code": summary.relation, "targetIdentifier": _identifier(summary.follows_id)}]


def _stay(document: _Document, custodian: Resource) -> Resource:
    summary = document.summary
    left = summary.discharged_at.isoformat() if summary.discharged_at else ""
    period = {"start": document.said.get("admitted_at"), "end": left}
    destination = reference(document.add(home(summary)))
    return resource(
        "Encounter",
        summary.pk,
        "stay",
        status="finished",
        subject=reference(document.patient),
        period={name: said for name, said in period.items() if said},
        hospitalization={"destination": destination},
        serviceProvider=reference(custodian),
        **{"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"}},
    )


def _sections(document: _Document) -> Iterator[Resource]:
    """Every section in its order, with what is coded of it; a heading that has only coded parts comes last."""
    coded = {MEDICINES.slug: _medicines(document), ALLERGIES.slug: _allergies(document), PLAN.slug: _actions(document)}
    for section in document.summary.sections():
        yield _section(section, coded.pop(section.slug, []), document)
    for slug, resources in coded.items():
        if resources:
            names = "\n".join(_name(one) for one in resources)
            yield _section(Written(slug, BY_SLUG[slug].title, BY_SLUG[slug].code, names), resources, document)


def _section(section: Written, resources: list[Resource], document: _Document) -> Resource:
    made: Resource = {"title": section.title}
    if heading := BY_SLUG.get(section.slug):
        made["code"] = {
            "coding": [{"system": HEADINGS, "code": heading.record}, {"system": SNOMED, "code": section.code}]
        }
    made["text"] = _text(section.text)
    if resources:
        made["entry"] = [reference(document.add(one)) for one in resources]
    elif why := _why_empty(section.slug, document.said):
        made["emptyReason"] = {"coding": [{"system": EMPTY, "code": why}]}
    return made


def _why_empty(slug: str, said: dict) -> str:
    """Why nothing is coded under a heading, where the hospital said so: a list of medicines may have none on it."""
    if slug == ALLERGIES.slug and said.get("allergies_say") == "not_available":
        return "unavailable"
    return "nilknown" if slug == MEDICINES.slug and said.get("medicines_listed") else ""


def _text(words: str) -> Resource:
    lines = "".join(f"<p>{escape(line)}</p>" for line in words.splitlines() if line.strip())
    return {"status": "additional", "div": f'<div xmlns="{XHTML}">{lines}</div>'}


def _name(one: dict) -> str:
    code = one.get("code") or one.get("medicationCodeableConcept") or (one.get("contained") or [{}])[0].get("code")
    return code["text"] if code else one["description"]


def _medicines(document: _Document) -> list[Resource]:
    said = document.said.get("medicines") or []
    key, about = document.summary.pk, document.patient
    return [medicine(one, summary=key, number=number, patient=about) for number, one in enumerate(said)]


def _allergies(document: _Document) -> list[Resource]:
    said = document.said.get("allergies") or []
    key, about = document.summary.pk, document.patient
    if document.said.get("allergies_say") == "none_known":
        return [no_known_allergy(summary=key, patient=about)]
    return [allergy(one, summary=key, number=number, patient=about) for number, one in enumerate(said)]


def _actions(document: _Document) -> list[Resource]:
    said = document.said.get("actions") or []
    key, about = document.summary.pk, document.patient
    return [task(one, summary=key, number=number, patient=about) for number, one in enumerate(said)]


def _pdfs(document: _Document) -> Iterator[Resource]:
    """A section for each PDF: the letter itself, or those that were inside the document that came."""
    summary = document.summary
    files = [(TITLE, summary.file)] if summary.form == DischargeSummary.Form.PDF and summary.file else []
    files += [(one["title"], one["file"]) for one in document.said.get("attachments") or []]
    room = LARGEST_PDF
    for number, (title, name) in enumerate(files):
        content = _content(name)
        fits = content is not None and len(content) <= room
        made: Resource = {"title": title, "text": _text(IS_A_PDF if fits else NOT_INSIDE)}
        if content is not None and fits:
            room -= len(content)
            made["entry"] = [reference(_attached(document, number, title, content))]
        yield made


def _content(name: str) -> bytes | None:
    try:
        content = file_of(_Kept(name))
    except UNREADABLE:
        return None
    return content if is_pdf(content) else None


def _attached(document: _Document, number: int, title: str, content: bytes) -> Resource:
    key = document.summary.pk
    data = base64.b64encode(content).decode()
    binary = document.add(resource("Binary", key, f"file {number}", contentType="application/pdf", data=data))
    del binary["meta"]  # a Binary has no UK Core profile
    attachment = {"contentType": "application/pdf", "url": address(binary), "title": title}
    return document.add(
        resource(
            "DocumentReference",
            key,
            f"attachment {number}",
            status="superseded" if document.summary.state == DischargeSummary.State.SUPERSEDED else "current",
            subject=reference(document.patient),
            content=[{"attachment": attachment}],
        )
    )
