"""Doorbells of the printer."""

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from redbag.bags import printing

log = structlog.get_logger()
BROKER_AWAY = (OperationalError, SQLAlchemyError, OSError)


@shared_task
def draw(*, job_id: str, **_later) -> None:
    """Draw the sheets of one print job."""
    printing.draw(job_id, now=timezone.now)


@shared_task
def sweep(**_later) -> None:
    """Draw what a lost message left behind."""
    for job_id in printing.waiting(now=timezone.now()):
        printing.draw(job_id, now=timezone.now)
