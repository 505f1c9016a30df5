"""Every refusal that concerns somebody's data leaves a line in the journal: who was refused what, and why."""

from collections.abc import Callable
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from redbag.journal.recording import record_refusal
from redbag.organisations.access import Actor
from redbag.web.refused_things import CALLS, KINDS, Thing, thing_at

ROLE, NOT_THEIRS, TOKEN, ENDED = "role", "not_theirs", "token", "ended"
STRANGERS_A_MINUTE = 20

log = structlog.get_logger()


def note_refusals(get_response: Callable) -> Callable:
    """After the answer: a refusal costs its reader nothing, and a journal that takes nothing breaks no answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code in (401, 403, 404, 410) and request.resolver_match:
            try:
                _note(request, response.status_code)
            except DatabaseError:
                log.error("refusal_not_noted", route=request.resolver_match.view_name)
        return response

    return middleware


def _note(request: HttpRequest, status: int) -> None:
    actor = _who(request)
    thing = _thing(request) if actor or status == 410 else None
    why = _why(request, status, actor, thing)
    if not why or (actor is None and _too_many_strangers()):
        return
    # What is somebody else's is told to its home alone: whoever guesses learns from no journal that it exists.
    place = actor.first_place() if actor and why != NOT_THEIRS else None
    record_refusal(
        request.resolver_match.view_name,
        actor=actor,
        at=timezone.now(),
        organisation=place.pk if place else thing.home if thing else None,
        resident=thing.resident if thing else None,
        subject=(thing.kind, thing.pk) if thing else None,
        why=why,
        method=request.method,
        **_tablet(request),
    )


def _tablet(request: HttpRequest) -> dict[str, str]:
    """The tablet that was taken out of use and asked all the same: nobody sits at it any more."""
    tablet = getattr(request, "tablet", None)
    return {"tablet": str(tablet.pk)} if tablet and tablet.revoked_at else {}


def _why(request: HttpRequest, status: int, actor: Actor | None, thing: Thing | None) -> str:
    """The kind of refusal; empty for what is none: an unknown address, a form that is out of date, not signed in."""
    api = request.resolver_match.app_name == "api"
    if status == 401:
        return TOKEN if "Authorization" in request.headers else ""
    if status == 403:
        return ROLE if actor and (api or getattr(request, "csrf_processing_done", False)) else ""
    if status == 410:
        return ENDED if thing else ""
    return NOT_THEIRS if actor and thing else ""


def _who(request: HttpRequest) -> Actor | None:
    if isinstance(request.user, Actor):  # a call of the API: who its token belongs to
        return request.user
    return getattr(request, "actor", None) or None


def _thing(request: HttpRequest) -> Thing | None:
    """The row the address names."""
    match = request.resolver_match
    for name, value in match.kwargs.items():
        kind = CALLS.get(_first_word(match.route)) if name == "pk" else name.removesuffix("_id")
        if kind in KINDS and isinstance(value, UUID):
            return thing_at(kind, value)
    return None


def _first_word(route: str) -> str:
    return route.partition("v1/")[2].partition("/")[0]


def _too_many_strangers() -> bool:
    """Whether nobody in particular was refused too often this minute for each to have a line."""
    key = f"refused-strangers-{timezone.now():%d%H%M}"
    cache.add(key, 0, 120)
    try:
        return cache.incr(key) > STRANGERS_A_MINUTE
    except ValueError:
        return False
