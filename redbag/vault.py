"""Encryption at rest: what is sealed here is readable only with the keys of the environment."""

import hashlib
import hmac
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models


@lru_cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """The text, encrypted with the first of DATA_KEYS."""
    return _box(tuple(settings.DATA_KEYS)).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed with any of DATA_KEYS; raises cryptography's InvalidToken otherwise."""
    return _box(tuple(settings.DATA_KEYS)).decrypt(sealed.encode()).decode()


def seal_bytes(content: bytes) -> bytes:
    """The content, encrypted with the first of DATA_KEYS."""
    return _box(tuple(settings.DATA_KEYS)).encrypt(content)


def unseal_bytes(sealed: bytes) -> bytes:
    """What `seal_bytes` encrypted; raises cryptography's InvalidToken for anything else."""
    return _box(tuple(settings.DATA_KEYS)).decrypt(sealed)


def keep_file(name: str, content: bytes) -> str:
    """Keep a file encrypted outside the web root; returns the name by which `read_file` finds it."""
    return default_storage.save(name, ContentFile(seal_bytes(content)))


def read_file(name: str) -> bytes:
    """What `keep_file` kept; raises FileNotFoundError, or cryptography's InvalidToken."""
    with default_storage.open(name) as file:
        return unseal_bytes(file.read())


def read_whole(name: str, digest: str) -> bytes | None:
    """What `keep_file` kept, if it is that which has this SHA-256; None when it is gone, damaged or was never kept."""
    try:
        content = read_file(name)
    except (OSError, InvalidToken):
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def files_in(folder: str) -> list[str]:
    """The name of every file kept in a folder, also of those that a worker left half-way and nobody noted down."""
    return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]] if default_storage.exists(folder) else []


def throw_away(names: Iterable[str]) -> None:
    """Remove kept files; one that is gone already, or was never kept, is no fault."""
    for name in filter(None, set(names)):
        default_storage.delete(name)


def seal_label(token: str) -> str:
    """A label's token, encrypted with the first of LABEL_KEY."""
    return _box(tuple(settings.LABEL_KEYS)).encrypt(token.encode()).decode()


def unseal_label(sealed: str) -> str:
    """The token that `seal_label` encrypted."""
    return _box(tuple(settings.LABEL_KEYS)).decrypt(sealed.encode()).decode()


def resealed(sealed: str) -> str:
    """The same content under the first key of the ring that opens it, or itself where it is; InvalidToken for neither.

    The two rings may share no key, or a label's token could end under a key of the other ring.
    """
    return _resealed(sealed.encode()).decode()


def reseal_file(path: Path) -> bool:
    """Put a sealed file under the first key of its ring; whether it was under another. InvalidToken, or OSError.

    The file is exchanged whole and is on the disk before the old one goes: a reader, and a machine that starts again,
    sees the old one or the new one.
    """
    before = path.read_bytes()
    after = _resealed(before)
    if after == before:
        return False
    draft = path.with_name(f"{path.name}.{uuid4().hex}.tmp")
    try:
        draft.touch(mode=path.stat().st_mode & 0o777)
        with draft.open("wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        path.stat()  # what was thrown away meanwhile stays away
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return True


def blind_index(text: str, *, purpose: str) -> str:
    """64 hex digits under which an encrypted value is kept so that it can be found but not read.

    The first of DATA_KEYS makes it. What was kept before that key came stands under another: look for any of
    `blind_indexes`.
    """
    return blind_indexes(text, purpose=purpose)[0]


def blind_indexes(text: str, *, purpose: str) -> list[str]:
    """Every index under which the value may stand until `rotate_keys` has been run, the newest key's first."""
    keys = [hmac.digest(key.encode(), purpose.encode(), hashlib.sha256) for key in settings.DATA_KEYS]
    return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in keys]


def secret_for(text: str, *, purpose: str) -> bytes:
    """32 bytes that only this installation can derive from the text; who holds them can derive no others from them.

    The oldest of LABEL_KEYS makes them, so that adding a new first key changes none; taking that key away changes all.
    """
    return secrets_for(text, purpose=purpose)[-1]


def secrets_for(text: str, *, purpose: str) -> list[bytes]:
    """What `secret_for` would give with each of LABEL_KEYS, the newest key's first: give that one, take any."""
    keys = [hmac.digest(key.encode(), purpose.encode(), hashlib.sha256) for key in settings.LABEL_KEYS]
    return [hmac.digest(key, text.encode(), hashlib.sha256) for key in keys]


def _resealed(sealed: bytes) -> bytes:
    rings = (tuple(settings.DATA_KEYS), tuple(settings.LABEL_KEYS))
    for ring in (*(each[:1] for each in rings), *rings):
        try:
            _box(ring).decrypt(sealed)
        except InvalidToken:
            continue
        return sealed if len(ring) == 1 else _box(ring).rotate(sealed)
    raise InvalidToken


class SealedTextField(models.TextField):
    """Text that the database holds encrypted. It cannot be searched; keep a blind index beside it."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return seal(value) if value else value

    def from_db_value(self, value, expression, connection):
        return unseal(value) if value else value


class BlindIndexField(models.CharField):
    """The blind index of the sealed column named `of`; `rotate_keys` makes it anew from that column."""

    def __init__(self, *args, of: str = "", purpose: str = "", **options):
        self.of, self.purpose = of, purpose
        super().__init__(*args, **{"max_length": 64, **options})

    def deconstruct(self):
        """For a migration it is a CharField: what it is made of is no matter of the database."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options
