"""Compares the medicines before a stay with those after it (domain.md F14, hazard H9)."""

from collections.abc import Sequence

from redbag.medicines.listed import Line, Listed

RULES_VERSION = 1


def compare(before: Sequence[Listed], after: Sequence[Listed]) -> list[Line]:
    """Every medicine of both lists on exactly one line. Absent is not stopped: only the hospital's word is."""
    return [Line(kind="not_mentioned", before=each, after=None) for each in before] + [
        Line(kind="new_to_us", before=None, after=each) for each in after
    ]
