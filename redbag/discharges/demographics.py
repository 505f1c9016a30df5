"""What the service itself can say under the mandatory headings, frozen into each summary as it stood then."""

from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation
from redbag.residents.nhs_numbers import shown
from redbag.transfers.models import Transfer


def filled_in(*, transfer: Transfer, actor: Actor, organisation: Organisation) -> dict[str, str]:
    """Texts by heading about who the patient is, their GP practice and who writes; empty ones are left out."""
    resident = transfer.resident
    known_as = f"preferred name {resident.preferred_name}" if resident.preferred_name else ""
    number = f"NHS number {shown(resident.nhs_number)}" if resident.nhs_number else "NHS number not known"
    patient = [resident.patient_name, known_as, f"Born {resident.date_of_birth:%d-%b-%Y}", number]
    home = f"Lives at {transfer.home.name}"
    texts = {
        "patient_demographics": "\n".join([*filter(None, patient), home]),
        "gp_practice": "\n".join(filter(None, [resident.gp_practice, resident.gp_phone])),
        "person_completing_record": f"{actor.name}, {organisation.name}",
    }
    return {slug: text for slug, text in texts.items() if text}
