"""Writes and sends the e-mails about accounts; the row is the queue, and a link is made as its letter is sent."""

import secrets
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from redbag.accounts import step_letters
from redbag.accounts.joining_models import AccountLetter, Invitation, PasswordLink
from redbag.journal.recording import record
from redbag.organisations.actions import digest_of
from redbag.organisations.models import User

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=4)
LINK_LASTS = timedelta(hours=1)
KEPT = timedelta(days=30)
UNSENT = (OSError, smtplib.SMTPException, ValueError)
Kind = AccountLetter.Kind
SUBJECTS = {
    Kind.INVITATION: "You are invited to work with Red Bag",
    Kind.FORGOTTEN: "Set a new password for Red Bag",
    Kind.PASSWORD_CHANGED: "Your Red Bag password was changed",
    Kind.PROVIDER_LINKED: "How you can sign in to Red Bag was changed",
    Kind.MONTHLY_REPORT: "The Red Bag report of last month is ready",
    **step_letters.SUBJECTS,
}
NOT_YOU = (
    "If that was you, there is nothing to do. If it was not, set a new password now and tell your manager:\n"
    "{home}/forgotten\n"
)
WORDS = {
    Kind.INVITATION: (
        "{place} invites you to work with Red Bag as: {role}.\n\n"
        "Open this link within 7 days to join. It works once, and only for this e-mail address:\n{link}\n\n"
        "If you did not expect this, do nothing.\n"
    ),
    Kind.FORGOTTEN: (
        "Somebody asked for a new password for the Red Bag account with this e-mail address.\n\n"
        "Open this link within an hour to choose one. It works once:\n{link}\n\n"
        "If it was not you, do nothing: your password stays as it is.\n"
    ),
    Kind.PASSWORD_CHANGED: "The password of your Red Bag account was changed just now.\n\n" + NOT_YOU,
    Kind.PROVIDER_LINKED: "Another way to sign in was linked to your Red Bag account or taken off it just now.\n\n"
    + NOT_YOU,
    **step_letters.WORDS,
}


def send_letter(letter_id: str, *, now: Callable[[], datetime]) -> bool:
    """Claim a letter and send it, whether it went; a second worker finds nothing to claim.

    What was asked for somebody unknown, or is no longer wanted, is put away unsent. Nothing of the network happens
    inside a transaction. A letter that is sent again carries a new link, and the one before opens nothing.
    """
    letter = _claim(letter_id, now())
    if letter is None:
        return False
    message = _write(letter, now())
    if message is not None:
        try:
            message.send()
        except UNSENT as fault:
            structlog.get_logger().warning("letter not sent", kind=letter.kind, fault=type(fault).__name__)
            return _later(letter, now())
    done = {"next_attempt_at": None, "lease_until": None, "sent_at": now() if message else None}
    AccountLetter.objects.filter(pk=letter.pk, lease_until=letter.lease_until).update(**done)
    return message is not None


def letters_due(*, now: datetime) -> list[str]:
    """The letters to ring for."""
    return [str(each) for each in AccountLetter.objects.due(now=now).values_list("pk", flat=True)[:200]]


def forget_letters(*, now: datetime) -> None:
    """Remove letters and links that are over for a month."""
    AccountLetter.objects.filter(next_attempt_at=None, written_at__lt=now - KEPT).delete()
    PasswordLink.objects.filter(expires_at__lt=now - KEPT).delete()


def _claim(letter_id: str, now: datetime) -> AccountLetter | None:
    until = now + LEASE
    letter = AccountLetter.objects.due(now=now).select_related("invitation__organisation").filter(pk=letter_id).first()
    if letter is None:
        return None
    same = AccountLetter.objects.due(now=now).filter(pk=letter.pk, attempts_made=letter.attempts_made)
    letter.attempts_made, letter.lease_until = letter.attempts_made + 1, until
    return letter if same.update(attempts_made=letter.attempts_made, lease_until=until) else None


def _later(letter: AccountLetter, now: datetime) -> bool:
    wait = min(FIRST_WAIT * 4 ** (letter.attempts_made - 1), LONGEST_WAIT)
    again = now + wait if letter.attempts_made < MOST_ATTEMPTS else None
    mine = AccountLetter.objects.filter(pk=letter.pk, lease_until=letter.lease_until)
    mine.update(next_attempt_at=again, lease_until=None)
    return False


def _write(letter: AccountLetter, now: datetime) -> EmailMessage | None:
    """The message, its link made and known by its digest; None when nobody is to get it."""
    told, to = {"home": settings.PUBLIC_URL}, letter.address
    if letter.kind == Kind.INVITATION:
        told |= {"place": letter.invitation.organisation.name, "role": letter.invitation.get_role_display().lower()}
        link = _link_of_invitation(letter.invitation, now)
    elif letter.kind == Kind.FORGOTTEN:
        link, to = _link_for(letter.address, now)
    else:
        link = "no link"
    if not link:
        return None
    host = urlsplit(settings.PUBLIC_URL).hostname or "redbag"
    return EmailMessage(
        subject=SUBJECTS[Kind(letter.kind)],
        body=letter.body or WORDS[Kind(letter.kind)].format(link=f"{settings.PUBLIC_URL}{link}", **told),
        to=[to],
        headers={"Message-ID": f"<{letter.pk}.{letter.attempts_made}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def _link_of_invitation(invitation: Invitation, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    open_now = Invitation.objects.open().filter(pk=invitation.pk, expires_at__gt=now)
    return f"/join/{token}" if open_now.update(token_digest=digest_of(token)) else ""


@transaction.atomic
def _link_for(address: str, now: datetime) -> tuple[str, str]:
    """A link, and the account's own address to send it to: a database may find it by one that only looks the same."""
    user = User.objects.select_for_update().filter(email__iexact=address, is_active=True).first()
    if user is None:
        return "", address
    token = secrets.token_urlsafe(32)
    PasswordLink.objects.filter(user=user).delete()
    PasswordLink.objects.create(user=user, digest=digest_of(token), made_at=now, expires_at=now + LINK_LASTS)
    record("password.link_sent", user, actor=None, at=now)
    return f"/forgotten/{token}", user.email
