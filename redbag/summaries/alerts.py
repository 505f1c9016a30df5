"""The lines that protect: the same words on every screen and on paper."""

from collections.abc import Mapping

ALLERGY_NOT_KNOWN = "NOT KNOWN: check before giving anything"
ALLERGY_NONE = "No known allergies"
CPR_NO = "Do NOT attempt CPR"
CPR_NO_ONLY = "Applies to CPR only: give all other care"
CPR_ATTEMPT = "Attempt CPR (decided)"
CPR_NOT_KNOWN = "No decision known: attempt CPR"


def allergy_line(content: Mapping) -> tuple[str, str]:
    """State (present, none_known or not_known) and words. Anything unclear reads as not known, never as none."""
    status = content.get("status")
    named = [row for row in content.get("items", []) if row.get("agent")]
    if status == "present" and named:
        return "present", "; ".join(
            row["agent"] + (f" ({row['reaction']})" if row.get("reaction") else "") for row in named
        )
    if status == "none_known" and not named:
        return "none_known", ALLERGY_NONE
    return "not_known", ALLERGY_NOT_KNOWN


def cpr_line(content: Mapping) -> tuple[str, str]:
    """State (attempt, do_not_attempt or not_known) and words; anything but a clear answer means attempt."""
    recommendation = content.get("recommendation")
    if recommendation == "do_not_attempt":
        return "do_not_attempt", CPR_NO
    if recommendation == "attempt":
        return "attempt", CPR_ATTEMPT
    return "not_known", CPR_NOT_KNOWN
