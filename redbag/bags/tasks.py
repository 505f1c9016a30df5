"""Doorbells of the printer."""

from celery import shared_task
from django.utils import timezone

from redbag.bags import printing
from redbag.bags.models import PrintJob
from redbag.queues import sweeps


@shared_task
def draw(*, job_id: str, **_later) -> None:
    """Draw the sheets of one print job."""
    printing.draw(job_id, now=timezone.now)


@shared_task
def sweep(**_later) -> None:
    """Draw what a lost message left behind."""
    sweeps.sweep(PrintJob.objects.all(), lambda job_id: printing.draw(job_id, now=timezone.now), now=timezone.now)
