"""Draws the papers of a journey and keeps them; nobody is given one that is older than what the home has told."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from cryptography.fernet import InvalidToken
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from reportlab.pdfbase.ttfonts import TTFError

from redbag.documents.models import Document
from redbag.packs import typesetting
from redbag.packs.chapters import pack_words
from redbag.packs.gathering import Gathered, gather
from redbag.packs.models import Paper
from redbag.packs.sheets import ON_THE_WAY, sheet_of
from redbag.packs.wording import summary_words
from redbag.summaries.models import BodyMap
from redbag.transfers.models import Fact, Transfer
from redbag.vault import keep_file, read_file

SETTLING = timedelta(seconds=5)  # between the time a change bears and the moment others can read it
PRINTED_ANEW = timedelta(minutes=10)  # so that the time on the paper is nearly the time of printing
AT_ONCE = 20
JOINED = ("resident", "home", "bag", "destination")
KINDS = tuple(Paper.Kind)

log = structlog.get_logger()


def waiting(*, now: datetime) -> list[UUID]:
    """Journeys under way without papers, or with papers drawn before the last thing that was told; oldest first."""
    return list(_behind(now).order_by("packed_at").values_list("pk", flat=True)[:AT_ONCE])


def _behind(now: datetime) -> QuerySet[Transfer]:
    drawn = Paper.objects.filter(transfer=OuterRef("pk"), snapshot_hash=OuterRef("snapshot_hash"))
    told = Fact.objects.filter(transfer=OuterRef("pk")).values("transfer").annotate(at=Max("recorded_at")).values("at")
    papers, late = Document.objects.filter(resident=OuterRef("resident")), OuterRef("drawn") - SETTLING
    rows = Transfer.objects.filter(stage__in=ON_THE_WAY).exclude(snapshot_hash="")
    rows = rows.annotate(
        drawn=Subquery(drawn.filter(kind=Paper.Kind.PACK).values("drawn_at")[:1]),
        summary=Subquery(drawn.filter(kind=Paper.Kind.SUMMARY).values("drawn_at")[:1]),
        told=Subquery(told),
    )
    return rows.filter(
        Q(drawn=None)
        | Q(summary=None)
        | Q(told__gt=F("drawn") - SETTLING)
        | Q(resident__told_at__gt=F("drawn") - SETTLING)
        | Q(snapshot_at__gt=F("drawn") - SETTLING)
        | Exists(papers.filter(Q(added_at__gt=late) | Q(removed_at__gt=late)))
        | Exists(BodyMap.objects.filter(resident=OuterRef("resident"), recorded_at__gt=late))
    )


def draw(transfer_id: UUID, *, now: datetime) -> bool:
    """Draw both papers of a transfer and keep them; a fault is logged and the next sweep tries again."""
    transfer = Transfer.objects.select_related(*JOINED).get(pk=transfer_id)
    try:
        for kind, printed in _printed(transfer, now=now).items():
            _keep(transfer, kind, printed, now)
    except (OSError, ValueError, RuntimeError, TTFError) as fault:
        log.error("papers not drawn", transfer=str(transfer_id), fault=type(fault).__name__)
        return False
    return True


def paper_of(*, transfer: Transfer, kind: str, now: datetime) -> bytes:
    """The paper as PDF: the kept one when it says all that is known now, else drawn at once."""
    kept = Paper.objects.filter(transfer=transfer, kind=kind).order_by("-drawn_at").first()
    if kept is not None and _still_good(kept, transfer, now):
        try:
            return read_file(kept.file)
        except (FileNotFoundError, InvalidToken):
            log.warning("a kept paper cannot be read; drawing it again", paper=str(kept.pk))
    printed = _printed(transfer, now=now)
    for each, paper in printed.items():
        _keep(transfer, each, paper, now)
    return printed[kind].content


def _still_good(paper: Paper, transfer: Transfer, now: datetime) -> bool:
    if transfer.stage not in ON_THE_WAY:
        return True
    young = paper.snapshot_hash == transfer.snapshot_hash and now - paper.drawn_at <= PRINTED_ANEW
    return young and not _behind(now).filter(pk=transfer.pk).exists()


def _printed(transfer: Transfer, *, now: datetime) -> Mapping[str, typesetting.Printed]:
    sheet = sheet_of(transfer, now=now)
    known: Gathered = gather(transfer=transfer, sheet=sheet, now=now)
    first = typesetting.summary(lambda step: summary_words(known, step))
    whole = typesetting.pack(pack_words(known, first.step), first.step)
    return {Paper.Kind.SUMMARY: first, Paper.Kind.PACK: whole}


def _keep(transfer: Transfer, kind: str, printed: typesetting.Printed, now: datetime) -> None:
    """Keep the file and its row; of two who drew at once the later drawing stays, and no file is left over."""
    name = keep_file(f"papers/{transfer.pk}-{kind}.pdf", printed.content)
    values = {
        "file": name,
        "digest": hashlib.sha256(printed.content).hexdigest(),
        "pages": printed.pages,
        "drawn_at": now,
    }
    with transaction.atomic():
        same = {"transfer": transfer, "kind": kind, "snapshot_hash": transfer.snapshot_hash}
        row, made = Paper.objects.select_for_update().get_or_create(**same, defaults=values)
        gone = ""
        if not made:
            gone = name if row.drawn_at > now else row.file
            if gone != name:
                Paper.objects.filter(pk=row.pk).update(**values)
        if gone:
            transaction.on_commit(lambda: default_storage.delete(gone))
