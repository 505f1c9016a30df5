"""Draws the papers of a journey and keeps them; nobody is given one that is older than what the home has told."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from cryptography.fernet import InvalidToken
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from redbag.packs import typesetting
from redbag.packs.chapters import pack_words
from redbag.packs.freshness import made_of
from redbag.packs.gathering import gather
from redbag.packs.models import Paper, Sheet
from redbag.packs.sheets import ON_THE_WAY, sheet_of
from redbag.packs.wording import summary_words
from redbag.transfers.models import Transfer
from redbag.vault import keep_file, read_file

PRINTED_ANEW = timedelta(minutes=10)  # so that the time on the paper is nearly the time of printing
ONE_SWEEP = timedelta(seconds=3)  # labels are printed by the same worker
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
JOINED = ("resident", "home", "bag", "destination")
KINDS = tuple(Paper.Kind)

log = structlog.get_logger()


def sweep(*, now: Callable[[], datetime]) -> None:
    """Draw what waits for a few seconds, and leave the rest to the next sweep; one fault stops nobody else."""
    began = now()
    for transfer_id in waiting(now=began):
        if now() - began >= ONE_SWEEP:
            return
        draw(transfer_id, now=now())


def waiting(*, now: datetime) -> list[UUID]:
    """Journeys under way without papers that say all that is known, and on which nobody works.

    Those that never failed first; of these who waited longest for a paper, and the newest who never had one.
    """
    free = Q(sheet__next_try_at__isnull=True) | Q(sheet__next_try_at__lte=now)
    rows = Transfer.objects.filter(free, stage__in=ON_THE_WAY).exclude(snapshot_hash="")
    kept: dict[UUID, dict[str, str]] = defaultdict(dict)
    drawn: dict[UUID, float] = defaultdict(float)
    papers = Paper.objects.filter(transfer__in=rows.values("pk")).order_by("drawn_at")
    for pk, kind, made, at in papers.values_list("transfer", "kind", "made_of", "drawn_at"):
        kept[pk][kind], drawn[pk] = made, at.timestamp()
    known = made_of(rows, now=now)
    order = rows.order_by("-packed_at").values_list("pk", "sheet__tries")
    behind = [
        (tries or 0, drawn[pk], pk) for pk, tries in order if any(kept[pk].get(k) != known.get(pk) for k in KINDS)
    ]
    return [pk for *_, pk in sorted(behind, key=lambda each: each[:2])]


def draw(transfer_id: UUID, *, now: datetime) -> bool:
    """Claim a journey, draw both its papers and keep them.

    False when another worker has it, when the journey has ended, and after a fault: that is logged without a word about
    the person, and tried again later and later.
    """
    try:
        transfer = Transfer.objects.get(pk=transfer_id)
        if transfer.stage not in ON_THE_WAY or not _claim(sheet_of(transfer, now=now), now):
            return False
        _draw_and_keep(transfer_id, now=now)
    except Exception as fault:  # whatever one record holds, the papers of the others are drawn
        log.error("papers not drawn", transfer=str(transfer_id), fault=type(fault).__name__)
        return False
    return True


def _claim(sheet: Sheet, now: datetime) -> bool:
    """Take one turn: nobody else has it until the next try is due, even when this worker dies over it."""
    free = Q(next_try_at=None) | Q(next_try_at__lte=now)
    wait = min(FIRST_WAIT * 2 ** min(sheet.tries, 10), LONGEST_WAIT)
    mine = Sheet.objects.filter(free, pk=sheet.pk, tries=sheet.tries)
    return mine.update(tries=sheet.tries + 1, next_try_at=now + wait) == 1


def paper_of(*, transfer: Transfer, kind: str, now: datetime) -> bytes:
    """The paper as PDF: the kept one when it says all that is known now, else drawn at once.

    After the return it is the last one of the journey, else drawn as things stood when they came back: what is written
    of the person afterwards is not on it.
    """
    kept = Paper.objects.filter(transfer=transfer, kind=kind).order_by("-drawn_at").first()
    if transfer.stage in ON_THE_WAY:
        good = kept is not None and _still_good(kept, now)
    else:
        good = kept is not None and kept.snapshot_hash == transfer.snapshot_hash
    if good and (content := _read(kept)) is not None:
        return content
    return _draw_and_keep(transfer.pk, now=now)[kind].content


def _read(paper: Paper) -> bytes | None:
    try:
        return read_file(paper.file)
    except (FileNotFoundError, InvalidToken):
        log.warning("a kept paper cannot be read", paper=str(paper.pk))
        return None


def _still_good(paper: Paper, now: datetime) -> bool:
    known = made_of(Transfer.objects.filter(pk=paper.transfer_id), now=now)
    return now - paper.drawn_at <= PRINTED_ANEW and known.get(paper.transfer_id) == paper.made_of


def _draw_and_keep(transfer_id: UUID, *, now: datetime) -> Mapping[str, typesetting.Printed]:
    """Both papers. The digest is taken before anything is read: what is told meanwhile has them drawn again."""
    made = made_of(Transfer.objects.filter(pk=transfer_id), now=now)[transfer_id]
    transfer = Transfer.objects.select_related(*JOINED).get(pk=transfer_id)
    sheet = sheet_of(transfer, now=now)
    known = gather(transfer=transfer, sheet=sheet, now=now)
    first = typesetting.summary(lambda step: summary_words(known, step))
    whole = typesetting.pack(pack_words(known, first.step), first.step)
    printed: dict[str, typesetting.Printed] = {Paper.Kind.SUMMARY: first, Paper.Kind.PACK: whole}
    for kind, paper in printed.items():
        _keep(transfer, kind, paper, made, now)
    Sheet.objects.filter(pk=sheet.pk).update(tries=0, next_try_at=None)
    return printed


def _keep(transfer: Transfer, kind: str, printed: typesetting.Printed, made: str, now: datetime) -> None:
    """Keep the file and its row; of two who drew at once the later drawing stays, and no file is left over."""
    name = keep_file(f"papers/{transfer.pk}-{kind}.pdf", printed.content)
    values = {
        "file": name,
        "digest": hashlib.sha256(printed.content).hexdigest(),
        "made_of": made,
        "pages": printed.pages,
        "drawn_at": now,
    }
    same = {"transfer": transfer, "kind": kind, "snapshot_hash": transfer.snapshot_hash}
    try:
        with transaction.atomic():
            _keep_row(same, values, now)
    except Exception:
        default_storage.delete(name)
        raise


def _keep_row(same: Mapping, values: Mapping, now: datetime) -> None:
    row, made = Paper.objects.select_for_update().get_or_create(**same, defaults=values)
    if made:
        return
    gone = values["file"]
    if row.drawn_at <= now:
        gone = row.file
        Paper.objects.filter(pk=row.pk).update(**values)
    transaction.on_commit(lambda: default_storage.delete(gone))
