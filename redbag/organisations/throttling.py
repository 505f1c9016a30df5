"""Slows down guessing: of passwords per account, of anything else per thing and place. Counts live in the cache."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from redbag.errors import Refused

WRONG_PASSWORDS = 10
PASSWORD_WINDOW = 15 * 60


class TooOften(Refused):
    """It was tried too often; `wait` is in seconds."""

    code = "too_often"

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Try:
    """One of so many tries within so many seconds: where it is counted, or the wait until one is free again."""

    slot: str = ""
    wait: int = 0


def take_password(email: str) -> int:
    """Count a try at this account's password before it is looked at; when none is left, seconds to wait instead."""
    account = email.strip().lower()
    return _take("password", account, most=WRONG_PASSWORDS, window=PASSWORD_WINDOW).wait


def forget(email: str) -> None:
    """A right password clears the count."""
    cache.delete_many(_slots("password", email.strip().lower(), WRONG_PASSWORDS))


def take_tries(words: str, *asked: tuple[str, str, Mapping[str, int]]) -> list[Try]:
    """Count one try at each of these (what, who, most and window), however many ask at once.

    TooOften with these words, and nothing is counted, when one of them has none left.
    """
    tries: list[Try] = []
    for what, who, limit in asked:
        tries.append(_take(what, who, **limit))
        if tries[-1].wait:
            give_back(tries)
            raise TooOften(words, wait=tries[-1].wait)
    return tries


def give_back(tries: Iterable[Try]) -> None:
    """These did not count after all."""
    cache.delete_many([each.slot for each in tries if each.slot])


def _take(what: str, who: str, *, most: int, window: int) -> Try:
    """Take a free place; adding to the cache is one step, so that two never take the same."""
    slots, now = _slots(what, who, most), time.time()
    for slot in slots:
        if cache.add(slot, now, window):
            return Try(slot=slot)
    oldest = min(cache.get_many(slots).values(), default=now)
    return Try(wait=max(1, int(oldest + window - now)))


def _slots(what: str, who: str, most: int) -> list[str]:
    key = hashlib.sha256(who.encode()).hexdigest()
    return [f"tried-{what}-{key}-{number}" for number in range(most)]


def address_of(meta: Mapping) -> str:
    """From where a request comes (its META): behind our own proxy the address that the proxy saw."""
    seen = meta.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return seen if seen and settings.SECURE_PROXY_SSL_HEADER else meta.get("REMOTE_ADDR", "")
