"""How somebody is and what is agreed, as lines: what matters at once, the plan, what is normal for them. Pure."""

from collections.abc import Mapping

from redbag.transfers.lines import Line, lines_of

PREFERS = {
    "home": "to be cared for at the home, and hospital only for what is named",
    "hospital": "to go to hospital when it can help",
}
"""The wishes of the section `plan` for those who read them away from the home."""


def alert_lines(conditions: Mapping) -> list[Line]:
    """Blood thinner, insulin, seizures, and the oxygen target with who set scale 2; filled or not."""
    lines = lines_of(conditions, blood_thinner="Blood thinner", insulin="Insulin", seizures="Seizures")
    scale2 = f"SpO2 scale 2 set by {conditions['scale2_by']}" if conditions["scale2_by"] else ""
    target = ". ".join(filter(None, (conditions["oxygen_target"], scale2)))
    return [*lines, Line("oxygen_target", "Oxygen target", target)]


def plan_lines(content: Mapping) -> list[Line]:
    """What the plan says of hospital, and whom to ring before; only what is recorded."""
    ring = [", ".join(filter(None, (row["who"], row["phone"], row["when"]))) for row in content["ring"]]
    lines = [
        Line("comfort_care", "Care", "Comfort care (end of life)" if content["comfort_care"] == "yes" else ""),
        Line("prefers", "They want", PREFERS.get(content["prefers"], "")),
        Line("hospital_for", "Hospital for", content["hospital_for"]),
        Line("treat_here", "Can be treated at the home", content["treat_here"]),
        Line("ring", "Ring about the plan", "; ".join(ring)),
        Line("medicines_here", "Just-in-case medicines", content["medicines_here"]),
        Line("agreed", "Agreed", content["agreed"]),
    ]
    return [line for line in lines if line.words]


def normal_lines(content: Mapping, reason: Mapping) -> list[Line]:
    """How they usually are; whether they can decide as it is today, if somebody said."""
    lines = lines_of(
        content,
        mobility="Moving about",
        speech="Speech",
        confusion="Memory and confusion",
        communication="How to talk with them",
    )
    today = reason.get("capacity_today")
    capacity = Line("capacity", "Can decide today?" if today else "Can usually decide?", today or content["capacity"])
    return [*lines, capacity]
