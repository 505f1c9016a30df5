"""When a delivery is tried again, and when nobody tries any more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(WAITS) + 1
JITTER = 0.2
LONGEST_WISH = timedelta(hours=24)


def next_attempt_at(
    *, attempts_made: int, ended_at: datetime, retry_after: timedelta | None, random: Callable[[], float]
) -> datetime | None:
    """When to try again after so many failed attempts, or None when it is time to give up.

    The wait counts from the end of the attempt and is up to a fifth longer than planned, so that what failed together
    does not come back together. A receiver may ask for a longer wait, up to 24 hours. `random` gives 0 to 1.
    """
    if attempts_made >= MOST_ATTEMPTS:
        return None
    planned = WAITS[attempts_made - 1] * (1 + JITTER * random())
    asked = min(retry_after or timedelta(0), LONGEST_WISH)
    return ended_at + max(planned, asked)


def wait_asked_for(retry_after: str | None, *, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for (seconds, or an HTTP date); None when it asks for none."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), int(LONGEST_WISH.total_seconds())))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta(0))


def outcome_of(status: int, *, forgets: bool = False) -> str:
    """How an HTTP answer counts: delivered, redirected, gone (stop at once) or refused.

    A push service `forgets` a phone: it says 404 as well as 410 of one that no longer listens (RFC 8030).
    """
    if 200 <= status < 300:
        return "delivered"
    if status == HTTPStatus.GONE or (forgets and status == HTTPStatus.NOT_FOUND):
        return "gone"
    return "redirected" if 300 <= status < 400 else "refused"
