"""Doorbells of whoever draws the papers."""

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from redbag.packs import drawing, folders

log = structlog.get_logger()
BROKER_AWAY = (OperationalError, SQLAlchemyError, OSError)


@shared_task
def sweep(**_later) -> None:
    """Draw what was packed and has no papers, or papers that do not say all that is known."""
    drawing.sweep(now=timezone.now)


@shared_task
def sweep_folders(**_later) -> None:
    """Draw the grab folders that are a week old, that say less than is known now, or that somebody asked for."""
    folders.sweep(now=timezone.now)


def ring_for_folders() -> None:
    """Ring whoever draws the folders; when the broker is away, the sweeper finds what waits."""
    try:
        sweep_folders.delay()
    except BROKER_AWAY:
        log.warning("broker away")
