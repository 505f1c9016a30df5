"""The only writer of the journal."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from redbag.journal.models import Entry, Mention, Personal

VIEW_MINUTES = 15


class Who(Protocol):
    """What the journal keeps of whoever acted."""

    @property
    def user_id(self) -> uuid.UUID | None: ...
    @property
    def key_id(self) -> uuid.UUID | None: ...


def record(
    action: str,
    subject: Any,
    *,
    actor: Who | None,
    at: datetime,
    organisation=None,
    resident=None,
    personal: dict | None = None,
    **facts: Any,
) -> None:
    """Write what just happened, in the caller's transaction or not at all.

    `subject` is the row it happened to (or None); `resident` the person it concerns; `facts` are ids, codes and times
    only; whatever names or quotes a person goes into `personal`, which is kept encrypted and apart.
    """
    salt = uuid.uuid4()
    text = json.dumps(personal, sort_keys=True, default=str) if personal else ""
    entry = Entry.objects.create(
        action=action,
        at=at,
        personal_digest=personal_digest(salt=salt, text=text) if personal else "",
        facts=json.loads(json.dumps(facts, default=str)),
        **_identity(subject, actor, organisation, resident),
    )
    if personal:
        Personal.objects.create(entry=entry, salt=salt, content=text)


def record_view(
    page: str,
    subject: Any,
    *,
    actor: Who | None,
    at: datetime,
    organisation=None,
    resident=None,
    residents: Sequence[uuid.UUID] = (),
    **facts: Any,
) -> None:
    """Write that somebody looked: one entry per person, page, thing shown and quarter of an hour.

    A page about several people names them in `residents`.
    """
    who = (actor and (actor.user_id or actor.key_id)) or "nobody"
    shown = ",".join(sorted(str(each) for each in residents)) or getattr(subject, "pk", "")
    quarter = int(at.timestamp() // (VIEW_MINUTES * 60))
    once = hashlib.sha256(f"{who}|{page}|{shown}|{quarter}".encode()).hexdigest()
    entry = Entry(
        action=f"viewed.{page}",
        at=at,
        facts=json.loads(json.dumps(facts, default=str)),
        once=once,
        **_identity(subject, actor, organisation, resident),
    )
    if not residents:
        Entry.objects.bulk_create([entry], ignore_conflicts=True)
        return
    if not Entry.objects.filter(once=once).exists():
        Entry.objects.bulk_create([entry], ignore_conflicts=True)
        kept = Entry.objects.get(once=once)
        if not kept.mentions.exists():
            Mention.objects.bulk_create(Mention(entry=kept, resident_id=each) for each in set(residents))


def personal_digest(*, salt: uuid.UUID, text: str) -> str:
    """The salted digest by which a seal covers an entry's personal part."""
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _identity(subject, actor, organisation, resident) -> dict:
    return {
        "subject_type": type(subject).__name__.lower() if subject is not None else "",
        "subject_id": getattr(subject, "pk", None),
        "resident_id": getattr(resident, "pk", resident),
        "actor_id": actor.user_id if actor else None,
        "key_id": actor.key_id if actor else None,
        "organisation_id": getattr(organisation, "pk", organisation),
    }
