"""Signed statements of how far the chain has come, for others to keep: Ed25519 over canonical JSON."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from redbag.journal.models import Checkpoint, Seal
from redbag.journal.sealing import FIRST, seal_pending

FORM = "redbag-checkpoint-1"


def statement_of(row: Checkpoint) -> dict[str, Any]:
    """What a checkpoint says, as it was signed."""
    return {
        "form": FORM,
        "number": row.number,
        "day": row.day.isoformat(),
        "made_at": row.made_at.isoformat(),
        "journal": row.journal,
        "seal": row.seal,
        "chained": row.chained,
        "entries": row.entries,
        "previous": row.previous,
        "key": row.key,
    }


def digest_of(statement: Mapping[str, Any], signature: str) -> str:
    """SHA-256 of a statement with its signature: the next checkpoint names it."""
    return hashlib.sha256(rfc8785.dumps({"statement": dict(statement), "signature": signature})).hexdigest()


def published(row: Checkpoint) -> dict[str, Any]:
    """A checkpoint as it is given to anybody: nothing in it is about a person."""
    return {"statement": statement_of(row), "signature": row.signature}


def public_keys() -> dict[str, str]:
    """The keys by which checkpoints are accepted, in base64url by their ids; the one that signs now comes first."""
    own = [_private(key).public_key().public_bytes_raw() for key in settings.JOURNAL_KEYS]
    former = [_decoded(key) for key in settings.JOURNAL_PUBLIC_KEYS]
    return {_id(each): base64.urlsafe_b64encode(each).decode() for each in own + former}


def fault_in(statement: Mapping[str, Any], signature: str) -> str:
    """Why a statement is not to be trusted, or nothing."""
    key = public_keys().get(str(statement.get("key")))
    if key is None:
        return "is signed with a key that is not accepted here"
    try:
        Ed25519PublicKey.from_public_bytes(_decoded(key)).verify(_decoded(signature), rfc8785.dumps(dict(statement)))
    except (InvalidSignature, binascii.Error, ValueError, rfc8785.CanonicalizationError):
        return "is not what was signed"
    return ""


def make_checkpoint(*, now: datetime) -> Checkpoint:
    """Seal what waits, and sign how far the chain has come. Of two at once one is made, and both get it."""
    while seal_pending(now=now):
        pass
    before = Checkpoint.objects.order_by("-number").first()
    last = Seal.objects.order_by("-number").first()
    first = Seal.objects.filter(number=1).first()
    row = Checkpoint(
        number=before.number + 1 if before else 1,
        day=timezone.localtime(now).date(),
        made_at=now,
        journal=first.chained if first else FIRST,
        seal=last.number if last else 0,
        chained=last.chained if last else FIRST,
        entries=last.number if last else 0,  # counted anew they might be more by now
        previous=digest_of(statement_of(before), before.signature) if before else FIRST,
        key=next(iter(public_keys())),
    )
    signed = _private(settings.JOURNAL_KEYS[0]).sign(rfc8785.dumps(statement_of(row)))
    row.signature = base64.urlsafe_b64encode(signed).decode()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Checkpoint.objects.get(number=row.number)
    return row


def make_daily(*, now: datetime) -> Checkpoint | None:
    """The checkpoint of this London day, unless it has one."""
    if made_on(timezone.localtime(now).date()):
        return None
    return make_checkpoint(now=now)


def made_on(day: date) -> bool:
    """Whether this day has a checkpoint."""
    return Checkpoint.objects.filter(day=day).exists()


def newest(*, limit: int) -> list[Checkpoint]:
    """The newest checkpoints, the newest first."""
    return list(Checkpoint.objects.order_by("-number")[:limit])


def folder() -> Path:
    """Where the files of this installation lie, to be copied elsewhere."""
    return settings.REDBAG_DATA / "checkpoints"


def write_files() -> list[Path]:
    """Write every checkpoint that has no file yet; a file that is there is never written again."""
    folder().mkdir(parents=True, exist_ok=True)
    written = []
    for row in Checkpoint.objects.order_by("number"):
        path = folder() / f"{row.number:06d}-{row.day}-{digest_of(statement_of(row), row.signature)[:12]}.json"
        if not path.exists():
            draft = path.with_suffix(".tmp")
            draft.write_text(json.dumps(published(row), indent=1) + "\n")
            draft.replace(path)
            written.append(path)
    return written


def _private(key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_decoded(key))


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]
