"""What somebody without an account says of themselves, and what of it does not hold together."""

from collections.abc import Collection
from dataclasses import dataclass

from redbag.organisations.models import Kind, Organisation
from redbag.visitors.registrations import NOT_ONE, is_valid, normalise
from redbag.visitors.sessions import ROLES

LONGEST_NAME, LONGEST_SERVICE = 100, 200
NEEDS_NUMBER = ("paramedic", "nurse", "doctor")


@dataclass(frozen=True)
class Introduction:
    """What somebody without an account says of themselves; nobody checks it."""

    name: str
    role: str
    registration: str = ""
    organisation: Organisation | None = None
    organisation_text: str = ""


def faults(told: Introduction, *, kinds: Collection[str] = (Kind.AMBULANCE,)) -> dict[str, str]:
    """What is wrong with what somebody said of themselves, by field; a chosen service must be of one of these kinds."""
    wrong = {}
    if not told.name.strip() or len(told.name) > LONGEST_NAME:
        wrong["name"] = f"Write your name, at most {LONGEST_NAME} letters." if told.name else "Write your name."
    if told.role not in ROLES:
        wrong["role"] = "Choose what you do."
    number = normalise(told.registration)
    if number and not is_valid(number):
        wrong["registration"] = NOT_ONE
    elif not number and told.role in NEEDS_NUMBER:
        wrong["registration"] = "Type your registration number (HCPC, NMC or GMC)."
    if told.organisation is None and not told.organisation_text.strip():
        wrong["organisation"] = "Say which service you come from."
    elif told.organisation is not None and told.organisation.kind not in kinds:
        wrong["organisation"] = "Choose your service from the list, or type its name."
    elif told.organisation is not None and _another(told.organisation, told.organisation_text):
        wrong["organisation"] = (
            f"You ticked {told.organisation.name} and wrote {told.organisation_text.strip()}. Which is it? "
            "Tick another one, or empty the box."
        )
    elif len(told.organisation_text) > LONGEST_SERVICE:
        wrong["organisation"] = f"Use at most {LONGEST_SERVICE} letters."
    return wrong


def _another(chosen: Organisation, typed: str) -> bool:
    """Whether the words typed beside a chosen service name another one: kept would be only one of the two."""
    return bool(typed.strip()) and typed.strip().casefold() != chosen.name.casefold()
