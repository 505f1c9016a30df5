"""Chains committed entries, so that nobody can change, drop or insert one unseen."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import rfc8785
from django.db import IntegrityError, connection, transaction

from redbag.journal.models import Entry, Heartbeat, Mention, Seal

FIRST = "0" * 64
LOOK_BACK = 5000


def entry_digest(entry: Entry, mentioned: list[str]) -> str:
    """SHA-256 over the canonical JSON of everything an entry says."""
    return hashlib.sha256(
        rfc8785.dumps(
            {
                "id": entry.pk,
                "action": entry.action,
                "at": entry.at.isoformat(),
                "subject": [entry.subject_type, str(entry.subject_id)],
                "resident": str(entry.resident_id),
                "actor": [str(entry.actor_id), str(entry.key_id), str(entry.organisation_id)],
                "facts": entry.facts,
                "personal": entry.personal_digest,
                "mentioned": mentioned,
            }
        )
    ).hexdigest()


def link(previous: str, digest: str) -> str:
    """The chained value of a seal: the one before it and the digest of its entry."""
    return hashlib.sha256(f"{previous}{digest}".encode()).hexdigest()


def seal_pending(*, now: datetime, limit: int = 2000) -> int:
    """Seal what has been committed since the last time; returns how many entries.

    Ids commit out of order, so entries a little behind the last seal are looked at again. Of two sealers at once the
    number of the seal lets one through.
    """
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('redbag.journal.sealing'))")
            last = Seal.objects.order_by("-number").first()
            floor = last.entry_id - LOOK_BACK if last else 0
            pending = list(Entry.objects.filter(pk__gt=floor, seal=None).order_by("pk")[:limit])
            mentions = mentions_of([entry.pk for entry in pending])
            number, chained, seals = (last.number, last.chained, []) if last else (0, FIRST, [])
            for entry in pending:
                digest = entry_digest(entry, mentions.get(entry.pk, []))
                number, chained = number + 1, link(chained, digest)
                seals.append(Seal(number=number, entry=entry, digest=digest, chained=chained, sealed_at=now))
            Seal.objects.bulk_create(seals, batch_size=200)
    except IntegrityError:
        return 0
    beat("sealer", now=now)
    return len(seals)


def beat(part: str, *, now: datetime) -> None:
    """Note that a part of the service is alive."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": now})


def mentions_of(entry_ids: Sequence[int]) -> dict[int, list[str]]:
    """The residents whom entries about several people name, as the digest takes them."""
    mentions: dict[int, list[str]] = {}
    for mention in Mention.objects.filter(entry_id__in=entry_ids).order_by("resident_id"):
        mentions.setdefault(mention.entry_id, []).append(str(mention.resident_id))
    return mentions
