"""The cookie by which a visitor's phone is known again, and as whom a request of theirs acts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from redbag.organisations.access import Actor
from redbag.organisations.routes import VISITORS
from redbag.transfers.scanning import FOUND, Look, open_journey
from redbag.visitors.models import Visitor
from redbag.visitors.sessions import LONGEST, standing, visitors_with
from redbag.visitors.sessions import actor_of as actor_of_visitor

COOKIE = "rb_visit"
AT_ONCE = 4  # one phone, patients one after the other


def tokens_of(request: HttpRequest) -> Sequence[str]:
    """The tokens this phone holds, newest first."""
    return [token for token in request.COOKIES.get(COOKIE, "").split(".") if token][:AT_ONCE]


def visitors_of(request: HttpRequest) -> list[Visitor]:
    """Every journey this phone was let in to, newest first; no statement without the cookie."""
    return visitors_with(tokens_of(request))


def visitor_for(request: HttpRequest, transfer_id: UUID) -> Visitor | None:
    """As whom this phone was let in to a journey, ended or not."""
    return next((each for each in visitors_of(request) if each.transfer_id == transfer_id), None)


def actor_of(request: HttpRequest) -> Actor | None:
    """Who asks for something of the one journey they were let in to; nobody anywhere else."""
    found = request.resolver_match
    transfer_id = found.kwargs.get("transfer_id") if found and found.view_name in VISITORS else None
    visitor = visitor_for(request, transfer_id) if transfer_id else None
    return actor_of_visitor(visitor, now=timezone.now()) if visitor else None


def journey_behind(request: HttpRequest, look: Look, text: str, now: datetime) -> UUID | None:
    """The journey a label leads to, when this phone was let in and it still opens; no statement without cookie."""
    visitors = visitors_of(request) if look.view == FOUND and look.known else []
    transfer = open_journey(text=text, now=now) if visitors else None
    here = next((each for each in visitors if transfer is not None and each.transfer_id == transfer.pk), None)
    return here.transfer_id if here and standing(here, now=now).lasts else None


def remember(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Keep a new visitor's token on this phone, beside those it holds."""
    held = [token, *tokens_of(request)][:AT_ONCE]
    response.set_cookie(
        COOKIE,
        ".".join(held),
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
