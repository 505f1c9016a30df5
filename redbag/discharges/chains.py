"""Which letters about a stay count: what replaces what, and what adds to what, in whatever order they came. Pure."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

UNIQUE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A letter of one hospital about one person, as far as its place among the others goes.

    `follows` is the letter that a person chose, `relates_to` the id that the document itself names, `dated` when the
    document says that it was written.
    """

    key: Hashable
    document_id: str = ""
    document_set: str = ""
    relation: str = ""
    relates_to: str = ""
    follows: Hashable | None = None
    dated: datetime | None = None


def replaced(letters: Sequence[Sent]) -> dict[Hashable, Hashable]:
    """Which letters are superseded, each with one that took its place. `letters` stand in the order they came.

    An amendment counts even when it came before the original. Letters that replace each other in a ring leave the one
    that came last: something always counts.
    """
    successors: dict[Hashable, Hashable] = {}
    for newer in reversed(letters):
        for older in letters:
            if newer.key == older.key or older.key in successors or not _replaces(newer, older, letters):
                continue
            if older.key not in _line(newer.key, successors):
                successors[older.key] = newer.key
    return successors


def is_of_one_version(document_id: str, document_set: str) -> bool:
    """Whether an id names this one version of a document: it is a UUID or has a system, and is not that of all."""
    return document_id != document_set and ("|" in document_id or bool(UNIQUE.fullmatch(document_id)))


def base_of(letter: Sent, letters: Sequence[Sent]) -> Hashable | None:
    """The letter that this one replaces or adds to, the last that came where several bear that id; None when it has
    not come."""
    if letter.follows is not None:
        return letter.follows
    named = [each.key for each in letters if each.key != letter.key and _names(letter, each)]
    return named[-1] if named else None


def _replaces(newer: Sent, older: Sent, letters: Sequence[Sent]) -> bool:
    if newer.relation == "appends":
        return False
    if newer.follows is not None:
        return newer.relation == "replaces" and newer.follows == older.key
    if newer.relation == "replaces" and _one_name(newer.relates_to, older.document_id) and not _only_a_set(older):
        return True
    if _one_name(newer.document_id, older.document_id) and not _only_a_set(newer):
        return letters.index(newer) > letters.index(older)
    one_set = any(_one_name(newer.document_set, name) for name in (older.document_set, older.document_id))
    names_set = newer.relation == "replaces" and _one_name(newer.relates_to, older.document_set)
    return older.relation != "appends" and (one_set or names_set) and _is_after(newer, older, letters)


def _names(letter: Sent, other: Sent) -> bool:
    return any(_one_name(letter.relates_to, name) for name in (other.document_id, other.document_set))


def _one_name(one: str, other: str) -> bool:
    """Whether two names (system|value) are one; a system that only one of them gives is no difference."""
    if "|" in one and "|" in other:
        return one == other
    return one != "" and one.rpartition("|")[2] == other.rpartition("|")[2]


def _only_a_set(letter: Sent) -> bool:
    return letter.document_id == letter.document_set


def _is_after(newer: Sent, older: Sent, letters: Sequence[Sent]) -> bool:
    """By what the documents say of themselves, else by the order in which they came."""
    if newer.dated and older.dated and newer.dated != older.dated:
        return newer.dated > older.dated
    return letters.index(newer) > letters.index(older)


def _line(key: Hashable, successors: dict[Hashable, Hashable]) -> list[Hashable]:
    """What took the place of a letter, and of that in turn."""
    line = []
    while key in successors and successors[key] not in line:
        key = successors[key]
        line.append(key)
    return line
