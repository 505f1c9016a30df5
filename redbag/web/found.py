"""A stranger says where a bag is; its home sees it at once, and the scans that did not open."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.bags.models import FoundBag
from redbag.errors import BadInput
from redbag.organisations import throttling
from redbag.organisations.access import Actor, Permission, require
from redbag.transfers.attempts import attempts_seen_by, note_scan, said
from redbag.transfers.finding import found_seen_by, settle_found, tell_found
from redbag.transfers.scanning import found, look_up
from redbag.web.telling import carrier, new_form
from redbag.web.typed import onward
from redbag.web.typed import text as typed_text

SHOWN = 100


@never_cache
def tell(request: HttpRequest, text: str) -> HttpResponse:
    """Where the bag is, told without an account. Thanks, whom to ring, and nothing about the person."""
    now, actor = timezone.now(), request.actor or None
    look = look_up(text=text, actor=actor, now=now)
    if look.bag is None:
        note_scan(look=look, text=text, actor=actor, now=now)
        return render(request, "pages/scan/unknown.html", {"text": text[:40]}, status=404)
    seen = {"bag": found(look.bag), "text": text, "carrier": carrier(actor), "form": new_form(), "voided": look.voided}
    typed = {name: typed_text(request.POST, name) for name in ("place", "phone")}
    address = throttling.address_of(request.META)
    try:
        tell_found(bag=look.bag, actor=actor, address=address, now=now, **typed)
    except BadInput as wrong:
        return render(request, "pages/scan/found.html", {**seen, "typed": typed, "errors": wrong.errors}, status=422)
    except throttling.TooOften as often:
        page = render(request, "pages/scan/found.html", {**seen, "typed": typed, "wait": True}, status=429)
        page["Retry-After"] = str(often.wait)
        return page
    return render(request, "pages/scan/thanks.html", {**seen, "typed": typed})


def settle(request: HttpRequest, found_id: UUID) -> HttpResponse:
    """The home has seen to a bag that somebody found."""
    told = get_object_or_404(found_seen_by(request.actor), pk=found_id)
    require(request.actor, Permission.WRITE_BAGS, told.bag.home_id)
    settle_found(actor=request.actor, found=told, now=timezone.now())
    messages.success(request, f"Settled: bag {told.bag.tracker}.")
    return redirect(onward(request, reverse("web:board")))


@never_cache
def attempts(request: HttpRequest) -> HttpResponse:
    """The scans that did not open anything, newest first; of one bag when asked."""
    rows = attempt_rows(request.actor, bag_id=_uuid(typed_text(request.GET, "bag")))
    return render(request, "pages/scan/attempts.html", {"attempts": rows})


def attempt_rows(actor: Actor, *, bag_id: UUID | None = None) -> list[dict]:
    """Scans that did not open, in words, for a page or a part of the bag's page (`pages/scan/_attempts.html`)."""
    rows = attempts_seen_by(actor)
    rows = rows.filter(bag=bag_id) if bag_id else rows
    return [{"attempt": each, "says": said(each)} for each in rows[:SHOWN]]


def unsettled(actor: Actor, *, now: datetime) -> list[FoundBag]:
    """What was told of the actor's bags and nobody has seen to, the newest of each bag with how `many` were told of it.

    For the board (`pages/board/_found.html`).
    """
    newest: dict[UUID, FoundBag] = {}
    for told in found_seen_by(actor).filter(settled_at=None, told_at__lte=now)[:SHOWN]:
        first = newest.setdefault(told.bag_id, told)
        first.many = getattr(first, "many", 0) + 1
    return list(newest.values())


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None
