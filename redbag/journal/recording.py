"""The only writer of the journal."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import InternalError, OperationalError, connection, transaction

from redbag.journal import missed
from redbag.journal.models import Entry, Mention, Personal

VIEW_MINUTES = 15
VIEWED, PRINTED, EXPORTED = WAYS = ("viewed", "printed", "exported")
PATIENCE = "SET LOCAL lock_timeout = '2s'; "


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
) -> Entry:
    """Write what just happened, in the caller's transaction or not at all.

    `subject` is the row it happened to (or None); `resident` the person it concerns; `facts` are ids, codes and times
    only; whatever names or quotes a person goes into `personal`, which is kept encrypted and apart.
    """
    salt = uuid.uuid4()
    text = json.dumps(personal, sort_keys=True, default=str) if personal else ""
    with transaction.atomic(savepoint=False):
        entry = Entry.objects.create(
            action=action,
            at=at,
            personal_digest=personal_digest(salt=salt, text=text) if personal else "",
            facts=json.loads(json.dumps(facts, default=str)),
            **_identity(subject, actor, organisation, resident),
        )
        if personal:
            Personal.objects.create(entry=entry, salt=salt, content=text)
    return entry


def record_view(
    page: str,
    subject: Any,
    *,
    actor: Who | None,
    at: datetime,
    organisation=None,
    resident=None,
    residents: Sequence[uuid.UUID] = (),
    way: str = VIEWED,
    **facts: Any,
) -> None:
    """Write that somebody looked, printed or took a file (`way`): one entry per person, page, thing shown and quarter
    of an hour.

    A page about several people names them in `residents`. What is read beside a patient goes on although the journal
    cannot be written (missed.GO_ON): the look is kept aside then.
    """
    who = (actor and (actor.user_id or actor.key_id)) or "nobody"
    shown = ",".join(sorted(str(each) for each in set(residents))) or getattr(subject, "pk", "")
    once = _once(who, page if way == VIEWED else f"{way}.{page}", shown, at)
    entry = Entry(
        action=f"{way}.{page}",
        at=at,
        facts=json.loads(json.dumps(facts, default=str)),
        once=once,
        **_identity(subject, actor, organisation, resident),
    )
    if not residents:
        _write_look(entry, goes_on=entry.action in missed.GO_ON and not connection.in_atomic_block)
        return
    if Entry.objects.filter(once=once).exists():
        return
    with transaction.atomic(savepoint=False):  # the sealer must not meet an entry without those it names
        Entry.objects.bulk_create([entry], ignore_conflicts=True)
        kept = Entry.objects.get(once=once)
        if not kept.mentions.exists():
            Mention.objects.bulk_create(Mention(entry=kept, resident_id=each) for each in set(residents))


def record_refusal(
    route: str,
    *,
    actor: Who | None,
    at: datetime,
    organisation=None,
    resident: uuid.UUID | None = None,
    subject: tuple[str, uuid.UUID] | None = None,
    **facts: Any,
) -> None:
    """Write that somebody was refused: one entry per person, route, resident or thing, and quarter of an hour.

    `subject` is the kind and id of what they asked for; no text of the address is kept.
    """
    who = (actor and (actor.user_id or actor.key_id)) or "nobody"
    action = f"refused.{route.partition(':')[2]}"
    identity = _identity(None, actor, organisation, resident)
    identity["subject_type"], identity["subject_id"] = subject or ("", None)
    entry = Entry(
        action=action[:60],
        at=at,
        facts={"route": route, **facts},
        once=_once(who, f"{action}|{route}", resident or (subject and subject[1]) or "", at),
        **identity,
    )
    Entry.objects.bulk_create([entry], ignore_conflicts=True)


def _write_look(entry: Entry, *, goes_on: bool) -> None:
    """Insert a look; one that must not keep its reader waiting is kept aside when the journal takes nothing."""
    if not goes_on:
        Entry.objects.bulk_create([entry], ignore_conflicts=True)
        return
    try:
        with connection.execute_wrapper(_impatient):
            Entry.objects.bulk_create([entry], ignore_conflicts=True)
    except (OperationalError, InternalError):
        missed.keep(entry)


def _impatient(execute, sql, params, many, context):
    """Wait two seconds for a locked table, in the same statement, where the database knows how."""
    postgres = context["connection"].vendor == "postgresql"
    return execute(f"{PATIENCE}{sql}" if postgres else sql, params, many, context)


def view_once(entry: Entry, mentioned: Sequence[str]) -> str:
    """By what a kept look at several residents should be known, from what it says now."""
    who = entry.actor_id or entry.key_id or "nobody"
    return _once(who, entry.action.removeprefix("viewed."), ",".join(sorted(mentioned)), entry.at)


def personal_digest(*, salt: uuid.UUID, text: str) -> str:
    """The salted digest by which a seal covers an entry's personal part."""
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _once(who: uuid.UUID | str, page: str, shown: Any, at: datetime) -> str:
    quarter = int(at.timestamp() // (VIEW_MINUTES * 60))
    return hashlib.sha256(f"{who}|{page}|{shown}|{quarter}".encode()).hexdigest()


def _identity(subject, actor, organisation, resident) -> dict:
    return {
        "subject_type": type(subject).__name__.lower() if subject is not None else "",
        "subject_id": getattr(subject, "pk", None),
        "resident_id": getattr(resident, "pk", resident),
        "actor_id": actor.user_id if actor else None,
        "key_id": actor.key_id if actor else None,
        "organisation_id": getattr(organisation, "pk", organisation),
    }
