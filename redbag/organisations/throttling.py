"""Slows down guessing: what locks is counted per account, thing or device; an address is only slowed and spoken of.

What locks for longer than a minute is counted in the database, so that an emptied cache gives nobody fresh tries. Take
tries outside a transaction that may be undone: what is undone was not counted. What only slows down is in the cache.
"""

import hashlib
import ipaddress
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from redbag.errors import Refused
from redbag.organisations.models import Tried

WRONG_PASSWORDS = 10
PASSWORD_WINDOW = 15 * 60
PASSWORDS = (
    ("password", {"most": WRONG_PASSWORDS, "window": PASSWORD_WINDOW}),
    ("password-day", {"most": 100, "window": 24 * 3600}),
)
KEPT_FROM = 60  # seconds
SEIZE = """
    INSERT INTO redbag_tried (what, who, number, taken_at, until) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (what, who, number) DO UPDATE SET taken_at = EXCLUDED.taken_at, until = EXCLUDED.until
    WHERE redbag_tried.until <= EXCLUDED.taken_at RETURNING id
"""


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
    row: int = 0
    taken_at: float = 0
    wait: int = 0


def take_password(email: str, *, browser: str = "") -> int:
    """Count a try at this account's password before it is looked at; when none is left, seconds to wait instead.

    `browser` names one where this account was signed in before: it has a count of its own, so that strangers who guess
    lock nobody out of the tablet they always use.
    """
    who = _account(email, browser)
    try:
        take_tries("", *((what, who, limit) for what, limit in PASSWORDS))
    except TooOften as often:
        return often.wait
    return 0


def forget(email: str, *, browser: str = "") -> None:
    """A right password clears the short count of where it was typed, and is not counted in the day's."""
    who = _account(email, browser)
    (short, _), (long, _) = PASSWORDS
    Tried.objects.filter(what=short, who=_digest(short, who)).delete()
    if own := Tried.objects.filter(what=long, who=_digest(long, who)).order_by("-taken_at").first():
        own.delete()


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
    tries = list(tries)
    cache.delete_many([each.slot for each in tries if each.slot])
    for each in tries:
        if each.row:  # at another time it would be somebody else's, who has taken the place since
            Tried.objects.filter(pk=each.row, taken_at=each.taken_at).delete()


def forget_old(*, now: float) -> int:
    """Delete the tries whose time is over; how many."""
    return Tried.objects.filter(until__lte=now).delete()[0]


def address_of(meta: Mapping) -> str:
    """From where a request comes (its META).

    Behind proxies of ours, of which each adds the address that it saw, the one that the outermost of them saw; what
    stands before it was sent by whoever asks, and is not believed. What is no address, or came past the proxies, counts
    as the neighbour's. Of IPv6 the first half: whoever has one such address has all of them.
    """
    near = meta.get("REMOTE_ADDR", "")
    seen = [each.strip() for each in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if settings.SECURE_PROXY_SSL_HEADER and len(seen) >= settings.PROXIES:
        near = seen[-settings.PROXIES] if _is_address(seen[-settings.PROXIES]) else near
    return _half(near)


def _is_address(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def _half(address: str) -> str:
    if not _is_address(address):
        return address
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    inner = found.ipv4_mapped
    return str(inner) if inner else str(ipaddress.IPv6Network((found, 64), strict=False))


def _take(what: str, who: str, *, most: int, window: int) -> Try:
    take = _take_kept if window > KEPT_FROM else _take_fleeting
    return take(what[:20], _digest(what, who), most=most, window=window, now=time.time())


def _take_kept(what: str, who: str, *, most: int, window: int, now: float) -> Try:
    """Take a free place in the database; the insert is one step, so that two never take the same."""
    rows = Tried.objects.filter(what=what, who=who, number__lt=most, until__gt=now)
    taken = dict(rows.values_list("number", "taken_at"))
    for number in range(most):
        if number not in taken and (row := _seize(what, who, number, now, now + window)):
            return Try(row=row, taken_at=now)
    oldest = min(rows.values_list("taken_at", flat=True), default=now)
    return Try(wait=max(1, int(oldest + window - now)))


def _seize(what: str, who: str, number: int, now: float, until: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(SEIZE, [what, who, number, now, until])
        return next((row for (row,) in cursor.fetchall()), 0)


def _take_fleeting(what: str, who: str, *, most: int, window: int, now: float) -> Try:
    """Take a free place in the cache; adding is one step there, so that two never take the same."""
    slots = [f"tried-{what}-{who}-{number}" for number in range(most)]
    for slot in slots:
        if cache.add(slot, now, window):
            return Try(slot=slot)
    oldest = min(cache.get_many(slots).values(), default=now)
    return Try(wait=max(1, int(oldest + window - now)))


def _account(email: str, browser: str) -> str:
    return f"{email.strip().lower()}|{browser}" if browser else email.strip().lower()


def _digest(what: str, who: str) -> str:
    return hashlib.sha256(f"{what}|{who}".encode()).hexdigest()
