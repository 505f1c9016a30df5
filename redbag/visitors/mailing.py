"""Sends one-time codes by e-mail: the row says when one is owed, and no message is sent inside a transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from redbag.templatetags.redbag import clock
from redbag.visitors.glass_codes import EMAIL, fresh_code, given_by_home, locked, note, standing
from redbag.visitors.models import BreakGlass

LEASE = timedelta(minutes=1)
MOST_TRIES = 5
AT_ONCE = 50

log = structlog.get_logger("visitors")


def send_codes(*, now: Callable[[], datetime]) -> int:
    """Send every code that is owed, each with fresh digits; how many went out. What fails is owed again in a minute."""
    sent = 0
    for asked in BreakGlass.objects.filter(mail_due_at__lte=now()).order_by("mail_due_at")[:AT_ONCE]:
        sent += _send(asked, now)
    return sent


def _send(asked: BreakGlass, now: Callable[[], datetime]) -> bool:
    message = _claim(asked, now())
    if message is None:
        return False
    try:
        message.send()
    except (SMTPException, OSError) as failed:
        log.warning("a one-time code was not sent", asked=str(asked.pk), why=type(failed).__name__)
        return False
    _went_out(asked, now())
    return True


@transaction.atomic
def _claim(asked: BreakGlass, now: datetime) -> EmailMessage | None:
    """The message with fresh digits, which from now on are the only good ones; None when nothing is owed any more."""
    asked = locked(asked)
    if asked.mail_due_at is None or asked.mail_due_at > now:
        return None
    gives_up = asked.mail_tries >= MOST_TRIES or not standing(asked, now=now).waits or given_by_home(asked, now=now)
    asked.mail_due_at = None if gives_up else now + LEASE
    asked.mail_tries += 1
    asked.save(update_fields=["mail_due_at", "mail_tries"])
    return None if gives_up else _message(asked, fresh_code(asked, by=EMAIL, now=now))


@transaction.atomic
def _went_out(asked: BreakGlass, now: datetime) -> None:
    asked = locked(asked)
    asked.mailed_at, asked.mail_due_at = now, None
    asked.save(update_fields=["mailed_at", "mail_due_at"])
    note("break_glass.code_sent", asked, actor=None, now=now)


def _message(asked: BreakGlass, code: str) -> EmailMessage:
    """Digits and whom to ring; nothing about the patient, and nothing that somebody outside wrote."""
    home = asked.transfer.home
    ring = f"{home.name}, {home.phone}" if home.phone else home.name
    text = (
        f"Your code is {code[:3]} {code[3:]}.\n\n"
        f"Type it on the Red Bag page that is open on your phone. It is good for ten minutes, until "
        f"{clock(asked.code_until)}, and once.\n\n"
        "Give it to nobody: whoever has it can read about a patient in your name.\n"
        f"You did not ask for it? Somebody typed your address. Ring the care home: {ring}.\n"
    )
    host = urlsplit(settings.PUBLIC_URL).hostname or "redbag"
    headers = {"Message-ID": f"<{asked.pk}.{asked.mail_tries}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject="Your Red Bag code", body=text, to=[asked.email], headers=headers)
