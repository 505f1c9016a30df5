"""What must be seen at once, each as one short line under what to do if the heart stops. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from redbag.summaries.alerts import LEARNING, speak_first

NONE = re.compile(r"(none|no|nil|never|n/?a|not|nothing)( known| that we know( of)?| at all)?|unknown")
DOLS = {
    "authorised": "home only, hospital must decide",
    "applied": "applied for, not authorised yet",
}


@dataclass(frozen=True)
class Flag:
    """One mark. `words` may be empty; a screen may cut them to a line, for they stand in full further down."""

    name: str
    label: str
    words: str = ""

    @property
    def said(self) -> str:
        """The flag in one piece: "Blood thinner: apixaban"."""
        return f"{self.label}: {self.words}" if self.words else self.label


def flags_of(content: Mapping[str, Mapping], reason: Mapping) -> list[Flag]:
    """The flags that hold, in their order; `content` by section name, `reason` as the home said why they go.

    A plain "none", "no" or "not known" makes no flag; anything longer does, in the words that were written.
    """
    conditions, care, legal = content["conditions"], content["care"], content["legal"]
    flags = [
        Flag("comfort_care", "Comfort care (end of life)") if content["plan"].get("comfort_care") == "yes" else None,
        _told("risk_to_crew", "Risk to you", care.get("risk_to_crew")),
        Flag("speak_first", "Speak to the nurse in charge first") if speak_first(content["safeguarding"]) else None,
        _learning(content["passport"]),
        _told("blood_thinner", "Blood thinner", conditions.get("blood_thinner")),
        _told("insulin", "Insulin or diabetes", conditions.get("insulin")),
        _told("seizures", "Seizures", conditions.get("seizures")),
        _told("infection_today", "Infection today", reason.get("infection_today")),
        _told("infection", "Infection or isolation", conditions.get("infection")),
        _told("dols", "DoLS", DOLS.get(legal.get("dols_state") or "")),
    ]
    return [flag for flag in flags if flag]


def _learning(content: Mapping) -> Flag | None:
    which = LEARNING.get(content.get("which") or "")
    return Flag("learning", which, _line(content.get("adjustments"))) if which else None


def _told(name: str, label: str, words: str | None) -> Flag | None:
    """The flag of what somebody wrote; none where nothing was written, or plainly that there is none."""
    line = _line(words)
    return None if not line or NONE.fullmatch(line.rstrip(". ").casefold()) else Flag(name, label, line)


def _line(words: str | None) -> str:
    return " ".join((words or "").split())
