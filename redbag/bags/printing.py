"""Draws the sheets of a print job; the row is the queue.

A job is drawn in parts of whole pages. Each part is kept as soon as it is drawn, so a worker that dies costs the part
it was drawing and nothing else; the finished file is put together once, of each part once.
"""

import hashlib
import io
from datetime import datetime
from uuid import UUID

import pikepdf
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from redbag.bags import sheets, zpl
from redbag.bags.codes import shown
from redbag.bags.layouts import LAYOUTS, Label
from redbag.bags.models import PrintChunk, PrintedLabel, PrintJob
from redbag.bags.tagging import thing_of
from redbag.queues.claims import Claim, Clock, Lost
from redbag.vault import keep_file, read_file, read_whole, throw_away, unseal_label

CHUNK = 100  # labels, or the nearest number of whole pages


def draw(job_id: UUID | str, *, now: Clock) -> bool:
    """Claim a job and draw what is missing of it; a second worker finds nothing to claim."""
    claim = PrintJob.objects.claim(job_id, now=now)
    if claim is None:
        return False
    job: PrintJob = claim.row
    try:
        for number, first in enumerate(range(0, job.total, part(job.layout))):
            _draw_part(job, number, first, at=now())
            claim.say(done=min(job.total, first + part(job.layout)))
        _finish(claim)
    except Lost:  # another worker, which thought this one dead, has drawn it meanwhile
        return False
    except InvalidToken:
        claim.fail(error="A label was sealed with a key that is not there any more.")
    except (OSError, ValueError, pikepdf.PdfError) as fault:
        claim.fail(error=str(fault)[:300])
    return True


def part(layout: str) -> int:
    """How many labels of this layout are drawn at a time: whole pages, about a hundred."""
    page = LAYOUTS[layout].per_page
    return max(1, round(CHUNK / page)) * page


def file_of(job: PrintJob) -> bytes:
    """The finished labels of a job: PDF, or ZPL for a printer that draws by itself."""
    return read_file(job.file)


def _draw_part(job: PrintJob, number: int, first: int, *, at: datetime) -> None:
    """Draw one part and keep it, unless it is kept already and still whole."""
    kept = job.chunks.filter(number=number).first()
    if kept is not None and read_whole(kept.file, kept.digest) is not None:
        return
    last = min(job.total, first + part(job.layout)) - 1
    rows = job.printed.select_related("label__bag__home", "tag__bag__home").order_by("position")
    labels = [_drawn(row) for row in rows.filter(position__range=(first, last))]
    if len(labels) != last - first + 1:
        raise ValueError("a label of this job is not there")
    drawer = zpl if LAYOUTS[job.layout].zpl else sheets
    content = drawer.draw(layout=job.layout, labels=labels)
    name = keep_file(f"labels/{job.pk}.{number}", content)
    said = {"file": name, "digest": hashlib.sha256(content).hexdigest(), "drawn_at": at}
    if kept is not None:
        PrintChunk.objects.filter(pk=kept.pk).update(**said)
        return
    try:
        with transaction.atomic():
            PrintChunk.objects.create(job=job, number=number, first=first, last=last, **said)
    except IntegrityError:  # another worker, which was thought dead, has kept this part meanwhile
        throw_away([name])


def _finish(claim: Claim) -> None:
    """Put the parts together, once: whoever comes second finds the job done."""
    with transaction.atomic():
        job = PrintJob.objects.select_for_update().get(pk=claim.row.pk)
        if job.state != PrintJob.State.RUNNING:
            raise Lost
        chunks = list(job.chunks.order_by("number"))
        parts = [read_whole(chunk.file, chunk.digest) for chunk in chunks]
        places = [place for chunk in chunks for place in range(chunk.first, chunk.last + 1)]
        if None in parts or places != list(range(job.total)):
            raise ValueError("a part of these labels is missing")
        whole = b"".join(parts) if LAYOUTS[job.layout].zpl else _bound(parts)
        name = keep_file(f"labels/{job.pk}", whole)
        claim.end(state=PrintJob.State.DONE, done=F("total"), file=name, finished_at=claim.now())
    throw_away(chunk.file for chunk in chunks)


def _bound(parts: list[bytes]) -> bytes:
    """The pages of all parts in one PDF, with the title and the printing wishes of the first."""
    with pikepdf.open(io.BytesIO(parts[0])) as whole:
        for content in parts[1:]:
            with pikepdf.open(io.BytesIO(content)) as more:
                whole.pages.extend(more.pages)
        bound = io.BytesIO()
        whole.save(bound, deterministic_id=True)
    return bound.getvalue()


def _drawn(row: PrintedLabel) -> Label:
    label = row.label or row.tag
    bag = label.bag
    return Label(
        tracker="" if bag.state == "blank" else bag.tracker,
        url=f"{settings.PUBLIC_URL}/b/{unseal_label(label.token_sealed)}",
        code=shown(label.code),
        home_phone=bag.home.phone,
        thing=thing_of(row.tag) if row.tag else "",
    )
