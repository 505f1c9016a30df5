"""Between the two steps of signing in: who gave a password, and nothing that it opens. Never a session of theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from redbag.accounts.second_factor import person
from redbag.organisations.models import User
from redbag.web.tablet_lock import SITTING

KEPT_AS = "half_way"
LASTS = timedelta(minutes=5)
SETTING_UP_LASTS = timedelta(minutes=15)


@dataclass(frozen=True)
class HalfWay:
    """Somebody who has shown one proof; `setting_up` when they have nothing for the second yet and need it."""

    user: User
    how: str
    to: str
    setting_up: bool


def begin(request: HttpRequest, user: User, *, how: str, to: str, setting_up: bool, now: datetime) -> None:
    """Remember who gave the first proof, under a new session key. Whoever was signed in here before is not any more."""
    if SESSION_KEY in request.session or SITTING in request.session:  # a locked tablet's too, whose user is nobody
        request.session.flush()
    else:
        request.session.cycle_key()
    request.session[KEPT_AS] = {
        "user": str(user.pk),
        "known_by": user.get_session_auth_hash(),
        "how": how,
        "to": to,
        "setting_up": setting_up,
        "until": (now + (SETTING_UP_LASTS if setting_up else LASTS)).isoformat(),
    }


def half_way(request: HttpRequest, *, now: datetime) -> HalfWay | None:
    """Who is between the two steps in this browser, until time, a new password or out everywhere ends it."""
    kept = request.session.get(KEPT_AS)
    if kept is None or request.user.is_authenticated:
        return None
    user = person(kept["user"]) if now < datetime.fromisoformat(kept["until"]) else None
    if user is None or not constant_time_compare(kept.get("known_by", ""), user.get_session_auth_hash()):
        del request.session[KEPT_AS]
        return None
    return HalfWay(user=user, how=kept["how"], to=kept["to"], setting_up=kept["setting_up"])
