"""The first page of hospitals and crews: which bags are here, on the way, going home."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from redbag.departures.reading import Readiness, by_leaving, planned_among, readiness_of
from redbag.journal.recording import record_view
from redbag.notes.reading import unread
from redbag.organisations.access import Permission
from redbag.organisations.models import Kind
from redbag.reminders.lateness import late
from redbag.transfers.models import Transfer
from redbag.transfers.receivers import place_names
from redbag.transfers.stages import Stage
from redbag.transfers.story import held_words
from redbag.web.alone import Alone
from redbag.web.discharges import not_read_at_home
from redbag.web.live import chosen_ward, faces_the_public, watched

MOST = 200
ON_THE_WAY = (Stage.PACKED, Stage.WITH_CREW)
AT_HOSPITAL = (*ON_THE_WAY, Stage.IN_HOSPITAL, Stage.COMING_HOME)


@dataclass(frozen=True)
class Row:
    """One patient's bag. `ready` is how it stands before they go home, once that is planned."""

    transfer: Transfer
    held: str
    late: bool
    here: bool
    sent: bool
    notes: int
    ready: Readiness | None = None


def hospital_board(request: HttpRequest) -> HttpResponse:
    """*Here now*, *On the way*, *Going home*, for every hospital they work at."""
    return _board(request, "hospital")


def crew_board(request: HttpRequest) -> HttpResponse:
    """The bags they have, and had in the last day; the scan button above all."""
    return _board(request, "crew")


def inbound_lists(request: HttpRequest) -> HttpResponse:
    """The lists alone, asked for every few seconds; no content while they still say the same."""
    whose = "hospital" if request.actor.works_in(Kind.HOSPITAL) else "crew"
    alone, now = Alone(at_home=False), timezone.now()
    rows = _rows(request, whose, alone, now)
    drawn = _drawn(request, whose, rows, alone)
    if request.GET.get("seen") == drawn["seen"]:
        return HttpResponse(status=204)
    _note_look(request, whose, {row.transfer.resident_id for row in rows}, now)
    return render(request, "pages/inbound/_polled.html", drawn)


def _board(request: HttpRequest, whose: str) -> HttpResponse:
    now, alone = timezone.now(), Alone(at_home=False)
    rows = _rows(request, whose, alone, now)
    letters = alone.part("Letters not read", lambda: not_read_at_home(request.actor, now=now), otherwise=[])
    _note_look(request, whose, {row.transfer.resident_id for row in rows} | {each.resident_id for each in letters}, now)
    wards = _wards(request) if whose == "hospital" else []
    seen = {"whose": whose, "wards": wards, "ward": chosen_ward(request) if wards else ""}
    return render(request, "pages/inbound/board.html", seen | _drawn(request, whose, rows, alone))


def _note_look(request: HttpRequest, whose: str, shown: set[UUID], now: datetime) -> None:
    """Whoever stands on the lists was seen, unless the screen faces the public and names nobody."""
    if shown and not faces_the_public(request):
        where = next(iter(_mine(request, whose)), None)
        record_view("board", None, actor=request.actor, at=now, organisation=where, residents=sorted(shown))


def _drawn(request: HttpRequest, whose: str, rows: list[Row], alone: Alone) -> dict:
    """The lists as HTML, by what they are known again, and where to ask whether anything moved."""
    public = faces_the_public(request)
    lists = {
        "have": [row for row in rows if row.here],
        "had": [row for row in rows if not row.here],
        "here": [row for row in rows if row.here and row.transfer.stage == Stage.IN_HOSPITAL],
        "coming": [row for row in rows if row.transfer.stage in ON_THE_WAY],
        "going": _going(rows),
        "elsewhere": [row for row in rows if row.transfer.stage == Stage.IN_HOSPITAL and not row.here],
        "public": public,
        "not_drawn": list(alone.failed.values()),
    }
    html = render_to_string(f"pages/inbound/_{whose}.html", lists, request=request)
    seen = hashlib.sha256(html.encode()).hexdigest()[:16]
    return {"lists": html, "seen": seen, "public": public, **watched(request.actor)}


def _going(rows: list[Row]) -> list[Row]:
    """Who is to go home, by when they leave; then who has left."""
    by_id = {row.transfer.pk: row for row in rows}
    planned = [by_id[each.transfer.pk] for each in by_leaving(row.ready for row in rows if row.ready)]
    return planned + [row for row in rows if row.transfer.stage == Stage.COMING_HOME]


def _wards(request: HttpRequest) -> list[str]:
    """The places of their hospitals, to choose one for this screen."""
    hospitals = [post.organisation for post in request.actor.posts if post.organisation.kind == Kind.HOSPITAL]
    return sorted({name for hospital in hospitals for name in place_names(hospital)})


def _on_this_ward(transfer: Transfer, ward: str, *, here: bool) -> bool:
    """Whether a ward's screen shows a journey: its own patients, and who comes to it or to no ward named yet."""
    if transfer.stage in ON_THE_WAY:
        return transfer.destination_place in ("", ward)
    return transfer.holder_place == ward or not here


def _mine(request: HttpRequest, whose: str) -> set:
    opens = Permission.SEE_CLINICAL_VIEW if whose == "hospital" else Permission.SEE_EMERGENCY_VIEW
    return set(request.actor.organisations_with(opens))


def _rows(request: HttpRequest, whose: str, alone: Alone, now: datetime) -> list[Row]:
    """Transfers they may see, newest movement first, in four statements."""
    mine = _mine(request, whose)
    ward = chosen_ward(request) if whose == "hospital" else ""
    found = (
        Transfer.objects.visible_to(request.actor, now=now)
        .filter(stage__in=AT_HOSPITAL if whose == "hospital" else list(Stage))
        .on_boards()
        .select_related("resident", "home", "holder", "bag", "destination")
        .prefetch_related("discharge_summaries")
        .order_by("-stage_since")
    )
    rows = list(found[:MOST])
    overdue = alone.of_each("late", rows, lambda some: dict.fromkeys(late(some, now=now), True))
    hospital = whose == "hospital"
    notes = alone.part("Notes to read", lambda: unread(request.actor, rows), otherwise={}) if hospital else {}
    ready = alone.of_each("readiness", rows, lambda some: _ready(some, now)) if hospital else {}

    def drawn(some: Sequence[Transfer]) -> dict[UUID, Row]:
        return {
            transfer.pk: Row(
                transfer=transfer,
                notes=notes.get(transfer.pk, 0),
                ready=ready.get(transfer.pk),
                held=held_words(transfer),
                late=transfer.pk in overdue,
                here=transfer.holder_id in mine,
                sent=any(each.state == "sent" for each in transfer.discharge_summaries.all()),
            )
            for transfer in some
            if not ward or _on_this_ward(transfer, ward, here=transfer.holder_id in mine)
        }

    return list(alone.of_each("row", rows, drawn).values())


def _ready(transfers: Sequence[Transfer], now: datetime) -> dict[UUID, Readiness]:
    """How it stands with those who are to go home or on their way; nothing more is asked while nobody is."""
    planned = planned_among(transfers)
    going = [each for each in transfers if each.pk in planned or each.stage == Stage.COMING_HOME]
    return readiness_of(going, now=now, inside=False)
