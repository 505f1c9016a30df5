"""The first page after signing in: who is out, what comes home, what wants reading, what needs somebody."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from redbag.departures.reading import Readiness, by_leaving, planned_among, readiness_of
from redbag.discharges.models import DischargeSummary
from redbag.journal.recording import record_view
from redbag.notes.reading import unread
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Kind
from redbag.reminders.lateness import late
from redbag.transfers.deaths import about_somebody
from redbag.transfers.doubts import not_where_it_was_going
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage, Where
from redbag.transfers.story import awaiting, held_words
from redbag.web import inbound
from redbag.web.alone import Alone
from redbag.web.follow_ups import due_on_board
from redbag.web.held import residents_of
from redbag.web.live import faces_the_public, watched
from redbag.web.needs import About, beside, needs_of, of_journey
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
    actor = request.actor
    if actor.works_in(Kind.HOSPITAL):
        return inbound.hospital_board(request)
    if any(each.organisation.kind == Kind.AMBULANCE and Permission.MOVE_BAGS in each.grants for each in actor.posts):
        return inbound.crew_board(request)
    if not actor.organisations_with(Permission.PACK):
        return render(request, "pages/board/elsewhere.html")
    now = timezone.now()
    lists = _lists(actor, now)
    _note_look(request, lists, now)
    return render(request, "pages/board/board.html", _drawn(request, lists))


def _note_look(request: HttpRequest, lists: dict, now: datetime) -> None:
    """Whoever stands on the lists was seen, unless the screen faces the public and names nobody."""
    journeys = [row.transfer for row in (*lists["rows"], *lists["needs"], *lists["stayed"])]
    shown = {each.resident_id for each in (*journeys, *lists["summaries"])}
    shown |= set(residents_of(lists["held"])) | {each.summary.resident_id for each in lists["follow_ups"]}
    if shown and not faces_the_public(request):
        record_view(
            "board", None, actor=request.actor, at=now, organisation=request.actor.home(), residents=sorted(shown)
        )


def board_lists(request: HttpRequest) -> HttpResponse:
    """The lists alone, asked for every few seconds; no content when they still say the same."""
    if not request.actor.organisations_with(Permission.PACK):
        return HttpResponse(status=204)
    now = timezone.now()
    lists = _lists(request.actor, now)
    drawn = _drawn(request, lists)
    if request.GET.get("seen") == drawn["seen"]:
        return HttpResponse(status=204)
    _note_look(request, lists, now)
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
        .select_related("resident", "holder", "bag", "home__area", "destination", "holder__area")
        .order_by("-packed_at")
    )
    open_now = list(journeys.open()[:MOST])
    alone = Alone(at_home=True)
    notes = alone.part("Notes to read", lambda: unread(actor, open_now), otherwise={})
    overdue = alone.of_each("late", open_now, lambda rows: dict.fromkeys(late(rows, now=now), True))
    planned = planned_among(open_now)
    coming = [each for each in open_now if each.pk in planned or each.stage == Stage.COMING_HOME]
    ready = alone.of_each("readiness", coming, lambda rows: readiness_of(rows, now=now, inside=True))
    drawn = alone.of_each("row", open_now, lambda some: {each.pk: _row(each, notes, overdue) for each in some})
    rows = [drawn[each.pk] for each in open_now if each.pk in drawn]
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
        "needs": _needs(actor, rows, ready, alone, now),
        "summaries": list(summaries[:MOST]),
        "stayed": alone.part("Who stayed home", lambda: stayed_home(actor, homes=homes, now=now), otherwise=[]),
        "ring": alone.part("Whom to ring", lambda: about_somebody(actor, now=now), otherwise=[]),
        **alone.part("What letters ask for", lambda: due_on_board(actor, now=now), otherwise={"follow_ups": []}),
        "today": timezone.localdate(now),
        "several": len(homes) > 1,
        **alone.part("What else waits", lambda: beside(actor, now=now), otherwise={"held": []}),
        "not_drawn": list(alone.failed.values()),
    }


def _needs(actor: Actor, rows: list[Row], ready: Mapping[UUID, Readiness], alone: Alone, now: datetime) -> list[About]:
    """What each journey asks for, those that fail apart."""
    own = {row.transfer.pk: (row.transfer, row.needs) for row in rows}

    def ask(some: Sequence[Transfer]) -> dict[UUID, About]:
        asked = [ready[each.pk] for each in some if each.pk in ready]
        found = needs_of(actor, [own[each.pk] for each in some], asked=asked, now=now)
        return {each.transfer.pk: each for each in found}

    return list(alone.of_each("needs", [row.transfer for row in rows], ask).values())


def _row(transfer: Transfer, notes: Mapping[UUID, int], overdue: Collection[UUID]) -> Row:
    is_late, doubt = transfer.pk in overdue, not_where_it_was_going(transfer)
    return Row(
        transfer=transfer,
        held=held_words(transfer),
        sure=sure(transfer, doubt=doubt),
        next=awaiting(transfer) or "",
        late=is_late,
        needs=of_journey(transfer, notes=notes.get(transfer.pk, 0), late=is_late, doubt=doubt),
    )


def sure(transfer: Transfer, *, doubt: str) -> str:
    """How sure it is that the holder has the bag; `doubt` says that they were not to have it."""
    if transfer.stage == Stage.PACKED:
        return "told by the home"
    if doubt:
        return "not where it was going"
    if transfer.holder_confirmed:
        return "confirmed"
    return "told by the home, not confirmed" if transfer.stage == Stage.WITH_CREW else "told by one side, not confirmed"
