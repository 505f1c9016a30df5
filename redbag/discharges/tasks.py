"""Doorbells of whoever reads large documents."""

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from redbag.discharges import reading

log = structlog.get_logger()
BROKER_AWAY = (OperationalError, SQLAlchemyError, OSError)


@shared_task
def read(*, summary_id: str, **_later) -> None:
    """Read one document, if nobody else does."""
    reading.read_one(summary_id, now=timezone.now)


@shared_task
def sweep(**_later) -> None:
    """Ring for what waits to be read: what a lost message or a lost worker left behind."""
    for summary_id in reading.waiting(now=timezone.now()):
        read.delay(summary_id=str(summary_id))


def ring(summary_id: str) -> None:
    """Ring for one document; when the broker is away, the sweeper finds it."""
    try:
        read.delay(summary_id=summary_id)
    except BROKER_AWAY:
        log.warning("broker away", summaries=1)
