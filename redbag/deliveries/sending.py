"""Carries deliveries to their endpoints; the row is the queue."""

from collections.abc import Callable
from datetime import datetime


def push(delivery_id: str, *, now: Callable[[], datetime]) -> bool:
    """Claim a delivery and send it; a second worker finds nothing to claim."""
    return False


def ring_for(*, now: datetime) -> list[str]:
    """Deliveries to ring for."""
    return []
