"""The strip on top of every page about one resident: who it is, allergies, and what to do if the heart stops."""

from collections.abc import Sequence

from redbag.residents.models import Resident
from redbag.summaries.alerts import CPR_NO_ONLY, allergy_line, cpr_line


def strip_of(resident: Resident, summary: Sequence[dict]) -> dict:
    """What the strip shows, from the sections of `read_summary`."""
    contents = {section["name"]: section["content"] for section in summary}
    allergy, allergy_words = allergy_line(contents["allergies"])
    cpr, cpr_words = cpr_line(contents["resuscitation"])
    papers = [
        f"{row['kind'] or 'Paper'}: {row['where'] or 'nobody wrote where it is'}"
        for row in contents["resuscitation"]["papers"]
    ]
    return {
        "resident": resident,
        "allergy": allergy,
        "allergy_words": allergy_words,
        "cpr": cpr,
        "cpr_words": cpr_words,
        "cpr_only": CPR_NO_ONLY if cpr == "do_not_attempt" else "",
        "papers": papers,
        "limits": contents["resuscitation"]["limits"],
    }
