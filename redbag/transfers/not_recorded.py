"""What crew and ward would look for and nobody wrote, in calm words. Pure."""

from collections.abc import Mapping

CONDITIONS = {
    "blood_thinner": "Blood thinner or not",
    "insulin": "Insulin or diabetes",
    "seizures": "Seizures",
    "oxygen_target": "Oxygen target",
}
NORMAL = {
    "mobility": "How they move about",
    "speech": "How they speak",
    "confusion": "Their usual memory",
    "communication": "How to talk with them",
}
OF_THE_DAY = (
    "Why they are going",
    "When they were last seen well",
    "Vital signs (",
    "Whether they can decide today",
    "When they last ate",
    "Whether the family has been told",
    "Who is in charge at the home",
)
"""How the gaps begin that only the day of leaving can fill."""


def not_recorded(*, content: Mapping[str, Mapping], reason: Mapping, vitals_gap: str, allergies: str, cpr: str) -> list:
    """What is missing, in the order of the first screen; empty when nothing is. `allergies` and `cpr` are states."""
    conditions, normal, care = content["conditions"], content["normal"], content["care"]
    gaps = [
        ("Allergies", allergies == "not_known"),
        ("A decision about CPR", cpr == "not_known"),
        ("Why they are going", not reason.get("concern")),
        ("When they were last seen well", not reason.get("last_seen_well")),
        (f"Vital signs ({vitals_gap})", bool(vitals_gap)),
        *_among(conditions, CONDITIONS, "Blood thinner, insulin, seizures, oxygen target"),
        ("Infection or isolation", not (conditions.get("infection") or reason.get("infection_today"))),
        *_among(normal, NORMAL, "What is normal for them"),
        ("Whether they can decide today", not reason.get("capacity_today")),
        ("Swallowing, food and drink", not care.get("swallowing")),
        ("When they last ate", not reason.get("last_ate")),
        ("Medicines", not content["medicines"].get("items")),
        ("Lifting and transfers", not care.get("lifting")),
        ("Whether the family has been told", not (reason.get("family_told") or reason.get("shared"))),
        ("Who is in charge at the home", not reason.get("in_charge")),
    ]
    return [words for words, missing in gaps if missing]


def _among(content: Mapping, labels: Mapping[str, str], together: str) -> list[tuple[str, bool]]:
    """One gap for each empty field; one for all of them when all are empty."""
    empty = [label for name, label in labels.items() if not content.get(name)]
    return [(together, True)] if len(empty) == len(labels) else [(label, True) for label in empty]
