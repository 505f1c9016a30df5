"""Finds in somebody's own record what may be about somebody else. Pure: names and values in, places out."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SHORTEST, LONGEST = 3, 200
# Columns that tell of somebody else by their nature, whatever they say.
OTHERS_BY_NATURE = {
    ("Resident", "contacts"),
    ("Death", "family_told_by"),
    ("Release", "to_name"),
    ("Decision", "asked_name"),
    ("Decision", "answer"),
    ("SecondCheck", "clinician"),
    ("MailedLetter", "sender"),
    ("Note", "words"),
    ("Visitor", "name"),
    ("Visitor", "registration"),
    ("BreakGlass", "name"),
    ("BreakGlass", "registration"),
    ("BreakGlass", "phone"),
    ("BreakGlass", "email"),
    ("Reader", "name"),
    ("Signature", "name"),
    ("Fact", "to_name"),
    ("Fact", "from_name"),
    ("Objection", "said_by"),
    ("RecordRequest", "asked_by"),
    ("Hold", "asked_by"),
    ("Hold", "reason"),
}
IN_CONFIDENCE = re.compile(
    r"safeguard|abus|police|social worker|in confidence|confidential|anonym|whistle|alleg(?!rg)|suspect|informant|"
    r"do not tell|not to be told",
    re.IGNORECASE,
)
WORDS = {"name": "a name is in it", "nature": "it tells of somebody else", "confidence": "perhaps told in confidence"}


@dataclass(frozen=True)
class Found:
    """One place to look at: where, under which heading, what it says, whose names, why, and whether it is left out
    until somebody has decided."""

    place: str
    heading: str
    text: str
    names: tuple[str, ...]
    why: str
    first: bool


def short(place: str) -> str:
    """A place as it is kept; one that is too long by the digest of its end."""
    if len(place) <= LONGEST:
        return place
    return f"{place[:120]}~{hashlib.sha256(place.encode()).hexdigest()}"


def leaves(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every text in a value, with its place: texts in lists and objects by their number or name."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from leaves(each, f"{place}.{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from leaves(each, f"{place}.{number}")
    elif isinstance(value, str) and value.strip():
        yield place, value


def finder(names: Collection[str], *, own: Collection[str]) -> re.Pattern | None:
    """Finds whole names, and each part of one that is long enough; never the person's own."""
    mine = {part.casefold() for name in own for part in (name, *name.split())}
    parts = {name for name in names if len(name) > 1}
    parts |= {part for name in names for part in name.split() if len(part) >= SHORTEST}
    wanted = sorted((each for each in parts if each.casefold() not in mine), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, wanted))})\b", re.IGNORECASE) if wanted else None


def look(*, table: str, column: str, heading: str, place: str, text: str, first: bool, names: re.Pattern | None):
    """The place as something to look at, or None when it is about the person alone as far as can be told."""
    found = tuple(dict.fromkeys(names.findall(text))) if names else ()
    if first or IN_CONFIDENCE.search(text):
        return Found(place, heading, text, found, "confidence", True)
    if (table, column) in OTHERS_BY_NATURE:
        return Found(place, heading, text, found, "nature", False)
    return Found(place, heading, text, found, "name", False) if found else None


def without(text: str, names: Collection[str], put: str) -> str:
    """The text with each of the names exchanged."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", put, text)
    return text
