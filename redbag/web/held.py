"""What was told on a tablet and could not be recorded: who, when, in which words, why, and what to do about it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission, require_anywhere
from redbag.transfers.held import Told, settled, tell, unsettled
from redbag.transfers.models import HeldFact
from redbag.transfers.settling import join, open_again, settle

ON_THE_BOARD = 5


@never_cache
def held(request: HttpRequest) -> HttpResponse:
    """What waits for a person, and below it what people saw to lately."""
    now = timezone.now()
    require_anywhere(request.actor, Permission.PACK)
    told, done = unsettled(request.actor, now=now), settled(request.actor, now=now)
    if residents := residents_of([*told, *done]):
        home = request.actor.first_place()
        record_view("held", None, actor=request.actor, at=now, organisation=home, residents=residents)
    return render(request, "pages/held/held.html", {"told": told, "done": done})


def on_the_board(actor: Actor, *, now: datetime) -> dict:
    """The first of them for *Needs you*, and how many more there are (`pages/board/_held.html`)."""
    told = unsettled(actor, now=now)
    return {"held": told[:ON_THE_BOARD], "more_held": len(told[ON_THE_BOARD:])}


def residents_of(told: Sequence[Told]) -> list[UUID]:
    """Whose names stand there."""
    return sorted({each.resident.pk for each in told if each.resident})


def held_row(request: HttpRequest, held_id: str) -> HeldFact | None:
    """The one with this id that the reader may see and nobody has seen to; None when there is none."""
    try:
        wanted = UUID(held_id)
    except ValueError:
        return None
    return HeldFact.objects.visible_to(request.actor).filter(pk=wanted, settled_at=None).select_related("by").first()


def _theirs(request: HttpRequest, held_id: UUID) -> HeldFact:
    return get_object_or_404(HeldFact.objects.visible_to(request.actor).select_related("by"), pk=held_id)


def settle_held(request: HttpRequest, held_id: UUID) -> HttpResponse:
    """Somebody has seen to it."""
    now, row = timezone.now(), _theirs(request, held_id)
    settle(actor=request.actor, held=row, now=now)
    messages.success(request, f"Settled: {tell(request.actor, row, now=now).who}. It stays below for two weeks.")
    return redirect("web:held")


def open_held(request: HttpRequest, held_id: UUID) -> HttpResponse:
    """It was settled by mistake."""
    row = _theirs(request, held_id)
    try:
        open_again(actor=request.actor, held=row, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "It needs somebody again.")
    return redirect("web:held")


def join_held(request: HttpRequest, held_id: UUID) -> HttpResponse:
    """What was told belongs to the journey that they are on."""
    row = _theirs(request, held_id)
    try:
        transfer = join(actor=request.actor, held=row, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    except BadInput as wrong:
        messages.error(request, " ".join(wrong.errors.values()))
    else:
        messages.success(request, "Added to this journey. Look if it is right.")
        return redirect("web:transfer", transfer.pk)
    return redirect("web:held")
