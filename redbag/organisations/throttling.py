"""Slows down guessing of passwords, per account. Counts live in the cache."""

import hashlib
import time

from django.core.cache import cache

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
