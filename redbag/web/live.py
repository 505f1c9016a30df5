"""Boards that move by themselves: a cheap address to ask, and what a screen that faces the public hides."""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from redbag.organisations.access import Actor
from redbag.organisations.pulse import version
from redbag.web.tablet_lock import WALL

SALT = "redbag.board"
WATCHED_FOR = timedelta(hours=24)
PUBLIC_SCREEN = "rb_public"
WARD = "rb_ward"
YEAR = 365 * 24 * 3600


def watched(actor: Actor) -> dict:
    """Where a board asks whether anything moved, and what that address answers now."""
    places = sorted({post.organisation.pk for post in actor.posts})
    name = signing.dumps([place.hex for place in places], salt=SALT)
    return {"watch": reverse("web:board_version", args=[name]), "version": version(places)}


@never_cache
def board_version(request: HttpRequest, watched: str) -> HttpResponse:
    """A number, another one after something moved. The address is signed, so that asking costs one statement."""
    try:
        places = [UUID(place) for place in signing.loads(watched, salt=SALT, max_age=WATCHED_FOR)]
    except signing.BadSignature:
        raise Http404 from None
    return HttpResponse(str(version(places)), content_type="text/plain")


def faces_the_public(request: HttpRequest) -> bool:
    """Whether this screen hides names."""
    return request.COOKIES.get(PUBLIC_SCREEN) == "1" or bool(request.session.get(WALL))


def screen(request: HttpRequest) -> HttpResponse:
    """Hide the names on this screen's board, or show them again."""
    response = redirect("web:board")
    if request.POST.get("hide") == "yes":
        response.set_cookie(PUBLIC_SCREEN, "1", max_age=YEAR, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(PUBLIC_SCREEN)
    return response


def ward(request: HttpRequest) -> HttpResponse:
    """Show the bags of one ward on this screen, or of the whole hospital."""
    response = redirect("web:board")
    name = (request.POST.get("ward") or "")[:100]
    response.set_cookie(WARD, name.encode().hex(), max_age=YEAR, httponly=True, samesite="Lax")
    return response


def chosen_ward(request: HttpRequest) -> str:
    """The ward this screen shows, empty for all of them."""
    try:
        return bytes.fromhex(request.COOKIES.get(WARD, "")).decode()
    except ValueError:
        return ""
