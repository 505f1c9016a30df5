"""What a section said before: every version with author and time, and what differs between any two."""

from collections.abc import Sequence
from dataclasses import dataclass

from redbag.residents.models import Resident
from redbag.summaries.fields import Change, changes, empty, tidy
from redbag.summaries.models import SectionVersion
from redbag.summaries.sections import BY_NAME


@dataclass(frozen=True)
class Told:
    """A version of a section and what it changed; `first` when there was none before it."""

    version: SectionVersion
    changes: list[Change]

    @property
    def first(self) -> bool:
        return self.version.version == 1


def versions(*, resident: Resident, section: str):
    """All versions of a section, newest first."""
    return resident.section_versions.filter(section=section).order_by("-version")


def told(*, resident: Resident, section: str, most: int, before: int | None = None) -> list[Told]:
    """At most so many versions, newest first, those before a version number if one is given, with their changes."""
    wanted = versions(resident=resident, section=section)
    wanted = wanted.filter(version__lt=before) if before else wanted
    rows = list(wanted[: most + 1])  # one more, to say what the oldest shown one changed
    older = {row.version: row for row in rows}
    return [Told(row, differences(older.get(row.version - 1), row)) for row in rows[:most]]


def pair(
    *, resident: Resident, section: str, versions: Sequence[str]
) -> tuple[SectionVersion | None, SectionVersion | None]:
    """Two versions by their numbers, the older one first; None for what is no version of this section."""
    wanted = [int(each) if each.isdecimal() and len(each) < 9 else 0 for each in versions]
    rows = {row.version: row for row in resident.section_versions.filter(section=section, version__in=wanted)}
    first, second = sorted(wanted)
    return rows.get(first), rows.get(second)


def differences(before: SectionVersion | None, after: SectionVersion) -> list[Change]:
    """What differs between two versions of one section, in words; against nothing when there is none before."""
    definition = BY_NAME[after.section]
    return changes(definition, before.content if before else empty(definition), after.content)


def content_of(version: SectionVersion) -> dict:
    """What a version said, with the fields the section has today."""
    return tidy(BY_NAME[version.section], version.content)
