"""Cuts what a letter says into lines and sentences, word for word."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from redbag.incoming.headings import Section

BULLET = re.compile(r"^(?:[-*•·–]|\(?\d{1,2}[.)](?!\d)|\(?[a-z][.)])\s+")
END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'(*•-])")
GOES_ON = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|approx|e\.g|i\.e|etc|vs|Tel|[A-Z])|\b[a-z]\.[a-z])\.$")


@dataclass(frozen=True)
class Quote:
    """Words of a letter exactly as they stand, and under which heading."""

    text: str
    slug: str
    title: str


def lines(text: str) -> list[str]:
    """The lines of a text that say something, without their bullets and numbers."""
    return [said for line in text.splitlines() if (said := BULLET.sub("", line.strip()).strip())]


def sentences(line: str) -> list[str]:
    """The sentences of one line; titles and short forms with a full stop end none."""
    found, begun = [], 0
    for end in END.finditer(line):
        if not GOES_ON.search(line[begun : end.start()]):
            found.append(line[begun : end.start()].strip())
            begun = end.end()
    return [said for said in [*found, line[begun:].strip()] if said]


def quotes(sections: Iterable[Section], matching: re.Pattern[str]) -> list[Quote]:
    """The sentences of these sections that match, each once, in the order in which they stand."""
    return quotes_that(sections, matching.search)


def quotes_that(sections: Iterable[Section], say: Callable[[str], object]) -> list[Quote]:
    """The sentences of these sections of which this is true, each once, in the order in which they stand."""
    found: dict[str, Quote] = {}
    for section in sections:
        for line in lines(section.text):
            for said in sentences(line):
                if say(said):
                    found.setdefault(said, Quote(said, section.slug, section.title))
    return list(found.values())
