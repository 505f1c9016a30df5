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
FAILURES_BEFORE_REST = 5
HANGS_BEFORE_REST = 2
RESTS = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 240, 480, 600))
SWITCHED_OFF_AFTER = timedelta(days=5)


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


def rest_after(failures: int, *, hung: bool, rested: bool) -> timedelta | None:
    """How long nothing is tried at an endpoint that failed so often in a row; None while it is tried on.

    One that does not answer in time holds a worker up, so two of those are enough. Once it `rested`, one letter is
    tried after each rest, and every failure makes the next rest longer, up to ten minutes: less than most waits
    between attempts, so a letter that is alone keeps its schedule.
    """
    if not rested and failures < (HANGS_BEFORE_REST if hung else FAILURES_BEFORE_REST):
        return None
    return RESTS[min(max(failures - FAILURES_BEFORE_REST, 0), len(RESTS) - 1)]


def is_hopeless(failures: int, *, failing_for: timedelta) -> bool:
    """Whether an endpoint failed often enough, for five days without one success, to be switched off."""
    return failures >= FAILURES_BEFORE_REST and failing_for >= SWITCHED_OFF_AFTER


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
