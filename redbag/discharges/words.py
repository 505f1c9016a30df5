"""Finds the short forms of hospitals in a text and says what they stand for; the text itself stays as it is."""

import re
from dataclasses import dataclass

from redbag.discharges.abbreviations import LISTED

ALSO_WORDS = frozenset(("AS", "CAP", "ECHO", "IM", "MUST", "ON", "PEG", "PO", "RIP", "ROM", "SALT", "SOB", "STAT"))
UNITS = {"7": "days", "12": "months", "52": "weeks"}


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; a short form has its meanings, all else has none."""

    text: str
    meanings: tuple[str, ...] = ()


def _read(listed: str) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The meanings by short form as written, and by folded short form where any writing counts."""
    exact, any_writing = {}, {}
    for line in filter(None, listed.splitlines()):
        short, _, said = line.partition(": ")
        meanings = tuple(said.split(" / "))
        if short.startswith("~"):
            any_writing[short[1:].casefold()] = meanings
        else:
            exact[short] = meanings
    return exact, any_writing


EXACT, ANY_WRITING = _read(LISTED)


def _either(shorts) -> str:
    return "|".join(re.escape(short) for short in sorted(shorts, key=len, reverse=True))


FOUND = re.compile(
    rf"(?<![\w/+#])(?:(?P<exact>{_either(EXACT)})|(?P<any>(?i:{_either(ANY_WRITING)}))"
    r"|(?P<count>\d{1,2})/(?P<unit>7|12|52))(?![\w/])"
)


def pieces(text: str) -> list[Piece]:
    """The text cut at its short forms; the pieces put together are the text, letter for letter."""
    cut, end = [], 0
    for found in FOUND.finditer(text):
        meanings = _meanings(found)
        if not meanings:
            continue
        if found.start() > end:
            cut.append(Piece(text[end : found.start()]))
        cut.append(Piece(found.group(), meanings))
        end = found.end()
    return [*cut, Piece(text[end:])] if end < len(text) else cut


def explained(text: str) -> list[Piece]:
    """Each short form of a text once, in the order in which they come."""
    return list({piece.text: piece for piece in pieces(text) if piece.meanings}.values())


def _meanings(found: re.Match) -> tuple[str, ...]:
    if found["unit"]:
        said = f"{found['count']} {UNITS[found['unit']]}"
        return (said,) if found["unit"] == "52" else (said, "a date: day and month")
    short = found.group()
    if found["any"]:
        return ANY_WRITING[short.casefold()]
    return () if short in ALSO_WORDS and _shouted(found) else EXACT[short]


def _shouted(found: re.Match) -> bool:
    """Whether the line around is in capitals throughout, where a short form may be an ordinary word."""
    text = found.string
    start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
    line = text[start : end if end >= 0 else len(text)]
    return line.isupper() and len(line.split()) > 2
