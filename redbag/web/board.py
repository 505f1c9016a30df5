"""The first page after signing in: who is out, what comes home, what wants reading, what needs somebody."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from redbag.departures.reading import by_leaving, planned_among, readiness_of
from redbag.discharges.models import DischargeSummary
from redbag.journal.recording import record_view
from redbag.notes.reading import unread
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Kind
from redbag.reminders.lateness import late
from redbag.transfers.deaths import about_somebody
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage, Where
from redbag.transfers.story import awaiting, held_words
from redbag.web import inbound
from redbag.web.follow_ups import due_on_board
from redbag.web.held import residents_of
from redbag.web.live import faces_the_public, watched
from redbag.web.needs import beside, needs_of, of_journey
from redbag.web.stayed_home import stayed_home

MOST = 200
OUT = (Stage.PACKED, Stage.WITH_CREW, Stage.IN_HOSPITAL)


@dataclass(frozen=True)
class Row:
    """One journey on the board."""

    transfer: Transfer
    held: str
    sure: str
    next: str
    late: bool
    needs: list[str]


def board(request: HttpRequest) -> HttpResponse:
    """The board of whoever asks: a home's own, or what comes towards a hospital or crew."""
    if request.actor.works_in(Kind.HOSPITAL):
        return inbound.hospital_board(request)
    if request.actor.works_in(Kind.AMBULANCE):
        return inbound.crew_board(request)
    if not request.actor.organisations_with(Permission.PACK):
        return render(request, "pages/board/elsewhere.html")
    now = timezone.now()
    lists = _lists(request.actor, now)
    journeys = [row.transfer for row in (*lists["rows"], *lists["needs"], *lists["stayed"])]
    shown = {each.resident_id for each in (*journeys, *lists["summaries"])}
    shown |= set(residents_of(lists["held"])) | {each.summary.resident_id for each in lists["follow_ups"]}
    if shown and not faces_the_public(request):
        record_view(
            "board", None, actor=request.actor, at=now, organisation=request.actor.home(), residents=sorted(shown)
        )
    return render(request, "pages/board/board.html", _drawn(request, lists))


def board_lists(request: HttpRequest) -> HttpResponse:
    """The lists alone, asked for every few seconds; no content when they still say the same."""
    if not request.actor.organisations_with(Permission.PACK):
        return HttpResponse(status=204)
    drawn = _drawn(request, _lists(request.actor, timezone.now()))
    if request.GET.get("seen") == drawn["seen"]:
        return HttpResponse(status=204)
    return render(request, "pages/board/_polled.html", drawn)


def _drawn(request: HttpRequest, lists: dict) -> dict:
    """The lists as HTML, by what they are known again, and where to ask whether anything moved."""
    public = faces_the_public(request)
    html = render_to_string("pages/board/_lists.html", lists | {"public": public}, request=request)
    seen = hashlib.sha256(html.encode()).hexdigest()[:16]
    return {"lists": html, "seen": seen, "public": public, **watched(request.actor)}


def _lists(actor: Actor, now: datetime) -> dict:
    homes = actor.organisations_with(Permission.PACK)
    journeys = (
        Transfer.objects.visible_to(actor, now=now)
        .filter(home__in=homes)
        .on_boards()
        .select_related("resident", "holder", "bag", "home", "destination")
        .order_by("-packed_at")
    )
    open_now = list(journeys.open()[:MOST])
    notes, overdue = unread(actor, open_now), late(open_now, now=now)
    planned = planned_among(open_now)
    coming = [each for each in open_now if each.pk in planned or each.stage == Stage.COMING_HOME]
    ready = readiness_of(coming, now=now, inside=True)
    rows = [_row(each, notes=notes.get(each.pk, 0), late=each.pk in overdue) for each in open_now]
    summaries = (
        DischargeSummary.objects.visible_to(actor, now=now)
        .filter(home__in=homes, state=DischargeSummary.State.SENT, acknowledgement=None)
        .exclude(transfer__resident_is=Where.DIED)
        .select_related("resident", "organisation")
        .order_by(F("opened_at").asc(nulls_first=True), "-sent_at")
    )
    return {
        "rows": rows,
        "out": [row for row in rows if row.transfer.stage in OUT],
        "coming": [row for row in rows if row.transfer.stage == Stage.COMING_HOME],
        "ready": ready,
        "planned": by_leaving(ready.values()),
        "needs": needs_of(actor, [(row.transfer, row.needs) for row in rows], asked=ready.values(), now=now),
        "summaries": list(summaries[:MOST]),
        "stayed": stayed_home(actor, homes=homes, now=now),
        "ring": about_somebody(actor, now=now),
        **due_on_board(actor, now=now),
        "today": timezone.localdate(now),
        "several": len(homes) > 1,
        **beside(actor, now=now),
    }


def _row(transfer: Transfer, *, notes: int, late: bool) -> Row:
    return Row(
        transfer=transfer,
        held=held_words(transfer),
        sure=sure(transfer),
        next=awaiting(transfer) or "",
        late=late,
        needs=of_journey(transfer, notes=notes, late=late),
    )


def sure(transfer: Transfer) -> str:
    """How sure it is that the holder has the bag."""
    if transfer.stage == Stage.PACKED:
        return "told by the home"
    if transfer.holder_confirmed:
        return "confirmed"
    return "told by the home, not confirmed" if transfer.stage == Stage.WITH_CREW else "told by one side, not confirmed"
