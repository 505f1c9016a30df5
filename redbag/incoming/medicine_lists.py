"""Which of the medicines in a document are on its list of medicines to take, and which are only spoken of."""

import re
from dataclasses import dataclass, field

from redbag.incoming.headings import MEDICINES
from redbag.incoming.parts import Parts, Resource
from redbag.incoming.sections import Part
from redbag.incoming.trees import all_words, objects, words

KINDS = ("MedicationStatement", "MedicationRequest")
NOT_THERE = "A medicine that the list points at is not in the document. Ask the hospital."
NOT_NOW = re.compile(
    r"\b(admission|admitted|before|prior|previous|pre|withheld|on hold|suspended|paused|given in|during|inpatient)\b",
    re.IGNORECASE,
)
GONE = re.compile(r"\b(stopped|discontinued)\b", re.IGNORECASE)
OTHERWISE = re.compile(
    r"\b(not|start(ed)?|new|newly|added|changed?|changes|amended|continued?|continuing|unchanged|restarted)\b",
    re.IGNORECASE,
)
WHAT = re.compile(r"\b(med(icament|icine|ication)?s?|drugs?|treatments?|items|tablets)\b")
BESIDE_GONE = re.compile(
    r"(?:\W++|(?:a|are|at|been|by|discharge|had|has|have|her|his|hospital|in|is|list|of|on|our|patient|s|section|stay"
    r"|that|the|their|these|this|those|upon|ward|was|we|were|which)\b)*+"
)


@dataclass
class Chosen:
    """The medicines on the list, what the headings over them say of stopping, and the medicines beside the list.

    `headed` is stopped or unclear, by id().
    """

    listed: list[Resource]
    beside: list[Resource]
    headed: dict[int, str]
    is_list: bool


@dataclass
class _Seen:
    listed: dict[int, Resource] = field(default_factory=dict)
    elsewhere: set[int] = field(default_factory=set)
    headed: dict[int, str] = field(default_factory=dict)
    empty_list: bool = False


def on_the_list(parts: Parts, sections: list[Part], notes: list[str]) -> Chosen:
    """What the sections about medicines point at; without that, all that no other section points at.

    Statements count before requests: a document that has both says the same twice.
    """
    seen = _Seen()
    for section in sections:
        _look(section, parts, seen, notes)
    every = parts.of_kind("MedicationStatement") or parts.of_kind("MedicationRequest")
    listed = list(seen.listed.values()) or [one for one in every if id(one) not in seen.elsewhere]
    counted = {id(one) for one in listed}
    beside = [one for one in every if id(one) not in counted]
    return Chosen(listed, beside, seen.headed, bool(listed) or seen.empty_list)


def _look(section: Part, parts: Parts, seen: _Seen, notes: list[str]) -> None:
    codes = all_words(section.resource, "code", "coding", "code")
    titles = " ".join((*section.inside, section.title, *codes))
    found, complete = _pointed_at(section.resource, parts)
    if section.belongs != MEDICINES or NOT_NOW.search(titles):
        seen.elsewhere |= set(found)
        return
    if not complete:
        notes.append(NOT_THERE)
    seen.listed |= found
    if says := said_by_headings(section.title, *codes, *reversed(section.inside)):
        seen.headed |= {one: says if seen.headed.get(one, says) == says else "unclear" for one in found}
    seen.empty_list = seen.empty_list or _is_empty(section.resource, parts)


def said_by_headings(*titles: str) -> str:
    """What the headings over a medicine, from the inside out, say of stopping: stopped, unclear, or nothing.

    Only a heading that says nothing but *stopped* stops what stands under it: not *Medicines started and stopped*.
    """
    speaking = [title for title in titles if GONE.search(title) or OTHERWISE.search(title)]
    if not speaking:
        return ""
    if _only_gone(speaking[0]):
        return "stopped"
    return "unclear" if GONE.search(speaking[0]) or any(map(_only_gone, speaking)) else ""


def _only_gone(title: str) -> bool:
    """Whether a title says *stopped*, what, where, and nothing beside it."""
    said, times = GONE.subn(" ", title.lower())
    rest, things = WHAT.subn(" ", said)
    return bool(times and things <= 1 and BESIDE_GONE.fullmatch(rest))


def _pointed_at(resource: Resource, parts: Parts) -> tuple[dict[int, Resource], bool]:
    """The medicines that a section points at, through lists too, and whether all that it points at is there."""
    pointed = list(parts.follow(resource, "entry"))
    complete = len(pointed) == len(all_words(resource, "entry", "reference"))
    for one in [each for each in pointed if words(each, "resourceType") == "List"]:
        items = list(parts.follow(one, "entry", "item", within=one))
        complete = complete and len(items) == len(all_words(one, "entry", "item", "reference"))
        pointed += items
    return {id(one): one for one in pointed if words(one, "resourceType") in KINDS}, complete


def _is_empty(resource: Resource, parts: Parts) -> bool:
    """Whether a section says that there is nothing to list: a list without entries, or none with that as its reason."""
    lists = [one for one in parts.follow(resource, "entry") if words(one, "resourceType") == "List"]
    if any(not any(objects(one, "entry")) for one in lists):
        return True
    return "entry" not in resource and "nilknown" in all_words(resource, "emptyReason", "coding", "code")
