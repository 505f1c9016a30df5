"""The first page of hospitals and crews: which bags are here, on the way, going home."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.transfers.story import held_words, is_late

MOST = 200
ON_THE_WAY = (Stage.PACKED, Stage.WITH_CREW)
AT_HOSPITAL = (*ON_THE_WAY, Stage.IN_HOSPITAL, Stage.COMING_HOME)


@dataclass(frozen=True)
class Row:
    """One patient's bag."""

    transfer: Transfer
    held: str
    late: bool
    here: bool
    sent: bool


def hospital_board(request: HttpRequest) -> HttpResponse:
    """*Here now*, *On the way*, *Going home*, for every hospital they work at."""
    mine = set(request.actor.organisations_with(Permission.WRITE_DISCHARGE))
    rows = _rows(request, mine, AT_HOSPITAL)
    seen = {
        "here": [row for row in rows if row.here and row.transfer.stage == Stage.IN_HOSPITAL],
        "coming": [row for row in rows if row.transfer.stage in ON_THE_WAY],
        "going": [row for row in rows if row.transfer.stage == Stage.COMING_HOME],
        "elsewhere": [row for row in rows if row.transfer.stage == Stage.IN_HOSPITAL and not row.here],
    }
    return render(request, "pages/inbound/hospital.html", seen)


def crew_board(request: HttpRequest) -> HttpResponse:
    """The bags they have, and had in the last day; the scan button above all."""
    mine = set(request.actor.organisations_with(Permission.SEE_EMERGENCY_VIEW))
    rows = _rows(request, mine, tuple(Stage))
    seen = {"have": [row for row in rows if row.here], "had": [row for row in rows if not row.here]}
    return render(request, "pages/inbound/crew.html", seen)


def _rows(request: HttpRequest, mine: set, stages: tuple) -> list[Row]:
    """Transfers they may see, newest movement first, in two statements and two for the journal."""
    now = timezone.now()
    found = (
        Transfer.objects.visible_to(request.actor, now=now)
        .filter(stage__in=stages)
        .select_related("resident", "home", "holder", "bag")
        .prefetch_related("discharge_summaries")
        .order_by("-stage_since")
    )
    rows = [
        Row(
            transfer=transfer,
            held=held_words(transfer),
            late=is_late(transfer, now=now),
            here=transfer.holder_id in mine,
            sent=any(each.state == "sent" for each in transfer.discharge_summaries.all()),
        )
        for transfer in found[:MOST]
    ]
    if rows:
        shown = sorted({row.transfer.resident_id for row in rows})
        record_view("board", None, actor=request.actor, at=now, organisation=next(iter(mine), None), residents=shown)
    return rows
