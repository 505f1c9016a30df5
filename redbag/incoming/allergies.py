"""Allergies that a document lists in codes. No list, an empty list and *none known* are three different things."""

from redbag.incoming.dates import day_in_words
from redbag.incoming.headings import ALLERGIES
from redbag.incoming.message import Allergy
from redbag.incoming.parts import Parts, Resource, coded, extension_value, extensions
from redbag.incoming.sections import Part
from redbag.incoming.trees import all_words, concept, each, first, objects, words

SYSTEMS = ("http://snomed.info/sct",)
NONE_KNOWN = frozenset(("716186003", "409137002"))
NONE_OF_A_KIND = frozenset(("429625007", "428607008"))
NOT_ASKED = frozenset(("1631000175102", "notasked", "unavailable", "asked-unknown", "not-asked", "unknown"))
SAYS_NONE = ("no known drug allergies or adverse reactions", "no known drug allergies", "no known allergies")
SAYS_NOT_AVAILABLE = "information not available"
MOST = 200
NO_AGENT = "One allergy on the list does not say to what. Look at the document, and ask the hospital."
MISTAKE = "An allergy ({agent}) was recorded by mistake, the document says. It does not count."
NOT_HERS = "An allergy ({agent}) is of another patient. It is left out. Ask the hospital."
BOTH = "The document says that no allergies are known, and lists some. The list counts. Ask the hospital."
ONE_KIND = "The document says only this about allergies: {said}. That is not the same as none known."
TOO_MANY = f"The document lists more than {MOST} allergies. The rest was not read."


def read_allergies(
    parts: Parts, sections: list[Part], patient: Resource, notes: list[str]
) -> tuple[list[Allergy], str]:
    """The allergies, and what is said of them as a whole: listed, none_known, not_available, or nothing."""
    found: list[Allergy] = []
    says = {_said_by_list(parts, sections), _said_by_words(sections)} - {""}
    resources = parts.of_kind("AllergyIntolerance")
    if len(resources) > MOST:
        notes.append(TOO_MANY)
    for one in resources[:MOST]:
        kind, allergy = _read(one, parts, patient, notes)
        says |= {kind} - {""}
        found += [allergy] if allergy else []
    listed = [one for one in found if one.status != "entered_in_error"]
    if listed:
        if "none_known" in says:
            notes.append(BOTH)
        return found, "listed"
    return found, says.pop() if len(says) == 1 else ""


def _read(one: Resource, parts: Parts, patient: Resource, notes: list[str]) -> tuple[str, Allergy | None]:
    agent = (concept(one, "code") or concept(one, "reaction", "substance") or concept(one, "substance"))[:300]
    codes = set(all_words(one, "code", "coding", "code"))
    status = _status(one)
    of = parts.followed(one, "patient", within=one)
    if of and patient and of is not patient:
        notes.append(NOT_HERS.format(agent=agent))
        return "", None
    if status == "entered_in_error":
        notes.append(MISTAKE.format(agent=agent))
    elif codes & NONE_KNOWN:
        return "none_known", None
    elif codes & NOT_ASKED or agent.lower() == SAYS_NOT_AVAILABLE:
        return "not_available", None
    elif codes & NONE_OF_A_KIND:
        notes.append(ONE_KIND.format(said=agent))
        return "", None
    if not agent:
        notes.append(NO_AGENT)
        return "", None
    return "", _allergy(one, agent, status)


def _allergy(one: Resource, agent: str, status: str) -> Allergy:
    reactions = [concept(said) for said in each(one, "reaction", "manifestation")]
    described = all_words(one, "reaction", "description")
    certainty = next((extension_value(found) for found in extensions(one, "AllergyCertainty")), "")
    recorded = words(one, "recordedDate") or words(one, "assertedDate")
    return Allergy(
        agent=agent,
        code=coded(one, "code", systems=SYSTEMS)[:40],
        reaction=", ".join(dict.fromkeys(filter(None, [*reactions, *described])))[:500],
        severity=(words(one, "reaction", "severity") or _criticality(one))[:100],
        certainty=(certainty or concept(one, "verificationStatus"))[:100],
        status=status,
        recorded_on=day_in_words(recorded)[:40],
    )


def _criticality(one: Resource) -> str:
    said = words(one, "criticality")
    return {"high": "high risk", "low": "low risk"}.get(said, "")


def _status(one: Resource) -> str:
    """entered_in_error; inactive when it is over or was refuted; else active."""
    said = {word.lower() for name in ("clinicalStatus", "verificationStatus") for word in _codes(one, name)}
    if "entered-in-error" in said:
        return "entered_in_error"
    return "inactive" if said & {"inactive", "resolved", "refuted"} else "active"


def _codes(one: Resource, name: str) -> list[str]:
    """Codes of a status, which STU3 writes as a word and R4 as a coded thing."""
    return [*all_words(one, name), *all_words(one, name, "coding", "code")]


def _said_by_list(parts: Parts, sections: list[Part]) -> str:
    """What a list without entries gives as its reason; an empty list alone says nothing."""
    for section in sections:
        if section.belongs != ALLERGIES:
            continue
        lists = [one for one in parts.follow(section.resource, "entry") if words(one, "resourceType") == "List"]
        for one in [section.resource, *lists]:
            codes = set(all_words(first(one, "emptyReason"), "coding", "code"))
            if not any(objects(one, "entry")) and codes:
                return "none_known" if "nilknown" in codes else "not_available" if codes & NOT_ASKED else ""
    return ""


def _said_by_words(sections: list[Part]) -> str:
    """The standard's own two sentences, when the section says nothing else."""
    said = [
        " ".join(one.read.text.lower().rstrip(".").split())
        for one in sections
        if one.belongs == ALLERGIES and one.read.text
    ]
    if len(said) != 1:
        return ""
    return "none_known" if said[0] in SAYS_NONE else "not_available" if said[0] == SAYS_NOT_AVAILABLE else ""
