"""Doorbells of whoever draws the papers."""

from celery import shared_task
from django.utils import timezone

from redbag.packs import drawing


@shared_task
def sweep(**_later) -> None:
    """Draw what was packed and has no papers, or papers that do not say all that is known."""
    drawing.sweep(now=timezone.now)
