"""What the service itself can say under the mandatory headings, frozen into each summary as it stood when sent."""

import re

from redbag.discharges.models import DischargeSummary
from redbag.incoming.message import Person
from redbag.residents.nhs_numbers import BadNhsNumber, check, shown

TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
AS_IT_CAME = "This is whom the letter itself names. It is not what the home knows."


def filled_in(summary: DischargeSummary) -> dict[str, str]:
    """Texts by heading about who the patient is, their GP practice and who writes; empty ones are left out."""
    resident, home = summary.resident, summary.home
    assert resident is not None
    assert home is not None
    known_as = f"preferred name {resident.preferred_name}" if resident.preferred_name else ""
    number = f"NHS number {shown(resident.nhs_number)}" if resident.nhs_number else "NHS number not known"
    patient = [resident.patient_name, known_as, f"Born {resident.date_of_birth:%d-%b-%Y}", number]
    texts = {
        "patient_demographics": "\n".join([*filter(None, patient), f"Lives at {home.name}"]),
        "gp_practice": "\n".join(filter(None, [resident.gp_practice, resident.gp_phone])),
        "person_completing_record": f"{summary.written_by_name}, {summary.organisation.name}",
    }
    return {slug: text for slug, text in texts.items() if text}


def as_named(person: Person) -> str:
    """Whom a letter itself names, as it came, with a word that this is so."""
    name = ", ".join(filter(None, [person.family.upper(), person.given])) or "No name"
    born = f"Born {person.date_of_birth:%d-%b-%Y}" if person.date_of_birth else ""
    number = f"NHS number {person.nhs_number}" if person.nhs_number else ""
    return "\n".join(filter(None, [name, born, number, AS_IT_CAME]))


def number_named(text: str) -> str:
    """The first real NHS number in the words that somebody typed; empty when there is none."""
    for found in TEN_DIGITS.findall(text):
        try:
            return check(found, demo=True)
        except BadNhsNumber:
            continue
    return ""
