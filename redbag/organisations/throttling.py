"""Slows down guessing: of passwords per account, of anything else per thing and place. Counts live in the cache."""

import hashlib
import time
from collections.abc import Mapping

from django.conf import settings
from django.core.cache import cache

from redbag.errors import Refused

WRONG_PASSWORDS = 10
PASSWORD_WINDOW = 15 * 60


def _account(email: str) -> str:
    return "wrong-passwords-" + hashlib.sha256(email.strip().lower().encode()).hexdigest()


def wait_for(email: str) -> int:
    """Seconds until this account may try again; 0 while it may."""
    failed = cache.get(_account(email)) or []
    recent = [at for at in failed if at > time.time() - PASSWORD_WINDOW]
    return max(1, int(recent[0] + PASSWORD_WINDOW - time.time())) if len(recent) >= WRONG_PASSWORDS else 0


def note_failure(email: str) -> None:
    """A sign-in with a wrong password."""
    failed = [at for at in cache.get(_account(email)) or [] if at > time.time() - PASSWORD_WINDOW]
    cache.set(_account(email), [*failed, time.time()][-WRONG_PASSWORDS:], PASSWORD_WINDOW)


def forget(email: str) -> None:
    """A right password clears the count."""
    cache.delete(_account(email))


def _key(what: str, who: str) -> str:
    return f"tried-{what}-" + hashlib.sha256(who.encode()).hexdigest()


def wait_before(what: str, who: str, *, most: int, window: int) -> int:
    """Seconds until somebody may try this again, after so many tries within so many seconds; 0 while they may."""
    tried = [at for at in cache.get(_key(what, who)) or [] if at > time.time() - window]
    return max(1, int(tried[-most] + window - time.time())) if len(tried) >= most else 0


def note_try(what: str, who: str, *, most: int, window: int) -> None:
    """One more try; as many as count are remembered, for so many seconds."""
    tried = [at for at in cache.get(_key(what, who)) or [] if at > time.time() - window]
    cache.set(_key(what, who), [*tried, time.time()][-most:], window)


class TooOften(Refused):
    """It was tried too often; `wait` is in seconds."""

    code = "too_often"

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


def address_of(meta: Mapping) -> str:
    """From where a request comes (its META): behind our own proxy the address that the proxy saw."""
    seen = meta.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return seen if seen and settings.SECURE_PROXY_SSL_HEADER else meta.get("REMOTE_ADDR", "")
