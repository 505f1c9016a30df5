"""Encryption at rest: what is sealed here is readable only with the keys of the environment."""

import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
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


def keep_file(name: str, content: bytes) -> str:
    """Keep a file encrypted outside the web root; returns the name by which `read_file` finds it."""
    return default_storage.save(name, ContentFile(_box(tuple(settings.DATA_KEYS)).encrypt(content)))


def read_file(name: str) -> bytes:
    """What `keep_file` kept; raises FileNotFoundError, or cryptography's InvalidToken."""
    with default_storage.open(name) as file:
        return _box(tuple(settings.DATA_KEYS)).decrypt(file.read())


def seal_label(token: str) -> str:
    """A label's token, encrypted with the first of LABEL_KEY."""
    return _box(tuple(settings.LABEL_KEYS)).encrypt(token.encode()).decode()


def unseal_label(sealed: str) -> str:
    """The token that `seal_label` encrypted."""
    return _box(tuple(settings.LABEL_KEYS)).decrypt(sealed.encode()).decode()


def blind_index(text: str, *, purpose: str) -> str:
    """64 hex digits by which an encrypted value can be found but not read.

    The oldest of DATA_KEYS makes it, so that adding a new first key changes no index.
    """
    key = hmac.digest(settings.DATA_KEYS[-1].encode(), purpose.encode(), hashlib.sha256)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def secret_for(text: str, *, purpose: str) -> bytes:
    """32 bytes that only this installation can derive from the text; who holds them can derive no others from them.

    The oldest of LABEL_KEYS makes them, so that adding a new first key changes none.
    """
    key = hmac.digest(settings.LABEL_KEYS[-1].encode(), purpose.encode(), hashlib.sha256)
    return hmac.digest(key, text.encode(), hashlib.sha256)


class SealedTextField(models.TextField):
    """Text that the database holds encrypted. It cannot be searched; keep a blind index beside it."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return seal(value) if value else value

    def from_db_value(self, value, expression, connection):
        return unseal(value) if value else value
