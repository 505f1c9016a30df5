"""Doorbells of report files, and the clock of those that are made every month."""

import structlog
from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from redbag.deliveries.tasks import BROKER_AWAY
from redbag.reports import file_making, monthly
from redbag.reports.file_models import ReportFile, ReportPart
from redbag.reports.turns import a_turn

AT_ONCE = 20
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
    with a_turn() as mine:
        idle = ReportFile.objects.idle(now=timezone.now()).order_by("asked_at")
        for file_id in idle.values_list("pk", flat=True)[: AT_ONCE if mine else 0]:
            file_making.make_file(str(file_id), now=timezone.now)


@shared_task
def send_monthly(**_later) -> None:
    """Begin the reports of the month that are due."""
    for file_id in monthly.begin_due(now=timezone.now()):
        ring(file_id)


@shared_task
def throw_away(**_later) -> None:
    """Throw away the files whose days are over, and whatever is left of those that nobody is to have."""
    left = Q(state__in=file_making.NOT_WANTED, pk__in=ReportPart.objects.values("of"))
    over = ReportFile.objects.filter(Q(kept_until__lte=timezone.now()) | left)
    for file in over.order_by("-named", "kept_until")[:AT_A_TIME]:
        file_making.throw_away(file)
        ReportFile.objects.filter(pk=file.pk, state=ReportFile.State.DONE).update(state=ReportFile.State.FORGOTTEN)
        ReportFile.objects.filter(pk=file.pk).update(kept_until=None)


def ring(file_id: str) -> None:
    """Have a file made now; when the broker is away, the next sweep finds it."""
    try:
        make.delay(file_id=file_id)
    except BROKER_AWAY:
        structlog.get_logger().warning("broker away")
