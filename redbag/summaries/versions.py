"""The one place where a section's next version is written."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db.models import OuterRef, QuerySet, Subquery

from redbag.organisations.access import Actor
from redbag.residents.models import Resident
from redbag.summaries.models import CurrentSection, SectionVersion

NEVER = {"verified_at": datetime(1970, 1, 1, tzinfo=UTC), "verified_by": ""}
"""How a current section says that nobody has looked at the whole of it yet."""


def checked_by(actor: Actor, now: datetime) -> dict:
    """That somebody looked at the whole section now."""
    return {"verified_at": now, "verified_by": actor.name}


def keep_version(
    *,
    resident: Resident,
    name: str,
    content: Mapping,
    actor: Actor,
    now: datetime,
    told: Mapping,
    first: Mapping | None = None,
) -> int:
    """Write what a section says from now on, and answer the number of the version.

    The caller holds the resident's lock. `told` sets author_name, written_at, verified_at and verified_by of what
    stands, where they are not the actor's and now; `first` does so only where nothing stood before.
    """
    newest = resident.section_versions.filter(section=name).order_by("-version").first()
    version = newest.version + 1 if newest else 1
    SectionVersion.objects.create(
        resident=resident,
        section=name,
        version=version,
        content=content,
        author=actor.user,
        author_name=actor.name,
        written_at=now,
    )
    stands = {"version": version, "content": content, "author_name": actor.name, "written_at": now, **told}
    CurrentSection.objects.update_or_create(
        resident=resident, section=name, defaults=stands, create_defaults={**stands, **(first or {})}
    )
    return version


def versions_at(*, resident: Resident, moment: datetime) -> QuerySet[SectionVersion]:
    """The version of each section that was the newest at a moment, in one statement."""
    earlier = resident.section_versions.filter(written_at__lte=moment)
    newest = earlier.filter(section=OuterRef("section")).order_by("-version").values("version")[:1]
    return earlier.filter(version=Subquery(newest))
