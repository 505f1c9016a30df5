"""A browser where somebody was signed in before has a count of wrong passwords of its own: strangers lock nobody out.

The cookie opens nothing. It names the browser, and by digests whose password was right there; it is signed, so that
nobody makes themselves a fresh one to guess on: without a right password there is none.
"""

import secrets
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from redbag.organisations import throttling
from redbag.organisations.guessing import note_wrong, slow_down

COOKIE, SALT = "rb_known", "known browser"
LASTS = 180 * 24 * 3600
MOST = 20


def wait_for(request: HttpRequest, email: str) -> int:
    """Count a try at this account's password; seconds to wait when none is left, or for a moment where many guess."""
    try:
        slow_down(address=throttling.address_of(request.META), aim=_aim(email))
    except throttling.TooOften as often:
        return often.wait
    return throttling.take_password(email, browser=_name(request, email))


def was_right(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Clear the count, and know this browser again."""
    throttling.forget(email, browser=_name(request, email))
    known = _known(request)
    people = [_digest(email), *(each for each in known["people"] if each != _digest(email))][:MOST]
    value = signing.dumps({"name": known["name"] or secrets.token_urlsafe(16), "people": people}, salt=SALT)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, value, max_age=LASTS, httponly=True, secure=secure, samesite="Lax")


def was_wrong(request: HttpRequest, email: str, *, now: datetime) -> None:
    """Count it against where it came from."""
    note_wrong(what="password", address=throttling.address_of(request.META), aim=_aim(email), now=now)


def _name(request: HttpRequest, email: str) -> str:
    """What this browser is called, when this person was signed in here before; else empty."""
    known = _known(request)
    return known["name"] if _digest(email) in known["people"] else ""


def _known(request: HttpRequest) -> dict:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return {"name": "", "people": []}


def _digest(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:24]


def _aim(email: str) -> str:
    return f"password|{email.strip().lower()}"
