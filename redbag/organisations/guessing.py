"""Wrong tries from one address: slowed where they aim at one thing, and spoken of when there are many.

A whole hospital sits behind one address, so an address is never locked: whoever types what is right is let in beside
somebody who guesses, however fast that one is. Counts are in the cache; no lock hangs on them.
"""

import hashlib
import time
from datetime import datetime

import structlog
from django.core.cache import cache
from prometheus_client import Counter

from redbag.journal.recording import record
from redbag.organisations.throttling import TooOften

QUICK = {"most": 20, "window": 60}  # wrong tries from one address before it is slowed
PAUSE = 30  # seconds between two tries at one thing from an address that is slowed
MANY = {"most": 50, "window": 60 * 60}  # wrong tries from one address before somebody is told
SLOWED = "There were many wrong tries from where you are. Wait a moment, and try again."

log = structlog.get_logger("guessing")
wrong_tries = Counter("redbag_wrong_tries", "Wrong passwords, codes and tokens", ["what"])
addresses_noticed = Counter("redbag_guessing_noticed", "Addresses with many wrong tries within an hour", ["what"])


def slow_down(*, address: str, aim: str) -> None:
    """TooOften for a moment when many were wrong from this address and this very thing was tried wrongly from there.

    Whatever else is tried from the same address, by other people, is not held up.
    """
    if not address or _count("quick", address) < QUICK["most"]:
        return
    last = cache.get(_aimed(address, aim))
    if last is not None and (wait := int(last + PAUSE - time.time())) > 0:
        raise TooOften(SLOWED, wait=wait)


def note_wrong(*, what: str, address: str, aim: str, now: datetime) -> None:
    """Count a wrong try; the fiftieth from one address within an hour is written in journal and log, once.

    The address lies in the personal part: it may be somebody's home.
    """
    wrong_tries.labels(what).inc()
    if not address:
        return
    cache.set(_aimed(address, aim), time.time(), PAUSE)
    _one_more("quick", address, QUICK["window"])
    if _one_more("many", address, MANY["window"]) != MANY["most"]:
        return
    addresses_noticed.labels(what).inc()
    log.warning("many wrong tries from one address", what=what, tries=MANY["most"], address=address)
    told = {"what": what, "tries": MANY["most"], "minutes": MANY["window"] // 60}
    record("guessing.noticed", None, actor=None, at=now, personal={"address": address}, **told)


def _one_more(what: str, address: str, window: int) -> int:
    key = _key(what, address)
    if cache.add(key, 1, window):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it ended between the two
        cache.set(key, 1, window)
        return 1


def _count(what: str, address: str) -> int:
    return cache.get(_key(what, address), 0)


def _key(what: str, address: str) -> str:
    return f"wrong-{what}-{hashlib.sha256(address.encode()).hexdigest()}"


def _aimed(address: str, aim: str) -> str:
    return f"aimed-{hashlib.sha256(f'{address}|{aim}'.encode()).hexdigest()}"
