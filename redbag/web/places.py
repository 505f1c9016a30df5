"""Wards and bays: their QR, its poster, and where a browser is once it scanned one."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.bags.qr import qr_svg
from redbag.errors import BadInput
from redbag.organisations.access import Permission
from redbag.organisations.models import Kind, Organisation, Place
from redbag.organisations.places import add_place, address_of, change_place, issue_token, place_at, places_of
from redbag.web.here import stay_here
from redbag.web.typed import text


@never_cache
def places(request: HttpRequest) -> HttpResponse:
    """The wards and bays one may make posters for; a new one by its name."""
    errors: dict[str, str] = {}
    organisations = _organisations(request)
    about = text(request.POST, "place")
    if about:
        try:
            return _change(request, about)
        except BadInput as wrong:
            errors = wrong.errors
    elif request.method == "POST":
        chosen = next((each for each in organisations if each.ods_code == text(request.POST, "organisation")), None)
        try:
            place = add_place(
                actor=request.actor,
                organisation=chosen or organisations[0],
                name=text(request.POST, "name"),
                now=timezone.now(),
            )
        except BadInput as wrong:
            errors = wrong.errors
        else:
            issued = place if place.token_digest else issue_token(actor=request.actor, place=place, now=timezone.now())
            messages.success(request, f"{issued.name} has a QR. Print its poster and hang it up.")
            return redirect("web:places")
    rows = [_row(place, request, errors if str(place.pk) == about else {}) for place in places_of(request.actor)]
    seen = {"rows": rows, "organisations": organisations, "errors": errors, "name": text(request.POST, "name")}
    return render(request, "pages/places/places.html", seen, status=422 if errors else 200)


def _row(place: Place, request: HttpRequest, wrong: dict[str, str]) -> dict:
    """A ward as its form shows it: as it is, or as it was typed when that is wrong. A fault leads to its field."""
    return {
        "place": place,
        "wrong": wrong,
        "phone": text(request.POST, "phone") if wrong else place.phone,
        "reply_within": text(request.POST, "reply_within") if wrong else str(place.reply_within or ""),
        "phone_id": "phone" if wrong else f"phone-{place.pk.hex}",
        "reply_id": "reply_within" if wrong else f"reply-{place.pk.hex}",
    }


def _change(request: HttpRequest, about: str) -> HttpResponse:
    """A ward's direct line, and in how many minutes it answers notes."""
    place = next((each for each in places_of(request.actor) if str(each.pk) == about), None)
    if place is None:
        raise Http404
    told = {name: text(request.POST, name) for name in ("phone", "reply_within")}
    change_place(actor=request.actor, place=place, now=timezone.now(), **told)
    messages.success(request, f"{place.name}: kept.")
    return redirect("web:places")


def issue_place_token(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """A QR for the place, or a new one when a poster was lost."""
    place = _theirs(request, place_id)
    new = bool(place.token_digest)
    issue_token(actor=request.actor, place=place, now=timezone.now())
    more = " Take the old poster down: it leads nowhere now." if new else ""
    messages.success(request, f"{place.name} has a new QR. Print its poster.{more}")
    return redirect("web:places")


@never_cache
def poster(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """The poster to print: what a red bag is in three sentences, and the square to scan."""
    place = _theirs(request, place_id)
    if not place.token_digest:
        raise Http404
    address = address_of(place)
    seen = {"place": place, "address": address, "qr": qr_svg(address), "ambulance": _is_ambulance(place)}
    return render(request, "pages/places/poster.html", seen)


@never_cache
def at_place(request: HttpRequest, wall: str) -> HttpResponse:
    """What the QR on the wall opens: what a red bag is; signed in, it is kept where this browser is."""
    place = place_at(f"/p/{wall}")
    if place is None:
        return render(request, "pages/places/not_known.html", status=404)
    actor = request.actor or None
    moves = bool(actor and actor.organisations_with(Permission.MOVE_BAGS))
    seen = {
        "place": place,
        "moves": moves,
        "ours": bool(actor and actor.may(Permission.MOVE_BAGS, place.organisation_id)),
    }
    response = render(request, "pages/places/here.html", seen | {"ambulance": _is_ambulance(place)})
    if seen["ours"]:
        stay_here(response, place)
    return response


def _is_ambulance(place: Place) -> bool:
    return place.organisation.kind == Kind.AMBULANCE


def _organisations(request: HttpRequest) -> list[Organisation]:
    mine = set(request.actor.organisations_with(Permission.SET_HOUSE_RULES))
    return list(
        {
            each.organisation.pk: each.organisation for each in request.actor.posts if each.organisation.pk in mine
        }.values()
    )


def _theirs(request: HttpRequest, place_id: UUID) -> Place:
    place = next((each for each in places_of(request.actor) if each.pk == place_id), None)
    if place is None:
        raise Http404
    return place
