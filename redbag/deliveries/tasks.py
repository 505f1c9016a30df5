"""Doorbells of the post office."""

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from redbag.deliveries import sending

log = structlog.get_logger()
BROKER_AWAY = (OperationalError, SQLAlchemyError, OSError)


@shared_task
def push(*, delivery_id: str, **_later) -> None:
    """Send one delivery, if it is still due."""
    sending.push(delivery_id, now=timezone.now)


@shared_task
def sweep(**_later) -> None:
    """Ring for what is due: retries whose time has come, and what a lost message or a lost worker left behind."""
    for delivery_id in sending.ring_for(now=timezone.now()):
        push.delay(delivery_id=delivery_id)
