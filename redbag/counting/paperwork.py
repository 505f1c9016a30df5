"""What the papers said that a home froze as somebody left: which sections were there, and how fresh they were. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

ASKED = (
    "allergies",
    "resuscitation",
    "plan",
    "medicines",
    "conditions",
    "normal",
    "needs",
    "care",
    "about_me",
    "legal",
)
"""The sections that everybody's papers should have, after the PRSB content for an urgent transfer from a care home.

Not asked of everybody: the hospital passport (for some), weight and height (MUST), the kind of stay, and safeguarding,
which never leaves the home.
"""
CARES = ("concern", "action", "response", "examination", "shared")
TODAY = timedelta(hours=24)


@dataclass(frozen=True)
class Papers:
    """The columns of CountedJourney about paperwork; each None where nothing was frozen or nobody has left.

    `papers_there` is how many of the `papers_asked` sections say anything, `fresh` whether each of those was within its
    own time for *still right?* (None where none is there). `has_medicines`: the list names a medicine, or says in words
    how it is with medicines. `has_allergies` and `has_resuscitation`: known, *none* included, *not known* not.
    `has_reason`: one of the five CARES boxes says why. `has_observations`: vital signs of the 24 hours before.
    `has_baseline`: how their vital signs usually are.
    """

    papers_asked: int | None = None
    papers_there: int | None = None
    fresh: bool | None = None
    has_medicines: bool | None = None
    has_allergies: bool | None = None
    has_resuscitation: bool | None = None
    has_reason: bool | None = None
    has_observations: bool | None = None
    has_baseline: bool | None = None


NOTHING_FROZEN = Papers()


def papers_of(frozen: Mapping) -> Papers:
    """What a snapshot says, read from its JSON (transfers/snapshot.py)."""
    sections = {each["name"]: each for each in frozen.get("summary") or () if each["name"] in ASKED}
    there = {name for name, each in sections.items() if each.get("completeness")}
    has_medicines = "medicines" in sections and _names_medicines(sections["medicines"]["content"])
    there = there | {"medicines"} if has_medicines else there - {"medicines"}
    return Papers(
        papers_asked=len(ASKED),
        papers_there=len(there),
        fresh=not any(sections[name]["due"] for name in there) if there else None,
        has_medicines=has_medicines,
        has_allergies="allergies" in there,
        has_resuscitation="resuscitation" in there,
        has_reason=any(((frozen.get("reason") or {}).get(name) or "").strip() for name in CARES),
        has_observations=_is_of_today(frozen),
        has_baseline=frozen.get("baseline") is not None,
    )


def _names_medicines(content: Mapping) -> bool:
    named = any((row.get("name") or "").strip() for row in content.get("items") or ())
    return named or any((content.get(words) or "").strip() for words in ("how", "note"))


def _is_of_today(frozen: Mapping) -> bool:
    seen = frozen.get("observation")
    if seen is None:
        return False
    taken, left = datetime.fromisoformat(seen["taken_at"]), datetime.fromisoformat(frozen["taken_at"])
    return taken >= left - TODAY
