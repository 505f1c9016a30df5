"""Doorbells of the transfers."""

from celery import shared_task
from django.utils import timezone

from redbag.transfers import intake


@shared_task
def settle(**_later) -> None:
    """Try held facts again: their cause may have gone."""
    intake.settle_held(now=timezone.now())
