"""From a first proof of who somebody is to an open session, however they showed it."""

from datetime import datetime

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from redbag.journal.recording import record
from redbag.organisations.access import actor_for
from redbag.organisations.models import User


def onward(request: HttpRequest) -> str:
    """Where somebody goes once they are in: an address of our own, else the first page."""
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    return asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()) else "/"


def after_first_proof(request: HttpRequest, user: User, *, how: str, to: str, now: datetime) -> HttpResponse:
    """What comes after a password or another provider's word: straight in."""
    return enter(request, user, how=how, to=to, now=now)


def enter(request: HttpRequest, user: User, *, how: str, to: str, now: datetime) -> HttpResponse:
    """Open a session under a new key for somebody who has shown who they are, and go on to where they wanted."""
    login(request, user)
    request.session["entered_at"], request.session["entered_by"] = now.isoformat(), how
    record("signed.in", user, actor=actor_for(user, ()), at=now, how=how)
    return redirect(to)
