"""The second step of a program that signs in for a person, and what the API says of it."""

from datetime import datetime

from django.conf import settings
from rest_framework.response import Response

from redbag.accounts.second_factor import WrongCode, standing, take_code
from redbag.api.problems import answer
from redbag.organisations.models import User
from redbag.organisations.throttling import TooOften

WHO = {"WWW-Authenticate": "Bearer"}
NEEDED = "Send `code`, too: the six digits of the app, or a recovery code."
NONE_YET = "Your work needs a second step. Set it up first: sign in on the pages."


def turned_away(user: User, code: str, *, now: datetime) -> Response | None:
    """What a right password alone is answered where a code is needed or does not fit; None when they are in.

    In the training world no code is asked for; one that is sent is looked at.
    """
    known = standing(user)
    if not known.has_one:
        return answer(401, NONE_YET, "second_factor_needed", WHO) if known.required else None
    if not code:
        return None if settings.DEMO else answer(401, NEEDED, "second_factor_needed", WHO)
    try:
        take_code(user=user, typed=code, now=now)
    except WrongCode as wrong:
        return answer(401, str(wrong), wrong.code, WHO)
    except TooOften as often:
        return answer(429, str(often), often.code, {"Retry-After": str(often.wait)})
    return None


def told(user: User) -> dict:
    """What somebody has for the second step."""
    known = standing(user)
    return {
        "required": known.required,
        "app": known.app,
        "passkeys": known.passkeys,
        "recovery_codes_left": known.codes_left,
    }
