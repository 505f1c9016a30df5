"""What the API forgets by and by."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from redbag.api.models import Answer

KEPT = timedelta(days=7)


@shared_task
def forget_answers(**_later) -> None:
    """Remove kept answers to calls with an Idempotency-Key after a week; the contract asks for a day."""
    Answer.objects.filter(at__lt=timezone.now() - KEPT).delete()
