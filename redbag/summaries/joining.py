"""Two health summaries of one person: how they differ, how one takes over from the other, and how that is undone.

Nothing is rewritten: what is taken over becomes a new version of the section, as old as whoever last checked it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from redbag.organisations.access import Actor
from redbag.residents.models import Resident
from redbag.summaries.fields import NOT_KNOWN, Field, Section, answered, tidy
from redbag.summaries.models import CurrentSection
from redbag.summaries.sections import SECTIONS
from redbag.summaries.versions import keep_version

TOGETHER = "allergies"
"""The section that is never chosen between: both lists count, so that nobody loses an allergy."""


@dataclass(frozen=True)
class Pair:
    """One section as two records hold it; a side is None where nothing is said."""

    section: Section
    kept: CurrentSection | None
    other: CurrentSection | None

    @property
    def differs(self) -> bool:
        """Whether both say something, and not the same."""
        return bool(self.kept and self.other) and self._said(self.kept) != self._said(self.other)

    @property
    def must_choose(self) -> bool:
        """Whether a person has to say which of the two stands."""
        return self.differs and self.section.name != TOGETHER

    def _said(self, row: CurrentSection | None) -> dict:
        return tidy(self.section, row.content) if row else {}


def pairs(*, kept: Resident, other: Resident) -> list[Pair]:
    """Every section of which at least one of the two records says something, in order."""
    ours = {each.section: each for each in kept.current_sections.all()}
    theirs = {each.section: each for each in other.current_sections.all()}
    found = [Pair(each, _says(each, ours.get(each.name)), _says(each, theirs.get(each.name))) for each in SECTIONS]
    return [pair for pair in found if pair.kept or pair.other]


def _says(section: Section, row: CurrentSection | None) -> CurrentSection | None:
    """The row, if it answers anything; of the allergies also when somebody wrote that they are not known."""
    if row is None or section.name == TOGETHER:
        return row
    content = tidy(section, row.content)
    return row if any(answered(field, content.get(field.name)) for field in section.fields) else None


def both(section: Section, kept: Mapping, other: Mapping) -> dict:
    """Two contents of the allergies as one: every row of both, and "none known" only where both say so, with no row."""
    whole = {field.name: _both(field, kept.get(field.name), other.get(field.name)) for field in section.fields}
    if any(row.get("agent") for row in whole["items"]):
        return whole | {"status": "present"}
    none = not whole["items"] and kept.get("status") == other.get("status") == "none_known"
    return whole | {"status": "none_known" if none else NOT_KNOWN}


def _both(field: Field, kept, other):
    if field.kind == "rows":
        seen = [_plain(row) for row in kept or []]
        return [*(kept or []), *(row for row in other or [] if _plain(row) not in seen)]
    if answered(field, kept) and answered(field, other) and kept != other and field.kind in ("text", "long"):
        return f"{kept}\n{other}"
    return kept if answered(field, kept) else other


def _plain(row: Mapping) -> dict:
    return {name: value.strip().casefold() if isinstance(value, str) else value for name, value in row.items()}


def take_over(*, pair: Pair, kept: Resident, choice: str, actor: Actor, now: datetime) -> dict | None:
    """Write what the kept record now says of a section, if that is new; answers what undoing it needs.

    `choice` (kept, other) counts where both say something; allergies of both count together.
    """
    if not pair.other or (pair.kept and not pair.differs) or (pair.must_choose and choice == "kept"):
        return None
    row = kept.current_sections.filter(section=pair.section.name).first()
    before = _told(row) if row else None
    told = _told(pair.other)
    if pair.kept and pair.section.name == TOGETHER:
        oldest = min(pair.kept, pair.other, key=lambda each: each.verified_at)
        content = both(pair.section, tidy(pair.section, pair.kept.content), tidy(pair.section, pair.other.content))
        if content == tidy(pair.section, pair.kept.content):
            return None
        told = _told(oldest) | {"content": content, "author_name": actor.name, "written_at": now.isoformat()}
    return {"before": before, "after": _write(kept, pair.section.name, told, actor, now)}


def put_back(*, kept: Resident, name: str, done: Mapping, actor: Actor, now: datetime) -> bool:
    """Undo what `take_over` wrote, unless somebody has changed the section since: then False, and it stays."""
    row = kept.current_sections.select_for_update().filter(section=name).first()
    if row is None or row.version != done["after"]:
        return False
    if done["before"]:
        _write(kept, name, done["before"], actor, now)
    else:
        row.delete()
    return True


def _told(row: CurrentSection) -> dict:
    return {
        "content": row.content,
        "author_name": row.author_name,
        "written_at": row.written_at.isoformat(),
        "verified_at": row.verified_at.isoformat(),
        "verified_by": row.verified_by,
    }


def _write(resident: Resident, name: str, told: Mapping, actor: Actor, now: datetime) -> int:
    """A new version of the section, as old as it is told to be. Returns its number."""
    times = {each: datetime.fromisoformat(told[each]) for each in ("written_at", "verified_at")}
    words = {each: told[each] for each in ("author_name", "verified_by")}
    return keep_version(resident=resident, name=name, content=told["content"], actor=actor, now=now, told=words | times)
