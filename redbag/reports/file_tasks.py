"""Doorbells of report files, and the clock of those that are made every month."""

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from redbag.queues import sweeps
from redbag.queues.bells import ring
from redbag.reports import file_making, monthly
from redbag.reports.file_models import ReportFile, ReportPart
from redbag.reports.turns import a_turn

AT_A_TIME = 5000  # of the night in which everybody's month was made, gone within three hours


@shared_task
def make(*, file_id: str, **_later) -> None:
    """Make one report file, unless somebody else does."""
    with a_turn() as mine:
        if mine:
            file_making.make_file(file_id, now=timezone.now)


@shared_task
def sweep(**_later) -> None:
    """Make what a lost message or a lost worker left behind."""
    sweeps.sweep(ReportFile.objects.all(), lambda file_id: make(file_id=str(file_id)), now=timezone.now)


@shared_task
def send_monthly(**_later) -> None:
    """Begin the reports of the month that are due."""
    for file_id in monthly.begin_due(now=timezone.now()):
        ring(make, file_id=file_id)


@shared_task
def throw_away(**_later) -> None:
    """Throw away the files whose days are over, and whatever is left of those that nobody is to have."""
    left = Q(state__in=file_making.NOT_WANTED, pk__in=ReportPart.objects.values("of"))
    over = ReportFile.objects.filter(Q(kept_until__lte=timezone.now()) | left)
    for file in over.order_by("-named", "kept_until")[:AT_A_TIME]:
        file_making.throw_away(file)
        ReportFile.objects.filter(pk=file.pk, state=ReportFile.State.DONE).update(state=ReportFile.State.FORGOTTEN)
        ReportFile.objects.filter(pk=file.pk).update(kept_until=None)
