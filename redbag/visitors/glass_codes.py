"""What has become of somebody's asking without the tablet's code, and the code that is given for it."""

import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from redbag.errors import Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor
from redbag.vault import secret_for
from redbag.visitors.models import BreakGlass

DIGITS = 6
CODE_LASTS = timedelta(minutes=10)
ASKED_LASTS = timedelta(hours=1)
MOST_WRONG, MOST_WRONG_IN_ALL = 5, 10
HOME, EMAIL = "home", "email"
REASONS = {
    "nobody": "Nobody here can show me the tablet",
    "gone": "We have already left the home",
    "broken": "The tablet does not work",
    "arrived": "The patient is with us in hospital, and nobody here has an account",
    "other": "Something else",
}
ENDED = "This can no longer be opened with a code. Ask again, or ring the home."


class NotAskedAnyMore(Refused):
    """It was refused, opened already, or it is over."""

    code = "not_asked_any_more"


class Standing(StrEnum):
    """What has become of somebody's asking."""

    ASKED = "asked"
    CODE = "code"
    OPENED = "opened"
    REFUSED = "refused"
    OVER = "over"

    @property
    def waits(self) -> bool:
        """Whether the home can still give a code or refuse."""
        return self in (Standing.ASKED, Standing.CODE)


def standing(asked: BreakGlass, *, now: datetime) -> Standing:
    """What has become of it; an asking lasts an hour, and ends with the tenth wrong code."""
    if asked.visitor_id is not None:
        return Standing.OPENED
    if asked.refused_at is not None:
        return Standing.REFUSED
    if now >= asked.asked_at + ASKED_LASTS or asked.wrong_in_all >= MOST_WRONG_IN_ALL:
        return Standing.OVER
    return Standing.CODE if asked.code_until is not None and now < asked.code_until else Standing.ASKED


def fresh_code(asked: BreakGlass, *, by: str, now: datetime) -> str:
    """Six random digits, good for ten minutes and once (the row locked); only a keyed digest is kept."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    asked.code_digest, asked.code_until = _digest(asked, code), now + CODE_LASTS
    asked.code_by, asked.wrong = by, 0
    asked.save(update_fields=["code_digest", "code_until", "code_by", "wrong"])
    return code


def given_by_home(asked: BreakGlass, *, now: datetime) -> bool:
    """Whether a code that the home read out is good still: no other one takes its place but by the home itself."""
    return asked.code_by == HOME and standing(asked, now=now) == Standing.CODE


def is_right(asked: BreakGlass, code: str) -> bool:
    """Whether this is the code that is out for this asking, in constant time; the caller asks if it is still good."""
    return hmac.compare_digest(_digest(asked, code), asked.code_digest)


def _digest(asked: BreakGlass, code: str) -> str:
    return secret_for(f"{asked.pk}|{code}", purpose="break-glass").hex()


def void_code(asked: BreakGlass) -> None:
    """No code is out for this asking any more, and none is sent (the row locked)."""
    asked.code_digest, asked.code_until, asked.mail_due_at = "", None, None
    asked.save(update_fields=["code_digest", "code_until", "mail_due_at"])


def locked(asked: BreakGlass) -> BreakGlass:
    """The row as it is now, held until the transaction ends."""
    rows = BreakGlass.objects.select_for_update(of=("self",))
    return rows.select_related("transfer__home", "organisation").get(pk=asked.pk)


def why_of(asked: BreakGlass) -> str:
    """Why they asked, in words: what they chose, and what they wrote."""
    return ". ".join(filter(None, (REASONS.get(asked.reason, asked.reason), asked.words)))


def note(action: str, asked: BreakGlass, *, actor: Actor | None, now: datetime, personal=None, **facts) -> None:
    """Write in the journal what happened to an asking, in the caller's transaction."""
    record(
        action,
        asked.transfer,
        actor=actor,
        at=now,
        organisation=asked.transfer.home_id,
        resident=asked.transfer.resident_id,
        personal=personal,
        asked=asked.pk,
        **facts,
    )
