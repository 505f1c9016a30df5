"""Looks that could not be written in the journal: kept aside, sealed, until it can be written again.

Only the pages somebody reads beside a patient go on without the journal; everything else fails as it should.
"""

import fcntl
import json
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import structlog
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction

from redbag.journal.models import Entry, Mention
from redbag.vault import seal, unseal

GO_ON = frozenset(
    {
        "viewed.scan.emergency",
        "viewed.scan.clinical",
        "viewed.visit",
        "viewed.visit_carrier",
        "viewed.sheet",
        "printed.summary",
    }
)
IDS = ("subject_id", "resident_id", "actor_id", "key_id", "organisation_id")

log = structlog.get_logger()


def folder() -> Path:
    """Where they lie until they are written."""
    return settings.REDBAG_DATA / "journal-fallback"


def keep(entry: Entry, residents: Sequence[uuid.UUID] = ()) -> None:
    """Keep a look aside. When the disk takes nothing either, the log has its ids: the reader must not wait for it."""
    said = {"action": entry.action, "at": entry.at.isoformat(), "subject_type": entry.subject_type}
    said |= {name: str(getattr(entry, name) or "") for name in IDS}
    told = {"facts": entry.facts, "once": entry.once, "residents": [str(each) for each in residents]}
    try:
        with _held("a") as file:
            file.write(seal(json.dumps(said | told)) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        log.error("look_not_kept", **said)


def waiting() -> int:
    """How many looks wait to be written."""
    return _lines("looks.jsonl")


def unreadable() -> int:
    """How many looks no key opens: they are kept, and are missing in the journal until their key is back."""
    return _lines("unreadable.jsonl")


def _lines(name: str) -> int:
    try:
        with (folder() / name).open() as file:
            return sum(1 for _ in file)
    except (FileNotFoundError, NotADirectoryError):
        return 0


def write_down(*, now: datetime) -> int:
    """Write in the journal what waits, with the time at which it was seen; returns how many looks. The file goes when
    all of it stands in the journal; a line that no key opens stays in a file beside it.
    """
    if not waiting():
        return 0
    with _held("a+") as file, transaction.atomic():
        file.seek(0)
        lines = file.read().splitlines()
        unwritten = [line for line in lines if not _write(line, now)]
        if unwritten:
            with (folder() / "unreadable.jsonl").open("a") as aside:
                aside.writelines(f"{line}\n" for line in unwritten)
        transaction.on_commit((folder() / "looks.jsonl").unlink)
    return len(lines) - len(unwritten)


def _write(line: str, now: datetime) -> bool:
    try:
        said = json.loads(unseal(line))
    except (InvalidToken, ValueError):
        return False
    entry = Entry(
        action=said["action"],
        at=datetime.fromisoformat(said["at"]),
        subject_type=said["subject_type"],
        facts=said["facts"] | {"written_late": now.isoformat()},
        once=said["once"],
        **{name: said[name] or None for name in IDS},
    )
    Entry.objects.bulk_create([entry], ignore_conflicts=True)
    kept = Entry.objects.get(once=said["once"])
    if said["residents"] and not kept.mentions.exists():
        Mention.objects.bulk_create(Mention(entry=kept, resident_id=each) for each in said["residents"])
    return True


@contextmanager
def _held(mode: str) -> Iterator[IO[str]]:
    """The file of looks, held against every other process until the block ends."""
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / "looks.jsonl"
    while True:
        with path.open(mode) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if path.exists() and os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                yield file
                return  # otherwise it was written down and removed while we waited
