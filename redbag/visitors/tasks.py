"""Doorbells: codes that are owed by e-mail, and old tries to forget."""

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from redbag.organisations.throttling import forget_old
from redbag.visitors import mailing

log = structlog.get_logger()
BROKER_AWAY = (OperationalError, SQLAlchemyError, OSError)


@shared_task
def send_codes(**_later) -> None:
    """Send the codes that are owed."""
    mailing.send_codes(now=timezone.now)


@shared_task
def forget_tries(**_later) -> None:
    """Forget tries whose time is over."""
    forget_old(now=timezone.now().timestamp())


def ring() -> None:
    """Have owed codes sent now; when the broker is away, the sweep finds them."""
    try:
        send_codes.delay()
    except BROKER_AWAY:
        log.warning("broker away")
