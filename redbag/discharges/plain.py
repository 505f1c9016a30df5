"""What a home must see first of a letter: what changed, what must go on, when to call; always word for word."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from redbag.discharges.allergy_news import new_allergies
from redbag.discharges.models import DischargeSummary
from redbag.discharges.sentences import Quote, quotes
from redbag.incoming.headings import Section

__all__ = ["call_if", "changes", "do_not_stop", "new_allergies", "resuscitation", "why_urgent"]

ADVICE = ("information_and_advice_given", "safety_alerts", "plan_and_requested_actions")
CALL = re.compile(
    r"\b(?:999|111|call|ring|phone|telephone|contact|seek|come back|bring (?:him|her|them) back"
    r"|return to (?:hospital|ward|a&e|ed|emergency|us)|re-?admit|get help|red flags?|safety.?net\w*|worsening)\b",
    re.I,
)
PERHAPS = re.compile(r"\b(?:if|return|urgent(?:ly)?|immediately|watch for|look out for|warning)\b", re.I)
WITHIN = re.compile(
    r"\b(?:999|111|seek (?:help|medical)|return to (?:hospital|a&e|ed)|if .* (?:call|ring|contact))\b", re.I
)
GOES_ON = re.compile(
    r"\b(?:do not|don't|must not(?: be)?|never|should not(?: be)?)\s+(?:be\s+)?"
    r"(?:stop\w*|discontinu\w*|omit\w*|miss\w*|interrupt\w*|withh\w+)",
    re.I,
)
HEART_STOPS = re.compile(
    r"\b(?:DNA?CPR|DNAR|ReSPECT|ADRT|CPR)\b"
    r"|(?i:\bresuscitat\w*|\btreatment escalation|\bceiling of (?:care|treatment)|\badvance decision"
    r"|\bnot for (?:escalation|intubation|itu|icu|readmission))"
)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The medicines that the letter itself says it started, stopped or changed.

    `listed` is whether it has a list that could be read at all, `unsaid` how many on it have no word about a change.
    """

    listed: bool
    started: tuple[Mapping[str, str], ...] = ()
    stopped: tuple[Mapping[str, str], ...] = ()
    changed: tuple[Mapping[str, str], ...] = ()
    unsaid: int = 0

    @property
    def any(self) -> bool:
        """Whether any change is said."""
        return bool(self.started or self.stopped or self.changed)


def medicines_of(summary: DischargeSummary) -> list[dict]:
    """The medicines that could be read one by one, each in words and with the parts of the letter's own list."""
    read = [each for each in summary.read().get("medicines") or [] if (each.get("name") or "").strip()]
    return [{**each, "words": _in_words(each)} for each in read]


def changes(summary: DischargeSummary) -> Changes:
    """What the hospital says it did to the medicines; not mentioned is not stopped."""
    read = medicines_of(summary)
    by_change = {
        change: tuple(each for each in read if each.get("change") == change)
        for change in ("started", "stopped", "changed")
    }
    unsaid = sum(not each.get("change") for each in read)
    return Changes(listed=bool(read or summary.read().get("medicines_listed")), unsaid=unsaid, **by_change)


def do_not_stop(summary: DischargeSummary) -> tuple[list[dict], list[Quote]]:
    """The medicines marked as not to be stopped, and the sentences that say so of anything."""
    marked = [each for each in medicines_of(summary) if (each.get("do_not_stop") or "").strip()]
    return marked, quotes(summary.sections(), GOES_ON)


def resuscitation(summary: DischargeSummary) -> list[Quote]:
    """The sentences about resuscitation and how far treatment goes."""
    return quotes(summary.sections(), HEART_STOPS)


def call_if(sections: Iterable[Section]) -> list[Quote]:
    """The sentences that say when to call or come back: of advice, alerts and plan; elsewhere only plain ones."""
    sections = list(sections)
    advice = sorted((each for each in sections if each.slug in ADVICE), key=lambda each: ADVICE.index(each.slug))
    others = [each for each in sections if each.slug not in ADVICE]
    either = re.compile(f"{CALL.pattern}|{PERHAPS.pattern}", re.I)
    return quotes(advice, either) + quotes(others, WITHIN)


def why_urgent(summary: DischargeSummary) -> list[str]:
    """Why a letter may not wait until tomorrow, in codes: stopped_medicine, new_allergy."""
    reasons = []
    if changes(summary).stopped:
        reasons.append("stopped_medicine")
    if new_allergies(summary).new:
        reasons.append("new_allergy")
    return reasons


def _in_words(medicine: Mapping[str, str]) -> str:
    parts = (medicine.get(part) or "" for part in ("name", "form", "dose", "route", "frequency"))
    return ", ".join(part.strip() for part in parts if part.strip())
