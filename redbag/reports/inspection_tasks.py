"""Doorbells of whoever makes inspection packs."""

from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from redbag.reports import inspection_making
from redbag.reports.turns import a_turn

log = structlog.get_logger()
BROKER_AWAY = (OperationalError, SQLAlchemyError, OSError)


@shared_task
def make(*, pack_id: str, **_later) -> None:
    """Make one inspection pack."""
    with a_turn() as mine:
        if mine:
            inspection_making.make(UUID(pack_id), now=timezone.now)


@shared_task
def sweep(**_later) -> None:
    """Make what a lost message left behind."""
    with a_turn() as mine:
        for pack_id in inspection_making.waiting(now=timezone.now()) if mine else ():
            inspection_making.make(pack_id, now=timezone.now)


@shared_task
def forget(**_later) -> None:
    """Throw away inspection packs a week after they were made."""
    inspection_making.forget_packs(now=timezone.now())


def ring(pack_id: UUID) -> None:
    """Ring whoever makes packs; when the broker is away, the sweeper finds what waits."""
    try:
        make.delay(pack_id=str(pack_id))
    except BROKER_AWAY:
        log.warning("broker away")
