"""Doorbells of whoever draws the papers."""

from celery import shared_task
from django.utils import timezone

from redbag.packs import drawing


@shared_task
def sweep(**_later) -> None:
    """Draw what was packed and has no papers, or older ones than what the home has told."""
    for transfer_id in drawing.waiting(now=timezone.now()):
        drawing.draw(transfer_id, now=timezone.now())
