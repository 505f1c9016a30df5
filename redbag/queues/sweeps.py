"""A sweep takes up what waits in a queue, so that a lost message costs a moment."""

from collections.abc import Callable
from uuid import UUID

import structlog

from redbag.queues.claims import Clock, Lost, Queue

log = structlog.get_logger()


def sweep(rows: Queue, work: Callable[[UUID], object], *, now: Clock) -> None:
    """Work on every row that waits; a fault with one is logged and ends nothing for those behind it."""
    for pk in rows.waiting(now=now()):
        try:
            work(pk)
        except Lost:
            continue
        except Exception as fault:
            log.error("not made", table=rows.model.__name__, row=str(pk), fault=type(fault).__name__)
