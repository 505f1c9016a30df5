"""Doorbells of accounts: letters to send, and posts whose last day is over."""

from celery import shared_task
from django.utils import timezone

from redbag.accounts import lettering
from redbag.deliveries.phones import let_go_when_due


@shared_task
def send_letter(*, letter_id: str, **_later) -> None:
    """Send one e-mail about an account, if it is still due."""
    lettering.send_letter(letter_id, now=timezone.now)


@shared_task
def sweep_letters(**_later) -> None:
    """Ring for every letter that is due: what a lost message or a lost worker left behind."""
    for letter_id in lettering.letters_due(now=timezone.now()):
        send_letter.delay(letter_id=letter_id)


@shared_task
def let_go(**_later) -> None:
    """End the posts whose last day is over."""
    let_go_when_due(now=timezone.now())


@shared_task
def forget_letters(**_later) -> None:
    """Remove letters and links that are long over."""
    lettering.forget_letters(now=timezone.now())
