"""Who did a thing last, for pages on which that is the only record of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redbag.journal.models import Entry


@dataclass(frozen=True)
class Noted:
    """One entry: what was done, to which row, by whom."""

    subject: UUID
    action: str
    by: UUID | None


def latest(*, organisations: Collection[UUID], actions: Collection[str], since: datetime, most: int) -> list[Noted]:
    """The newest of these actions at these organisations, one for each row they happened to, the newest first."""
    rows = Entry.objects.filter(organisation_id__in=organisations, action__in=actions, at__gte=since)
    found = rows.exclude(subject_id=None).order_by("-id").values_list("subject_id", "action", "actor_id")[:most]
    return list({subject: Noted(subject, action, by) for subject, action, by in reversed(found)}.values())[::-1]
