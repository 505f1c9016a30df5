"""The home answers who cannot see its tablet: who asks and why, a code to read out, *Refuse*; and looks back once."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.reports.looks import looks_of
from redbag.visitors import break_glass
from redbag.visitors.glass_codes import Standing, standing, why_of
from redbag.visitors.glass_reading import JOINED, asked_of, may_look_back, to_look_back, waiting_at
from redbag.visitors.models import BreakGlass
from redbag.visitors.sessions import ROLES, service_of
from redbag.visitors.sessions import Standing as Visit
from redbag.visitors.sessions import standing as visit_standing
from redbag.web.typed import text as typed_text


@never_cache
def asked(request: HttpRequest, break_glass_id: UUID) -> HttpResponse:
    """Who asks, from where and why; a code to read out to them, or no."""
    row, now = _theirs(request, break_glass_id), timezone.now()
    home, resident = row.transfer.home_id, row.transfer.resident_id
    record_view("break_glass", row, actor=request.actor, at=now, organisation=home, resident=resident)
    return _page(request, row)


@never_cache
def code(request: HttpRequest, break_glass_id: UUID) -> HttpResponse:
    """A fresh code, shown this once: reading it again makes another."""
    row = _theirs(request, break_glass_id)
    try:
        digits = break_glass.read_out(actor=request.actor, asked=row, now=timezone.now())
    except Refused as no:
        messages.error(request, str(no))
        return redirect("web:break_glass", break_glass_id=row.pk)
    return _page(request, row, digits=digits)


def refuse(request: HttpRequest, break_glass_id: UUID) -> HttpResponse:
    """The home says no."""
    row = _theirs(request, break_glass_id)
    try:
        break_glass.refuse(actor=request.actor, asked=row, now=timezone.now())
        messages.success(request, f"Refused. Nothing opens for {row.name}.")
    except Refused as no:
        messages.error(request, str(no))
    return redirect("web:break_glass", break_glass_id=row.pk)


def look_back(request: HttpRequest, break_glass_id: UUID) -> HttpResponse:
    """A manager says whether it was right."""
    row = _theirs(request, break_glass_id)
    require(request.actor, Permission.LOOK_BACK, row.transfer.home_id)
    answer, words = typed_text(request.POST, "answer"), typed_text(request.POST, "words")
    if answer not in ("right", "not_right"):
        return _page(request, row, errors={"answer": "Say whether it was right."})
    try:
        now = timezone.now()
        break_glass.look_back(actor=request.actor, asked=row, was_right=answer == "right", words=words, now=now)
    except BadInput as wrong:
        return _page(request, row, errors=wrong.errors)
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, "Written down. Thank you.")
    return redirect("web:break_glass", break_glass_id=row.pk)


def _theirs(request: HttpRequest, break_glass_id: UUID) -> BreakGlass:
    mine = BreakGlass.objects.visible_to(request.actor).select_related(*JOINED)
    row = get_object_or_404(mine, pk=break_glass_id)
    require(request.actor, Permission.PACK, row.transfer.home_id)
    return row


def _page(
    request: HttpRequest, row: BreakGlass, *, digits: str = "", errors: dict[str, str] | None = None
) -> HttpResponse:
    row.refresh_from_db()
    seen = {
        "asked": row,
        "line": line(row, now=timezone.now()),
        "code": f"{digits[:3]} {digits[3:]}".strip(),
        "may_look_back": may_look_back(request.actor, row),
        "errors": errors or {},
        "typed": request.POST if errors else {},
    }
    return render(request, "pages/break_glass/asked.html", seen, status=422 if errors else 200)


def line(row: BreakGlass, *, now: datetime) -> dict:
    """One asking for its home: who, why, what came of it, and what they looked at (`pages/break_glass/_line.html`)."""
    state = standing(row, now=now)
    if row.visitor is not None:
        row.visitor.transfer = row.transfer
    return {
        "asked": row,
        "role": ROLES.get(row.role, row.role),
        "service": service_of(row),
        "why": why_of(row),
        "state": state,
        "waits": state.waits,
        "opened": state == Standing.OPENED,
        "may_stop": row.visitor is not None and visit_standing(row.visitor, now=now) == Visit.OPEN,
        "looks": looks_of(row.visitor_id) if row.visitor_id else [],
    }


def asked_rows(transfer_id: UUID, *, now: datetime) -> list[dict]:
    """Everybody who asked about a journey without the tablet's code, for its home."""
    return [line(each, now=now) for each in asked_of(transfer_id)]


def on_the_board(actor: Actor, *, now: datetime) -> tuple[list[dict], list[BreakGlass]]:
    """Who waits for a code of the actor's homes, and what is still to be looked back at."""
    return [line(each, now=now) for each in waiting_at(actor, now=now)], list(to_look_back(actor)[:20])
