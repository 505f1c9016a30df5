"""Compares the medicines before a stay with those after it (domain.md F14, hazard H9).

Absent is not stopped: a line is stopped or started only in the hospital's own words. It shows two lists beside each
other and asks; it recommends no medicine and no dose. A clinical safety officer must review the rules.
"""

from collections.abc import Iterable, Sequence

from redbag.medicines.high_risk import groups, harms_when_missed
from redbag.medicines.judging import judged
from redbag.medicines.listed import Line, Listed
from redbag.medicines.matching import pairs
from redbag.medicines.reading import read
from redbag.medicines.written import tidy

RULES_VERSION = 1
WHAT_IS_GIVEN = frozenset(("strength", "dose", "route", "frequency"))
MISSED = ("stopped", "not_mentioned")


def compare(before: Sequence[Listed], after: Sequence[Listed]) -> list[Line]:
    """Every medicine of both lists on exactly one line, in reading order. Absent is not stopped."""
    theirs = [read(each) for each in after]
    return in_reading_order(judged(pair, theirs) for pair in pairs([read(each) for each in before], theirs))


def in_reading_order(lines: Iterable[Line]) -> list[Line]:
    """What harms first on top; what is unchanged last; the order of the lists makes no difference."""
    return sorted(lines, key=lambda line: (urgency(line), _name(line), line.kind, repr(line)))


def urgency(line: Line) -> int:
    """From 0, what harms when it is missed and may be missing, to 7, unchanged."""
    if line.kind in MISSED:
        return 0 if harms_when_missed(line) else 4
    if line.kind == "uncertain":
        return 1 if harms_when_missed(line) else 3
    if line.kind == "changed":
        given = any(difference.part in WHAT_IS_GIVEN for difference in line.differences)
        return 1 if given and groups(line) else 2 if given else 5
    if line.kind in ("started", "new_to_us"):
        return 4 if groups(line) else 5
    return 7


def _name(line: Line) -> str:
    listed = line.before or line.after
    return tidy(listed.name) if listed else ""
