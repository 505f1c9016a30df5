"""The headings of a discharge summary, after the PRSB eDischarge standard as profiled in ITK3 FHIR."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 20_000
LONGEST_NAME = 200
MOST = 100


@dataclass(frozen=True)
class Heading:
    """A heading: its name for programs, title for people, SNOMED CT code, and `others`: further names it goes by."""

    slug: str
    title: str
    code: str
    mandatory: bool = False
    others: tuple[str, ...] = ()

    @property
    def record(self) -> str:
        """Its code among the Record Standard Headings of UK Core."""
        return RECORD_CODES.get(self.slug, self.slug.replace("_", "-"))


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it; one that the standard does not know has no code and its name as title."""

    slug: str
    title: str
    code: str
    text: str


RECORD_CODES = {
    "gp_practice": "general-practitioner-practice",
    "allergies_and_adverse_reactions": "allergies-and-adverse-reaction",
}
HEADINGS = (
    Heading("patient_demographics", "Patient demographics", "886731000000109", mandatory=True),
    Heading("gp_practice", "GP practice", "886711000000101", mandatory=True, others=("general practitioner practice",)),
    Heading("referrer_details", "Referrer details", "1052891000000108"),
    Heading("social_context", "Social context", "887051000000101"),
    Heading("individual_requirements", "Individual requirements", "1078911000000106"),
    Heading("participation_in_research", "Participation in research", "886751000000102"),
    Heading("admission_details", "Admission details", "886781000000108"),
    Heading("discharge_details", "Discharge details", "886811000000106"),
    Heading("diagnoses", "Diagnoses", "887161000000102", mandatory=True),
    Heading("procedures", "Procedures", "887171000000109"),
    Heading("clinical_summary", "Clinical summary", "887181000000106", mandatory=True),
    Heading("investigation_results", "Investigation results", "1082101000000102"),
    Heading("assessment_scales", "Assessment scales", "887141000000103"),
    Heading("legal_information", "Legal information", "886961000000102"),
    Heading("safety_alerts", "Safety alerts", "886931000000107"),
    Heading(
        "medications_and_medical_devices",
        "Medications and medical devices",
        "933361000000108",
        others=("medicines", "medications", "medication", "discharge medicines", "discharge medications"),
    ),
    Heading(
        "allergies_and_adverse_reactions",
        "Allergies and adverse reactions",
        "886921000000105",
        mandatory=True,
        others=("allergies and adverse reaction", "allergies"),
    ),
    Heading(
        "patient_and_carer_concerns_expectations_and_wishes",
        "Patient and carer concerns, expectations and wishes",
        "1052941000000107",
    ),
    Heading("information_and_advice_given", "Information and advice given", "1052951000000105"),
    Heading("plan_and_requested_actions", "Plan and requested actions", "887201000000105", others=("plan",)),
    Heading("person_completing_record", "Person completing record", "887231000000104", mandatory=True),
    Heading("distribution_list", "Distribution list", "887261000000109"),
)
FILLED_BY_THE_SERVICE = ("patient_demographics", "gp_practice", "person_completing_record")
BY_SLUG = {heading.slug: heading for heading in HEADINGS}


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", name.lower()))


BY_NAME = {
    _plain(name): heading
    for heading in HEADINGS
    for name in (heading.slug, heading.title, heading.code, *heading.others)
}
ALLERGIES = BY_SLUG["allergies_and_adverse_reactions"]
MEDICINES = BY_SLUG["medications_and_medical_devices"]
PLAN = BY_SLUG["plan_and_requested_actions"]
NARROWER = {
    "actions": PLAN,
    "active medications": MEDICINES,
    "acute medication": MEDICINES,
    "discontinued medications": MEDICINES,
    "discontinued repeat medication": MEDICINES,
    "repeat medication": MEDICINES,
    "stopped medications": MEDICINES,
    "stopped medicines": MEDICINES,
}


def known(name: str) -> Heading | None:
    """The heading that goes by this name: its slug, title, SNOMED CT code or Record Standard Headings code."""
    return BY_NAME.get(_plain(name))


def around(name: str) -> Heading | None:
    """The heading under which a section of this name belongs when it says only a part of it."""
    return NARROWER.get(_plain(name))


def problems(headings: object) -> dict[str, str]:
    """What is wrong with texts by heading, by field."""
    if not isinstance(headings, Mapping) or len(headings) > MOST:
        return {"headings": f"Send an object with the text under each heading, at most {MOST} of them."}
    errors = {}
    for name, text in headings.items():
        if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
            errors["headings"] = f"Each heading needs a name of at most {LONGEST_NAME} characters."
        elif text is not None and not isinstance(text, str):
            errors[f"headings.{name}"] = "Send plain text."
        elif text is not None and len(text) > LONGEST:
            errors[f"headings.{name}"] = f"Use at most {LONGEST:,} characters. Put the rest under another heading."
    return errors


def tidy(headings: Mapping[str, str | None]) -> dict[str, str]:
    """The texts under their slugs, without the empty ones; two names of one heading are put together."""
    texts: dict[str, str] = {}
    for name, text in headings.items():
        heading, text = known(name), (text or "").replace("\0", "").strip()
        slug = heading.slug if heading else name.strip()
        if text:
            texts[slug] = f"{texts[slug]}\n\n{text}" if slug in texts else text
    return texts


def in_order(texts: Mapping[str, str]) -> list[Section]:
    """Every text with its title: first the standard's headings in its order, then the others as they came."""
    known = [Section(h.slug, h.title, h.code, texts[h.slug]) for h in HEADINGS if h.slug in texts]
    return known + [Section(name, name, "", text) for name, text in texts.items() if name not in BY_SLUG]


def without_text(texts: Mapping[str, str]) -> list[Heading]:
    """The mandatory headings without text. They stop nothing: whoever reads is told."""
    return [heading for heading in HEADINGS if heading.mandatory and not texts.get(heading.slug)]
