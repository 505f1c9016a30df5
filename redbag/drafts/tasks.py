"""Doorbells of the drafts."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from redbag.drafts.models import Draft

KEPT = timedelta(days=7)


@shared_task
def forget(**_later) -> None:
    """Remove drafts nobody has touched for a week."""
    Draft.objects.filter(saved_at__lt=timezone.now() - KEPT).delete()
