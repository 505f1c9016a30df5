"""Doorbells of whoever makes inspection packs."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from redbag.queues import sweeps
from redbag.reports import inspection_making
from redbag.reports.inspection_models import InspectionPack
from redbag.reports.turns import a_turn


@shared_task
def make(*, pack_id: str, **_later) -> None:
    """Make one inspection pack."""
    with a_turn() as mine:
        if mine:
            inspection_making.make(UUID(pack_id), now=timezone.now)


@shared_task
def sweep(**_later) -> None:
    """Make what a lost message left behind."""
    sweeps.sweep(InspectionPack.objects.all(), lambda pack_id: make(pack_id=str(pack_id)), now=timezone.now)


@shared_task
def forget(**_later) -> None:
    """Throw away inspection packs a week after they were made."""
    inspection_making.forget_packs(now=timezone.now())
