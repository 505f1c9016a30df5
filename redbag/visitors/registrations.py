"""Registration numbers as people type them: paramedics (HCPC), nurses (NMC), doctors (GMC). Their form alone counts."""

import re

HCPC = re.compile(r"PA\d{5,6}")
NMC = re.compile(r"\d{2}[A-Z]\d{4}[A-Z]")
GMC = re.compile(r"\d{7}")
NOT_ONE = (
    "This is not a registration number we know. Paramedic: PA and 5 or 6 numbers. "
    "Nurse: like 12A3456B. Doctor: 7 numbers."
)


def normalise(typed: str) -> str:
    """In capitals, without spaces, dots and strokes, and without the name of the register in front."""
    plain = re.sub(r"[\s./-]", "", typed).upper()
    return re.sub(r"^(HCPC|NMC|GMC)(PIN|NO|NUMBER)?:?", "", plain)


def is_valid(number: str) -> bool:
    """Whether a normalised number has the form of one of the three registers; nobody asks the register itself."""
    return any(form.fullmatch(number) for form in (HCPC, NMC, GMC))
