"""Doorbells of what ends: what is forgotten by itself, except on a legal hold, and what two people have agreed on."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from redbag.discharges.copying import forget_copies
from redbag.drafts.forgetting import forget_drafts as forget
from redbag.queues import sweeps
from redbag.retention import destroying
from redbag.retention.gathering import gather
from redbag.retention.holds import held_ids, held_residents
from redbag.retention.looking_through import forget_exports
from redbag.retention.making import make
from redbag.retention.models import RecordExport


@shared_task
def destroy(**_later) -> None:
    """Destroy the records for which two people have agreed."""
    destroying.sweep(now=timezone.now)


@shared_task
def forget_drafts(**_later) -> None:
    """Remove drafts nobody has touched for a week, unless they are about somebody on a legal hold."""
    forget(now=timezone.now(), but={str(each) for each in held_ids()})


@shared_task
def forget_letter_copies(**_later) -> None:
    """Throw away copies of letters that nobody has finished within a week, unless on a legal hold."""
    forget_copies(now=timezone.now(), but=held_residents())


@shared_task
def make_exports(**_later) -> None:
    """Gather the records that somebody asked for, and make those that somebody has looked through."""
    sweeps.sweep(RecordExport.objects.all(), _export, now=timezone.now)


def _export(export_id: UUID) -> None:
    gather(export_id, now=timezone.now)
    make(export_id, now=timezone.now)


@shared_task
def forget_old_exports(**_later) -> None:
    """Throw away exports after two weeks, unless on a legal hold."""
    forget_exports(now=timezone.now(), but=held_residents())
