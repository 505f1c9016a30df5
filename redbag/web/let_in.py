"""Who was let in to a journey by a code, as its home sees it; and *Stop*."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from redbag.organisations.access import Actor, Permission, require
from redbag.templatetags.redbag import clock
from redbag.transfers.attempts import guessed_at
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Where
from redbag.visitors import actions
from redbag.visitors.models import Visitor
from redbag.visitors.sessions import ROLES, Standing, called, ends_at, service_of, standing, visitors_of

SHOWN_FOR = timedelta(hours=12)


def stop(request: HttpRequest, transfer_id: UUID, visitor_id: UUID) -> HttpResponse:
    """The home stops a visitor."""
    mine = Visitor.objects.visible_to(request.actor).select_related("transfer")
    visitor = get_object_or_404(mine, pk=visitor_id, transfer=transfer_id)
    require(request.actor, Permission.PACK, visitor.transfer.home_id)
    actions.stop_visitor(actor=request.actor, visitor=visitor, now=timezone.now())
    messages.success(request, "Stopped. Papers are closed now, the emergency page in 15 minutes.")
    return redirect("web:transfer", transfer_id=transfer_id)


def visitor_rows(transfer: Transfer, *, now: datetime) -> list[dict]:
    """Who was let in to a journey by the tablet's code, for its home (`pages/visitors/_visitors.html`)."""
    rows = []
    for each in visitors_of(transfer):
        if each.let_in_by == actions.BREAK_GLASS:
            continue  # told of with who asked and why
        each.transfer = transfer
        rows.append(_row(each, now))
    return rows


def board_rows(actor: Actor, *, now: datetime) -> list[dict]:
    """Who was let in today to the journeys of the actor's homes, for the board (`pages/board/_visitors.html`)."""
    mine = Visitor.objects.visible_to(actor).select_related("organisation", "transfer__resident", "transfer__home")
    recent = mine.filter(started_at__gte=now - SHOWN_FOR, transfer__closed_at=None)
    recent = recent.exclude(transfer__resident_is=Where.DIED).order_by("-started_at")[:20]
    return [{"visitor": each, "called": called(each)} for each in recent]


def guesses_waiting(actor: Actor, *, now: datetime) -> list[tuple[str, str, str]]:
    """At whose hand-over code many guessed: who, what, and the journey, for *Needs you*."""
    words = "Wrong hand-over codes were typed without an account, last {}. Give codes only to the crew with you"
    return [
        (each.resident.called, words.format(clock(last)), reverse("web:transfer", args=[each.pk]))
        for each, last in guessed_at(actor, now=now)
    ]


def _row(visitor: Visitor, now: datetime) -> dict:
    state = standing(visitor, now=now)
    return {
        "visitor": visitor,
        "called": called(visitor),
        "role": ROLES.get(visitor.role, visitor.role),
        "service": service_of(visitor),
        "may_stop": state == Standing.OPEN,
        "until": ends_at(visitor) if state == Standing.OPEN else None,
    }
