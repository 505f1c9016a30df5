"""A forgotten password is set anew by a link, and a known one is changed."""

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from redbag.accounts.joining_models import AccountLetter, Identity, Invitation, PasswordLink
from redbag.accounts.owing import owe_letter
from redbag.accounts.password_rules import check
from redbag.accounts.tablet_models import Pin
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.reading import happened
from redbag.journal.recording import record
from redbag.organisations import guessing, throttling
from redbag.organisations.access import Actor, actor_for
from redbag.organisations.actions import digest_of
from redbag.organisations.models import Key, User
from redbag.rows import everything

LETTERS_AN_HOUR = {"most": 3, "window": 3600}
OVER = "This link was used or ran out. Ask for a new one."
SIGNED_IN = "signed in"
NOT_THE_OLD = "This is not your password now."


def ask_for_link(*, email: str, address: str, now: datetime) -> None:
    """Have a link sent to an e-mail address, if it has an account; the caller cannot tell whether it has.

    Who has it is looked up when the letter is sent. At most three letters an hour go to one address; BadInput for what
    is no address. Asking often from one place is slowed like guessing: TooOften for a moment.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput({"email": "Enter a whole e-mail address, like ana@oakview.example."}) from None
    aim = f"forgotten|{email}"
    guessing.slow_down(address=address, aim=aim)
    guessing.note_wrong(what="link to a new password", address=address, aim=aim, now=now)
    try:
        throttling.take_tries("", ("forgotten", email, LETTERS_AN_HOUR))
    except throttling.TooOften:
        return
    owe_letter(kind=AccountLetter.Kind.FORGOTTEN, address=email, now=now)


def link_with(token: str, *, now: datetime) -> PasswordLink | None:
    """The link with this token, if it counts still."""
    counting = PasswordLink.objects.filter(expires_at__gt=now, user__is_active=True)
    return counting.select_related("user").filter(digest=digest_of(token)).first()


@transaction.atomic
def set_forgotten(*, token: str, password: str, now: datetime) -> User:
    """Set a new password by a link, once; every session of theirs ends. BadInput by field, or Refused.

    An account that somebody else had made is its owner's from now on: another provider and a PIN open it no more.
    """
    link = link_with(token, now=now)
    if link is None:
        raise Refused(OVER, code="link_over")
    if errors := check(password, link.user):
        raise BadInput(errors)
    if not PasswordLink.objects.filter(pk=link.pk).delete()[0]:
        raise Refused(OVER, code="link_over")
    _set(link.user, password, now)
    if made_by_another(link.user):
        Identity.objects.filter(user=link.user).delete()
        Pin.objects.filter(user=link.user).delete()
    record("password.set_by_link", link.user, actor=actor_for(link.user, ()), at=now)
    return link.user


@everything()
def made_by_another(user: User) -> bool:
    """Whether somebody else gave this account its first password, and nobody who reads its mail has set one since."""
    posts = list(user.memberships.values_list("pk", flat=True))
    by_mail = Invitation.objects.filter(accepted_by=user).exists() or happened("password.set_by_link", to=[user.pk])
    return not by_mail and happened("person.added", to=posts)


def change_password(*, actor: Actor, old: str, new: str, address: str, now: datetime) -> User:
    """Change one's own password, knowing the old one; every other session ends. BadInput by field, or TooOften."""
    if actor.user is None or actor.facts_only:
        raise NotAllowed("Only a person can change their password.")
    user = User.objects.get(pk=actor.user.pk)
    if not user.has_usable_password():
        raise Refused("You sign in another way. To have a password too, ask for a link.", code="no_password")
    if not is_own(user=user, typed=old, address=address, now=now):
        raise BadInput({"old": NOT_THE_OLD})
    if errors := check(new, user, field="new"):
        raise BadInput(errors)
    return _change(actor, user, new, now)


def is_own(*, user: User, typed: str, address: str, now: datetime) -> bool:
    """Whether this is the password of somebody who is signed in; TooOften when no try is left, or for a moment.

    These tries have a count of their own, so that strangers who guess at the account take none of them. Call it outside
    of every transaction: what is undone was not counted.
    """
    aim = f"password|{user.email}"
    guessing.slow_down(address=address, aim=aim)
    if wait := throttling.take_password(user.email, browser=SIGNED_IN):
        raise throttling.TooOften("Too many wrong passwords. Wait, or ask your manager.", wait=wait)
    if not check_password(typed, user.password):
        guessing.note_wrong(what="password", address=address, aim=aim, now=now)
        return False
    throttling.forget(user.email, browser=SIGNED_IN)
    return True


@transaction.atomic
def _change(actor: Actor, proved: User, new: str, now: datetime) -> User:
    user = User.objects.select_for_update().get(pk=proved.pk)
    if user.password != proved.password:
        raise BadInput({"old": NOT_THE_OLD})
    _set(user, new, now)
    record("password.changed", user, actor=actor, at=now)
    return user


def _set(user: User, password: str, now: datetime) -> None:
    """Keep the password; whoever was in with the one before is out, and the person hears of it."""
    user.password = make_password(password)
    user.save(update_fields=["password"])
    PasswordLink.objects.filter(user=user).delete()
    Key.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    owe_letter(kind=AccountLetter.Kind.PASSWORD_CHANGED, address=user.email, now=now)
