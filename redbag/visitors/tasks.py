"""Doorbells: codes that are owed by e-mail, and old tries to forget."""

from celery import shared_task
from django.utils import timezone

from redbag.organisations.throttling import forget_old
from redbag.visitors import mailing


@shared_task
def send_codes(**_later) -> None:
    """Send the codes that are owed."""
    mailing.send_codes(now=timezone.now)


@shared_task
def forget_tries(**_later) -> None:
    """Forget tries whose time is over."""
    forget_old(now=timezone.now().timestamp())
