"""Doorbells of whoever reads large documents."""

from celery import shared_task
from django.utils import timezone

from redbag.discharges import reading


@shared_task
def read(*, summary_id: str, **_later) -> None:
    """Read one document, if nobody else does."""
    reading.read_one(summary_id, now=timezone.now)


@shared_task
def sweep(**_later) -> None:
    """Ring for what waits to be read: what a lost message or a lost worker left behind."""
    for summary_id in reading.waiting(now=timezone.now()):
        read.delay(summary_id=str(summary_id))
