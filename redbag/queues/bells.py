"""Doorbells: a worker is rung for what was just put into a queue, so that it need not wait for the next sweep."""

from typing import Any

import structlog
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger()
BROKER_AWAY = (OperationalError, SQLAlchemyError, OSError)


def ring(task: Any, **ids: Any) -> None:
    """Ring for a task with these ids; when the broker is away, its sweep finds what waits."""
    try:
        task.delay(**ids)
    except BROKER_AWAY:
        log.warning("broker away", task=task.name)
