"""Between the two steps of signing in: who gave a password, and nothing that it opens. Never a session of theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest

from redbag.accounts.second_factor import person
from redbag.organisations.models import User

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
    if request.user.is_authenticated:
        request.session.flush()
    else:
        request.session.cycle_key()
    request.session[KEPT_AS] = {
        "user": str(user.pk),
        "how": how,
        "to": to,
        "setting_up": setting_up,
        "until": (now + (SETTING_UP_LASTS if setting_up else LASTS)).isoformat(),
    }


def half_way(request: HttpRequest, *, now: datetime) -> HalfWay | None:
    """Who is between the two steps in this browser, while that lasts."""
    kept = request.session.get(KEPT_AS)
    if kept is None or request.user.is_authenticated:
        return None
    user = person(kept["user"]) if now < datetime.fromisoformat(kept["until"]) else None
    if user is None:
        del request.session[KEPT_AS]
        return None
    return HalfWay(user=user, how=kept["how"], to=kept["to"], setting_up=kept["setting_up"])
