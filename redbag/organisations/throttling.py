"""Slows down guessing: wrong passwords per account, requests per caller. Counts live in the cache."""

import hashlib
import time

from django.core.cache import cache

WRONG_PASSWORDS = 10
PASSWORD_WINDOW = 15 * 60
REQUESTS_A_MINUTE = 600


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


def too_many(caller: str, *, most: int = REQUESTS_A_MINUTE) -> int:
    """Count a request of a caller; seconds to wait when there were more than `most` this minute, else 0."""
    minute = int(time.time() // 60)
    key = f"requests-{caller}-{minute}"
    cache.add(key, 0, 120)
    try:
        count = cache.incr(key)
    except ValueError:
        return 0
    return int((minute + 1) * 60 - time.time()) + 1 if count > most else 0
