"""Draws the sheets of a print job; the row is the queue."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F, Q

from redbag.bags.codes import shown
from redbag.bags.models import PrintedLabel, PrintJob
from redbag.bags.sheets import Label
from redbag.bags.sheets import draw as draw_sheets
from redbag.vault import unseal_label

LEASE = timedelta(minutes=2)
CHUNK = 100


def waiting(*, now: datetime) -> list[str]:
    """Jobs nobody is working on: never begun, or begun by a worker that died."""
    idle = Q(state=PrintJob.State.WAITING) | Q(state=PrintJob.State.RUNNING, lease_until__lt=now)
    return [str(pk) for pk in PrintJob.objects.filter(idle).order_by("asked_at").values_list("pk", flat=True)[:20]]


def draw(job_id: str, *, now: Callable[[], datetime]) -> bool:
    """Claim a job and draw it, a hundred labels at a time; a second worker finds nothing to claim."""
    started = now()
    idle = Q(state=PrintJob.State.WAITING) | Q(state=PrintJob.State.RUNNING, lease_until__lt=started)
    claimed = PrintJob.objects.filter(idle, pk=job_id).update(
        state=PrintJob.State.RUNNING, lease_until=started + LEASE, done=0
    )
    if not claimed:
        return False
    job = PrintJob.objects.get(pk=job_id)
    try:
        labels: list[Label] = []
        printed = job.printed.select_related("label__bag__home").order_by("position")
        for chunk in range(0, job.total, CHUNK):
            labels += [_drawn(row) for row in printed[chunk : chunk + CHUNK]]
            PrintJob.objects.filter(pk=job_id).update(done=len(labels), lease_until=now() + LEASE)
        name = default_storage.save(f"labels/{job.pk}.pdf", ContentFile(draw_sheets(layout=job.layout, labels=labels)))
    except (OSError, ValueError) as fault:
        PrintJob.objects.filter(pk=job_id).update(
            state=PrintJob.State.FAILED, error=str(fault)[:300], finished_at=now(), lease_until=None
        )
        return True
    PrintJob.objects.filter(pk=job_id).update(
        state=PrintJob.State.DONE, done=F("total"), file=name, finished_at=now(), lease_until=None
    )
    return True


def _drawn(row: PrintedLabel) -> Label:
    bag = row.label.bag
    return Label(
        tracker="" if bag.state == "blank" else bag.tracker,
        url=f"{settings.PUBLIC_URL}/b/{unseal_label(row.label.token_sealed)}",
        code=shown(row.label.code),
        home_phone=bag.home.phone,
    )
