"""Doorbells of whoever draws the papers."""

from celery import shared_task
from django.utils import timezone

from redbag.packs import drawing, folders


@shared_task
def sweep(**_later) -> None:
    """Draw what was packed and has no papers, or papers that do not say all that is known."""
    drawing.sweep(now=timezone.now)


@shared_task
def sweep_folders(**_later) -> None:
    """Draw the grab folders that are a week old, that say less than is known now, or that somebody asked for."""
    folders.sweep(now=timezone.now)
