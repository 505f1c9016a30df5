"""From a first proof of who somebody is to an open session, however they showed it."""

from datetime import datetime, timedelta

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from redbag.accounts.second_factor import standing
from redbag.accounts.tablet_models import Sitting
from redbag.errors import NotAllowed
from redbag.journal.recording import record
from redbag.organisations.access import actor_for
from redbag.organisations.models import User
from redbag.web import choosing, half_way
from redbag.web.half_way import HalfWay

PROVED, SECOND_STEP = "proved_at", "second_step_at"
FRESH = timedelta(minutes=10)


def onward(request: HttpRequest) -> str:
    """Where somebody goes once they are in: an address of our own, else the first page."""
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    return asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()) else "/"


def after_first_proof(
    request: HttpRequest, user: User, *, how: str, to: str, now: datetime, lately: bool = True
) -> HttpResponse:
    """What comes after a password or another provider's word: the second step, or in.

    Who must have a second step and has none sets one up before anything else opens. A proof that was not shown `lately`
    opens the session, and changes nothing about how they sign in.
    """
    known = standing(user)
    if not known.has_one and not known.required:
        return (enter_proved if lately else enter)(request, user, how=how, to=to, now=now)
    half_way.begin(request, user, how=how, to=to, setting_up=not known.has_one, now=now)
    return redirect("web:second_step" if known.has_one else "web:set_up_app")


def after_second_proof(request: HttpRequest, half: HalfWay, *, now: datetime) -> HttpResponse:
    """Open the session of somebody who has just shown both."""
    response = enter_proved(request, half.user, how=half.how, to=half.to, now=now)
    request.session[SECOND_STEP] = now.isoformat()
    return response


def enter_proved(request: HttpRequest, user: User, *, how: str, to: str, now: datetime) -> HttpResponse:
    """Open a session by a password, a passkey or another provider: good for changing how they sign in, for a while."""
    response = enter(request, user, how=how, to=to, now=now)
    request.session[PROVED] = now.isoformat()
    return response


def enter(request: HttpRequest, user: User, *, how: str, to: str, now: datetime) -> HttpResponse:
    """Open a session under a new key for somebody who has shown who they are, and go on to where they wanted."""
    login(request, user)
    for earlier in (half_way.KEPT_AS, PROVED, SECOND_STEP):
        request.session.pop(earlier, None)
    request.session["entered_at"], request.session["entered_by"] = now.isoformat(), how
    record("signed.in", user, actor=actor_for(user, ()), at=now, how=how)
    return redirect(choosing.on_the_way(request, user, to))


def is_fresh(request: HttpRequest, proof: str, *, now: datetime) -> bool:
    """Whether they showed this proof (PROVED or SECOND_STEP) in this session within the last ten minutes."""
    shown = request.session.get(proof)
    return shown is not None and now - datetime.fromisoformat(shown) < FRESH


def proof_to_change(user: User) -> str:
    """What somebody must have just shown to change how they sign in: the second step, as soon as they have one."""
    return SECOND_STEP if standing(user).has_one else PROVED


def prove_first(proof: str, to: str) -> HttpResponse:
    """Off to show this proof again, and from there to an address of our own."""
    return redirect(f"{reverse('web:prove_again')}?{'code=1&' if proof == SECOND_STEP else ''}next={to}")


def prove(request: HttpRequest, *proofs: str, now: datetime) -> None:
    """Remember that they have just shown these proofs again, under a new session key."""
    request.session.cycle_key()
    request.session.update(dict.fromkeys(proofs, now.isoformat()))


def came_by_pin(request: HttpRequest) -> bool:
    """Whether this is a session of a shared tablet that a PIN, or the word of a colleague, opened."""
    return request.sitting is not None and request.sitting.how != Sitting.How.FULL


def person_of(request: HttpRequest) -> User:
    """The person who is signed in here; NotAllowed for anybody else."""
    if not isinstance(request.user, User):
        raise NotAllowed("Only who has signed in by name may do this.")
    return request.user
