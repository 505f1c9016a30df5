"""Who did a thing last, for pages on which that is the only record of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from redbag.journal.models import Entry, Mention


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


def entries_about(*, residents: Collection[UUID], subjects: Collection[UUID]) -> list[int]:
    """The ids of every entry that concerns one of these residents, alone or among others, or happened to these rows."""
    named = Mention.objects.filter(resident_id__in=residents).values("entry")
    about = Q(resident_id__in=residents) | Q(subject_id__in=subjects) | Q(pk__in=named)
    return list(Entry.objects.filter(about).order_by("pk").values_list("pk", flat=True))


def happened(action: str, *, to: Collection[UUID]) -> bool:
    """Whether this was ever written down of one of these rows."""
    return Entry.objects.filter(action=action, subject_id__in=to).exists()
