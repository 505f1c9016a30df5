"""The second step of signing in: who must have one, what they have, and what a typed code proves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from redbag.accounts.codes import step_of, tidied
from redbag.accounts.joining_models import AccountLetter
from redbag.accounts.noting import note
from redbag.accounts.owing import owe_letter
from redbag.accounts.recovery import codes_left, make_codes, take_recovery_code
from redbag.accounts.second_factor_models import Authenticator, Passkey, RecoveryCode
from redbag.accounts.signing_out import sign_out_everywhere
from redbag.accounts.tablet_models import Pin
from redbag.errors import NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Membership, Role, User
from redbag.organisations.throttling import TooOften, Try, give_back, take_tries

MUST_HAVE_ONE = (Role.HOME_MANAGER, Role.GROUP_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)
A_QUARTER = {"most": 5, "window": 15 * 60}
A_DAY = {"most": 30, "window": 24 * 3600}
TOLD_AGAIN = timedelta(hours=1)
LOCKED = "Too many wrong codes. Wait a quarter of an hour, or ask your manager."


class WrongCode(Refused):
    """The code fits nothing of theirs, or was used before."""

    code = "wrong_code"


@dataclass(frozen=True)
class Standing:
    """What somebody has for the second step, and whether they must have something."""

    required: bool
    app: bool
    passkeys: int
    codes_left: int

    @property
    def has_one(self) -> bool:
        return self.app or self.passkeys > 0


def person(user_id: str) -> User | None:
    """Somebody who may sign in, by id."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def standing(user: User) -> Standing:
    """What somebody has for the second step. Roles decide who must have one; in the training world nobody must."""
    posts = user.memberships.filter(ended_at=None, role__in=MUST_HAVE_ONE)
    return Standing(
        required=not settings.DEMO and posts.exists(),
        app=Authenticator.objects.filter(user=user).exists(),
        passkeys=Passkey.objects.filter(user=user).count(),
        codes_left=codes_left(user),
    )


def take_code(*, user: User, typed: str, now: datetime) -> str:
    """How a typed code proves who they are, `app` or `recovery`; it is worth nothing afterwards.

    WrongCode, which counts against the person wherever it was typed; TooOften when no try is left, and then nothing was
    looked at.
    """
    tries = _count(user, now=now)
    if _app_takes(user=user, typed=typed, now=now):
        how = "app"
    elif take_recovery_code(user=user, typed=typed, now=now):
        how = "recovery"
    else:
        note("second_factor.wrong", user, now=now)
        raise WrongCode("This code is not right, or was used before. Look again, or take the next one.")
    give_back(tries)
    return how


def _count(user: User, *, now: datetime) -> list[Try]:
    who = str(user.pk)
    try:
        return take_tries(LOCKED, ("second-step", who, A_QUARTER), ("second-step-day", who, A_DAY))
    except TooOften:
        guessed = AccountLetter.objects.filter(kind=AccountLetter.Kind.STEP_GUESSED, address=user.email)
        if not guessed.filter(written_at__gt=now - TOLD_AGAIN).exists():
            note("second_factor.locked", user, now=now)
            owe_letter(kind=AccountLetter.Kind.STEP_GUESSED, address=user.email, now=now)
        raise


@transaction.atomic
def _app_takes(*, user: User, typed: str, now: datetime) -> bool:
    app = Authenticator.objects.select_for_update().filter(user=user).first()
    step = step_of(tidied(typed), secret=app.secret, now=now, after=app.last_step) if app else None
    if app is None or step is None:
        return False
    app.last_step = step
    app.save(update_fields=["last_step"])
    note("second_factor.used", user, now=now, how="app")
    return True


@transaction.atomic
def confirm_app(*, user: User, secret: str, typed: str, now: datetime, first: bool = False) -> list[str]:
    """Keep the app that shows these digits, in place of one they had; WrongCode when they are not its digits.

    Returns ten recovery codes to be shown once, when they had none. Refused when it must be their `first` and is not.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if first:
        refuse_another(user)
    step = step_of(tidied(typed), secret=secret, now=now, after=0)
    if step is None:
        raise WrongCode("This is not the code your phone shows now. Look again, and type the newest one.")
    kept = {"secret": secret, "last_step": step, "added_at": now}
    Authenticator.objects.update_or_create(user=user, defaults=kept)
    return added(user=user, how="app", now=now)


def refuse_another(user: User) -> None:
    """Refused when they have a second step by now: their password alone puts none beside it or in its place."""
    if standing(user).has_one:
        raise Refused("You have a second step by now. Sign in with it.", code="has_second_factor")


def added(*, user: User, how: str, now: datetime) -> list[str]:
    """Write down and tell that somebody has a new second step; recovery codes, when they have none."""
    note("second_factor.added", user, now=now, how=how)
    owe_letter(kind=AccountLetter.Kind.STEP_ADDED, address=user.email, now=now)
    return [] if codes_left(user) else make_codes(user=user, now=now)


@transaction.atomic
def remove_app(*, user: User, now: datetime) -> None:
    """Take the app off. Refused when it is the last thing of somebody who must have one."""
    user = User.objects.select_for_update().get(pk=user.pk)
    known = standing(user)
    if not known.app:
        return
    refuse_the_last(known)
    Authenticator.objects.filter(user=user).delete()
    removed(user=user, how="app", now=now)


def refuse_the_last(known: Standing) -> None:
    """Refused when they must have a second step and this is the only one."""
    if known.required and known.app + known.passkeys == 1:
        raise Refused("Your work needs a second step. Set up another one first.", code="last_one")


def removed(*, user: User, how: str, now: datetime) -> None:
    """Write down and tell that something for the second step is gone; without any, codes on paper go too."""
    if not standing(user).has_one:
        RecoveryCode.objects.filter(user=user).delete()
    note("second_factor.removed", user, now=now, how=how)
    owe_letter(kind=AccountLetter.Kind.STEP_REMOVED, address=user.email, now=now)


def require_reset(*, actor: Actor, membership: Membership) -> None:
    """NotAllowed or Refused unless this manager may take off a colleague's second step."""
    require(actor, Permission.MANAGE_ENDPOINTS, membership.organisation)
    if actor.user is None:
        raise NotAllowed("Only a person can take off a colleague's second step.")
    if membership.user_id == actor.user.pk:
        raise Refused("You cannot take off your own second step here. Ask another manager.", code="own_second_factor")
    if not standing(actor.user).has_one:
        raise Refused("Set up your own second step first.", code="no_second_factor")
    elsewhere = membership.user.memberships.filter(ended_at=None).exclude(
        organisation__in=actor.organisations_with(Permission.MANAGE_ENDPOINTS)
    )
    if membership.ended_at or elsewhere.exists():
        raise Refused("They also work where you are not a manager. Ask a manager there too.", code="works_elsewhere")


@transaction.atomic
def reset(*, actor: Actor, membership: Membership, now: datetime) -> None:
    """Take off everything a colleague has for the second step, and their PIN, and sign them out everywhere.

    The caller has just asked the manager for their own second step. Refused for oneself, and for who works elsewhere.
    """
    require_reset(actor=actor, membership=membership)
    user = User.objects.select_for_update().get(pk=membership.user_id)
    if not standing(user).has_one:
        return
    for model in (Authenticator, Passkey, RecoveryCode, Pin):
        model.objects.filter(user=user).delete()
    sign_out_everywhere(user=user, now=now)
    record(
        "second_factor.reset",
        membership,
        actor=actor,
        at=now,
        organisation=membership.organisation,
        person=user.pk,
    )
    owe_letter(kind=AccountLetter.Kind.STEP_RESET, address=user.email, now=now)
