"""Somebody who works at several places says where they are working now, and the pages keep to that place."""

from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from redbag.errors import BadInput
from redbag.organisations.access import Actor, actor_for
from redbag.organisations.models import Organisation, User
from redbag.web.typed import onward, text

KEPT_AS, ALL = "works_at", "all"


def places_of(actor: Actor) -> list[Organisation]:
    """Every place of somebody, each once, in the order they joined."""
    return list({post.organisation.pk: post.organisation for post in actor.posts}.values())


def narrowed(request: HttpRequest, actor: Actor) -> Actor:
    """The actor at the place they chose in this session; with all their places where they chose none or all.

    Whoever left the place they had chosen is asked again by the header, and has what is left to them.
    """
    request.places = places_of(actor)
    several = request.works_at_several = len(request.places) > 1
    chosen = request.session.get(KEPT_AS, ALL) if several else ALL
    posts = tuple(post for post in actor.posts if post.organisation.ods_code == chosen)
    return replace(actor, posts=posts) if posts else actor


def work_at(request: HttpRequest, organisation: Organisation) -> None:
    """From now on this session keeps to one place."""
    request.session[KEPT_AS] = organisation.ods_code


def on_the_way(request: HttpRequest, user: User, to: str) -> str:
    """Where somebody goes who has just signed in: first to the question where they work, if there are several."""
    if KEPT_AS in request.session or len(places_of(actor_for(user))) < 2:
        return to
    return f"{reverse('web:choose_place')}?{urlencode({'next': to})}"


def choose_place(request: HttpRequest) -> HttpResponse:
    """Where are you working now? One place, or all of them where they are of one kind."""
    to = onward(request, "/")
    here = places_of(request.actor)
    places = getattr(request, "places", here)  # at a shared tablet, by PIN, there is only its own
    if len(places) < 2:
        return redirect(to)
    whole = len({place.kind for place in places}) == 1
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            request.session[KEPT_AS] = _chosen(text(request.POST, "place"), places, whole)
            return redirect(to)
        except BadInput as wrong:
            errors = wrong.errors
    now = request.session.get(KEPT_AS, "")
    context = {"places": places, "whole": whole, "next": to, "now": now, "errors": errors}
    return render(request, "pages/choosing/choose_place.html", context, status=422 if errors else 200)


def _chosen(code: str, places: list[Organisation], whole: bool) -> str:
    if code in {place.ods_code for place in places} or (code == ALL and whole):
        return code
    raise BadInput({"place": "Choose where you are working now."})
