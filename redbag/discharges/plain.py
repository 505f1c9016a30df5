"""What a home must see first of a letter: what changed, what must go on, when to call; always word for word."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from redbag.discharges.allergy_news import new_allergies
from redbag.discharges.medicine_words import GOES_ON, tells_of_change
from redbag.discharges.models import DischargeSummary
from redbag.discharges.sentences import Quote, quotes, quotes_that
from redbag.incoming.headings import BY_SLUG, Section

__all__ = [
    "alerts",
    "allergy_words",
    "call_if",
    "changes",
    "do_not_stop",
    "everything",
    "medicines_of",
    "new_allergies",
    "resuscitation",
    "why_urgent",
]
MEDICINES, ALLERGIES = "medications_and_medical_devices", "allergies_and_adverse_reactions"
ALERTS, PLAN = "safety_alerts", "plan_and_requested_actions"
PLAN_TITLE = BY_SLUG[PLAN].title

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
CHANGED = re.compile(
    r"\b(?:new|newly|start(?:ed)?|commenced|stop(?:ped)?|discontinued?|withheld|suspended|paused|chang(?:ed?|es)"
    r"|increased?|reduced?|decreased?|switched|restart(?:ed)?)\b",
    re.I,
)
STOPPED = re.compile(r"\b(?:stopped|discontinued|withheld|suspended)\b", re.I)
NOT_STOPPED = re.compile(r"\b(?:no|not|none|nothing|never)\b[^.;:]{0,30}\b(?:stopped|discontinued|withheld)\b", re.I)
CHANGES = {"started": ("started",), "stopped": ("stopped",), "changed": ("changed", "unclear")}
ALLERGY = re.compile(
    r"\b(?:allerg\w*|anaphyla\w*|hypersensitiv\w*|intoleran\w*|reactions?|reacted|side[- ]effects?|angio-?o?edema"
    r"|NKD?A|rash (?:after|with|to|from|on))\b",
    re.I,
)
INFECTION = re.compile(
    r"\b(?:infect\w*|isolat\w*|barrier nurs\w*|MRSA|MSSA|VRE|CPE|ESBL|C\.? ?diff\w*|clostridi\w*|noro-?virus|covid"
    r"|flu|influenza|scabies|shingles|TB|tuberculosis|RSV|diarrh\w*|carbapenem\w*)\b",
    re.I,
)
HEART_STOPS = re.compile(
    r"\b(?:DNA?CPR|DNAR|ReSPECT|ADRT|CPR)\b"
    r"|(?i:\bresuscitat\w*|\btreatment escalation|\bceiling of (?:care|treatment)|\badvance decision"
    r"|\bnot for (?:escalation|intubation|itu|icu|readmission))"
)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The medicines that the letter itself says it started, stopped or changed; unclear ones stand with the changed.

    `listed` is whether it has a list that could be read at all, `unsaid` how many on it have no word about a change.
    Without such a list `said` are the lines about medicines that speak of a change. `elsewhere` are the words of any
    heading that seem to speak of one and stand in neither; they are shown, and nothing follows from them.
    """

    listed: bool
    started: tuple[Mapping[str, str], ...] = ()
    stopped: tuple[Mapping[str, str], ...] = ()
    changed: tuple[Mapping[str, str], ...] = ()
    unsaid: int = 0
    said: tuple[Quote, ...] = ()
    elsewhere: tuple[Quote, ...] = ()

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
    by_change = {change: tuple(each for each in read if each.get("change") in also) for change, also in CHANGES.items()}
    unsaid = sum(not each.get("change") for each in read)
    said = () if any(by_change.values()) else tuple(quotes(_about_medicines(summary), CHANGED))
    listed = bool(read or summary.read().get("medicines_listed"))
    elsewhere = tuple(_elsewhere(summary, said, by_change))
    return Changes(listed=listed, unsaid=unsaid, said=said, elsewhere=elsewhere, **by_change)


def _elsewhere(summary: DischargeSummary, said: Iterable[Quote], by_change: Mapping[str, tuple]) -> list[Quote]:
    """What any heading says of a change, without what the list or the lines about medicines say already."""
    shown = {each.text for each in said}
    listed = [each["name"].casefold().split()[0] for rows in by_change.values() for each in rows]
    return [
        each
        for each in quotes_that(everything(summary), tells_of_change)
        if each.text not in shown
        and not (each.slug == MEDICINES and any(name in each.text.casefold() for name in listed))
    ]


def everything(summary: DischargeSummary) -> list[Section]:
    """All that a letter says under its headings, and what a document lists as actions beside them."""
    sections = summary.sections()
    whole = "\n".join(each.text for each in sections)
    asked = [(each.get("text") or "").strip() for each in summary.read().get("actions") or []]
    more = "\n".join(text for text in asked if text and text not in whole)
    return [*sections, Section(PLAN, PLAN_TITLE, "", more)] if more else sections


def allergy_words(summary: DischargeSummary) -> list[Quote]:
    """What any heading but that of allergies says of an allergy or reaction; nothing follows from it."""
    return quotes([each for each in everything(summary) if each.slug != ALLERGIES], ALLERGY)


def alerts(summary: DischargeSummary) -> list[tuple[Section, bool]]:
    """What stands under safety alerts, whole, and whether it speaks of an infection."""
    found = [each for each in summary.sections() if each.slug == ALERTS or "alert" in each.title.casefold()]
    return [(each, bool(INFECTION.search(each.text))) for each in found if each.text.strip()]


def do_not_stop(summary: DischargeSummary) -> tuple[list[dict], list[Quote]]:
    """The medicines marked as not to be stopped, and the sentences that say so of anything."""
    listed = [each for each in medicines_of(summary) if (each.get("do_not_stop") or "").strip()]
    marked = [{**each, "only_marked": _only_marked(each["do_not_stop"])} for each in listed]
    return marked, quotes(everything(summary), GOES_ON)


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
    told = changes(summary)
    if told.stopped or any(_says_stopped(each.text) for each in told.said):
        reasons.append("stopped_medicine")
    if new_allergies(summary).new:
        reasons.append("new_allergy")
    return reasons


def _about_medicines(summary: DischargeSummary) -> list[Section]:
    return [each for each in summary.sections() if each.slug == MEDICINES]


def _says_stopped(sentence: str) -> bool:
    """Whether it plainly says that something was stopped; in doubt it is only earlier that somebody hears of it."""
    return bool(STOPPED.search(sentence)) and not NOT_STOPPED.search(sentence)


def _only_marked(words: str) -> bool:
    """Whether they say no more than the heading over them."""
    return words.strip(" .!").casefold() == "do not stop"


def _in_words(medicine: Mapping[str, str]) -> str:
    parts = (medicine.get(part) or "" for part in ("name", "form", "dose", "route", "frequency"))
    return ", ".join(part.strip() for part in parts if part.strip())
