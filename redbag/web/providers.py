"""Signing in with another provider: there and back, linked to one's account, and taken off again."""

from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.accounts.identities import identities_of, link, person_of, unlink
from redbag.accounts.invitations import Vouched
from redbag.accounts.providers import Asked, Provider, ProviderFailed, Said, ask, hear, provider_named, providers
from redbag.errors import Refused
from redbag.organisations.models import User
from redbag.web import joining, problems
from redbag.web.entering import (
    FRESH,
    PROVED,
    SECOND_STEP,
    after_first_proof,
    came_by_pin,
    enter,
    enter_proved,
    is_fresh,
    onward,
    proof_to_change,
    prove,
    prove_first,
)
from redbag.web.entering import person_of as person_here
from redbag.web.typed import text

KEPT_AS = "provider_asked"
ANSWER_WITHIN = timedelta(minutes=10)
A_MINUTE = timedelta(minutes=1)  # that two clocks may differ
NOT_LINKED = (
    "{label} knows you, but no account here is linked to it yet. Sign in with your password, then link it under My "
    "sign-in. If you were invited, open the link in that letter first."
)
NOT_ANEW = "{label} did not say that you have just signed in there, with the account that opens yours here. Try again."
STRANGE = "This does not belong to a sign-in that was begun in this browser, or it took too long. Start again."


@never_cache
def start(request: HttpRequest, provider: str) -> HttpResponse:
    """Off to the provider. What is to come of it: signing in, joining by an invitation, or a link to one's account."""
    found = provider_named(provider)
    if found is None:
        messages.warning(request, "There is no such way to sign in here.")
        return redirect("web:sign_in")
    purpose = _purpose(request)
    try:
        asked = ask(found, back=_back(found), anew=purpose == "prove")
    except ProviderFailed as failed:
        return _problem(request, str(failed))
    request.session[KEPT_AS] = {
        "provider": found.name,
        "purpose": purpose,
        "to": onward(request),
        "at": timezone.now().isoformat(),
        **asdict(asked),
    }
    answer = HttpResponseRedirect(asked.address)
    answer.status_code = 303
    return answer


@never_cache
def back(request: HttpRequest, provider: str) -> HttpResponse:
    """Back from the provider: what it says counts once, in the browser that asked."""
    now, found = timezone.now(), provider_named(provider)
    kept = request.session.pop(KEPT_AS, None)
    if found is None or kept is None or kept["provider"] != found.name or _too_old(kept["at"], ANSWER_WITHIN, now):
        return _problem(request, STRANGE)
    asked = Asked(**{name: kept[name] for name in ("address", "state", "nonce", "verifier")})
    try:
        said = hear(found, answer=request.GET.dict(), asked=asked, back=_back(found))
        if kept["purpose"] == "link":
            return _linked(request, found, said, now)
        if kept["purpose"] == "prove":
            return _proved(request, found, said, kept["to"], now)
    except Refused as refused:
        return _problem(request, str(refused))
    if kept["purpose"] == "join" and joining.KEPT_AS in request.session:
        vouched = Vouched(issuer=said.issuer, subject=said.subject, name=said.name)
        joining.keep_vouched(request, vouched, counts=found.second_factor, now=now)
        return redirect("web:join")
    user = person_of(issuer=said.issuer, subject=said.subject, now=now)
    if user is None:
        return _problem(request, NOT_LINKED.format(label=found.label), title="We do not know this account yet")
    return _enter(request, found, user, kept["to"], now, lately=_lately(said, now))


def mine(request: HttpRequest) -> HttpResponse:
    """The other ways in which one signs in, and those one may add."""
    user = request.actor.user
    labels = {each.issuer: each.label for each in providers()}
    linked = [(each, labels.get(each.issuer, each.issuer)) for each in identities_of(user)] if user else []
    known = {each.issuer for each, _ in linked}
    context = {
        "linked": linked,
        "others": [each for each in providers() if each.issuer not in known],
        "fresh": _may_link(request, timezone.now()),
        "by_code": user is not None and proof_to_change(user) == SECOND_STEP,
    }
    return render(request, "pages/providers/my_providers.html", context)


def unlink_provider(request: HttpRequest) -> HttpResponse:
    """Take a way to sign in off one's account."""
    try:
        identity_id = UUID(text(request.POST, "identity"))
    except ValueError:
        return redirect("web:my_providers")
    if not _may_link(request, timezone.now()):
        return prove_first(proof_to_change(person_here(request)), reverse("web:my_providers"))
    unlink(actor=request.actor, identity_id=identity_id, now=timezone.now())
    messages.success(request, "That no longer opens your account.")
    return redirect("web:my_providers")


def _may_link(request: HttpRequest, now: datetime) -> bool:
    """Whether somebody is signed in and has just shown that it is them."""
    return request.user.is_authenticated and is_fresh(request, proof_to_change(request.user), now=now)


def _linked(request: HttpRequest, provider: Provider, said: Said, now: datetime) -> HttpResponse:
    if not _may_link(request, now):
        return _problem(request, STRANGE)
    link(actor=request.actor, issuer=said.issuer, subject=said.subject, now=now)
    messages.success(request, f"From now on you can sign in with {provider.label}.")
    return redirect("web:my_providers")


def _lately(said: Said, now: datetime) -> bool:
    """Whether they have just shown the provider itself who they are; what was open there anyhow proves nobody."""
    return said.shown_at is not None and -A_MINUTE <= now - said.shown_at < FRESH


def _proved(request: HttpRequest, provider: Provider, said: Said, to: str, now: datetime) -> HttpResponse:
    """Back to what they were about to change, with the same person's word just given."""
    same = (
        request.user.is_authenticated and person_of(issuer=said.issuer, subject=said.subject, now=now) == request.user
    )
    if not same or not _lately(said, now):
        return _problem(request, NOT_ANEW.format(label=provider.label))
    prove(request, *(PROVED, SECOND_STEP)[: 1 + provider.second_factor], now=now)
    return redirect(to)


def _enter(
    request: HttpRequest, provider: Provider, user: User, to: str, now: datetime, *, lately: bool
) -> HttpResponse:
    if not provider.second_factor:
        return after_first_proof(request, user, how="provider", to=to, now=now, lately=lately)
    if not lately:
        return enter(request, user, how="provider with two factors", to=to, now=now)
    response = enter_proved(request, user, how="provider with two factors", to=to, now=now)
    request.session[SECOND_STEP] = now.isoformat()
    return response


def _purpose(request: HttpRequest) -> str:
    wanted = request.GET.get("for", "")
    if wanted == "link" and _may_link(request, timezone.now()):
        return "link"
    if wanted == "prove" and request.user.is_authenticated and not came_by_pin(request):
        return "prove"
    return "join" if wanted == "join" and joining.KEPT_AS in request.session else "sign in"


def _back(provider: Provider) -> str:
    return f"{settings.PUBLIC_URL}{reverse('web:back_from_provider', args=[provider.name])}"


def _too_old(then: str, most: timedelta, now: datetime) -> bool:
    return not timedelta(0) <= now - datetime.fromisoformat(then) <= most


def _problem(request: HttpRequest, words: str, title: str = "That did not work") -> HttpResponse:
    link = ("/sign-in", "Go to sign in")
    return problems.page(request, status=409, title=title, words=words, link=link)
