"""Where each heading and element of the PRSB standards is held, as a table: `docs/prsb-coverage.md`.

The headings are those of the urgent transfer from a care home, with demographics, About Me, nursing care needs and the
headings it shares with eDischarge. What a section's field answers stands with its definition (`Field.prsb`).
"""

from collections.abc import Iterator

from redbag.residents.models import Resident
from redbag.summaries.fields import Field
from redbag.summaries.models import Observation
from redbag.summaries.sections import SECTIONS
from redbag.transfers.actions import REASON_FIELDS
from redbag.transfers.models import Transfer

PLACES = {
    "Patient demographics": {
        "title": "resident.title",
        "first name": "resident.first_name",
        "family name": "resident.last_name",
        "preferred name": "resident.preferred_name",
        "date of birth": "resident.date_of_birth",
        "gender and sex": "resident.sex",
        "NHS number, with its status": "resident.nhs_number, resident.nhs_number_status",
        "address": "resident.home, resident.room",
        "contacts": "resident.contacts",
    },
    "GP practice": {"name": "resident.gp_practice", "contact details": "resident.gp_phone"},
    "Reason for transfer (CARES)": {
        "concern": "transfer.reason.concern",
        "action taken": "transfer.reason.action",
        "response": "transfer.reason.response",
        "examination and observations": "transfer.reason.examination, observation",
        "shared information": "transfer.reason.shared",
        "last seen well": "transfer.reason.last_seen_well",
    },
    "Reason for transfer (SBAR)": {
        "situation": "transfer.reason.concern",
        "background": "conditions.diagnoses",
        "assessment": "observation, transfer.reason.examination",
        "recommendation": "transfer.ask",
    },
    "Plan and requested actions": {
        "what is asked of the hospital": "transfer.ask",
        "can come home when": "transfer.return_when",
    },
    "Information and advice given": {
        "who advised what": "transfer.reason.advised",
        "what to watch for": "transfer.reason.watch_for",
        "family told": "transfer.reason.family_told",
    },
    "Referrer details": {"care home and its phone": "transfer.home"},
    "Admission details": {"date and time of leaving, destination": "transfer.left_at, transfer.destination"},
    "Person completing record": {"name and time": "transfer.packed_by_name, transfer.packed_at"},
    "Nursing care needs": {"BMI": "scores.weight, scores.height"},
    "Assessment scales": {"NEWS2": "observation", "MUST": "scores.weight, scores.height, scores.weight_loss"},
}
"""What no field of the summary holds, and where it is held instead."""

NOT_HELD = {
    "Patient demographics": {
        "ethnicity": "no place for it yet; it can stand in About me",
        "religion": "no place of its own; About me asks what is important to the person",
        "other identifiers (CHI, H&C)": "one number is held, and it is the NHS number",
        "place of birth": "not needed to keep somebody safe on a transfer",
        "organ donation": "the hospital asks its own register",
    },
    "GP practice": {"practice code": "the practice is written by name"},
    "Clinical summary": {"narrative": "made by the hospital, comes back in the discharge summary"},
    "Investigation results": {"results": "made by the hospital; the home sends vital signs"},
    "Participation in research": {"research": "not asked"},
    "Distribution list": {"who gets a copy": "whoever holds the bag reads it; there is no other list"},
}
"""What is held nowhere, and why."""

ORDER = (
    "Patient demographics",
    "GP practice",
    "Reason for transfer (CARES)",
    "Reason for transfer (SBAR)",
    "Plan and requested actions",
    "Information and advice given",
    "Allergies and adverse reactions",
    "Legal information",
    "Patient and carer concerns, expectations and wishes",
    "End of life care",
    "Medications and medical devices",
    "Diagnoses",
    "Procedures",
    "Safety alerts",
    "Individual requirements",
    "Nursing care needs",
    "Assessment scales",
    "About Me",
    "Social context",
    "Referrer details",
    "Admission details",
    "Person completing record",
    "Clinical summary",
    "Investigation results",
    "Distribution list",
    "Participation in research",
)
HEAD = """# Where each PRSB heading is held

Made by `manage.py prsb_coverage` from the definitions of the health summary; a test says when it is out of date.
`section.field` is a field of the health summary, `resident.*` of the record, `transfer.*` of the journey, `observation`
the vital signs. Every section has its author, its last check and its versions. The item-level model of *urgent transfer
from a care home to hospital* was not at hand: the elements are those of its public sibling models (care home
information, nursing care needs, About Me) and of eDischarge.

| PRSB heading | element | held in |
|---|---|---|
"""


def table() -> str:
    """The whole page. Raises ValueError for a heading without a place in the order, or a place that is not there."""
    held = _held()
    if strange := set(held) - set(ORDER):
        raise ValueError(f"Headings without a place in the order: {sorted(strange)}")
    rows = [
        f"| {heading} | {element} | {where} |" for heading in ORDER for element, where in held.get(heading, {}).items()
    ]
    return HEAD + "\n".join(rows) + "\n" + _beyond()


def _held() -> dict[str, dict[str, str]]:
    """Place by heading and element; where several fields answer one element, all of them."""
    found: dict[str, dict[str, list[str]]] = {}
    for place, field in _fields():
        if field.prsb:
            heading, _, element = field.prsb.partition(": ")
            found.setdefault(heading, {}).setdefault(element or "in words", []).append(place)
    for heading, elements in PLACES.items():
        for element, where in elements.items():
            places = [_real(each) for each in where.split(", ")]
            found.setdefault(heading, {}).setdefault(element, []).extend(places)
    told = {
        heading: {element: ", ".join(f"`{each}`" for each in dict.fromkeys(places)) for element, places in rows.items()}
        for heading, rows in found.items()
    }
    for heading, elements in NOT_HELD.items():
        for element, why in elements.items():
            told.setdefault(heading, {})[element] = f"not held: {why}"
    return told


def _fields() -> Iterator[tuple[str, Field]]:
    for section in SECTIONS:
        for field in section.fields:
            yield f"{section.name}.{field.name}", field
            for column in field.columns:
                yield f"{section.name}.{field.name}.{column.name}", column


def _real(place: str) -> str:
    """The place, or ValueError when nothing of that name is there."""
    owner, _, name = place.partition(".")
    if owner == "transfer" and name.startswith("reason."):
        there = name.removeprefix("reason.") in REASON_FIELDS
    elif owner in ("resident", "transfer"):
        there = any(field.name == name for field in (Resident if owner == "resident" else Transfer)._meta.get_fields())
    else:
        there = place == Observation.__name__.lower() or place in dict(_fields())
    if not there:
        raise ValueError(f"There is no {place}.")
    return place


def _beyond() -> str:
    """What the summary holds beside the standard."""
    beside = [place for place, field in _fields() if not field.prsb and place.count(".") == 1]
    return "\nHeld beside the standard: " + ", ".join(f"`{each}`" for each in beside) + ".\n"
