"""Who signed in a while ago shows once more who they are, before how they or a colleague sign in is changed."""

from math import ceil

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from redbag.accounts import passkeys
from redbag.accounts.identities import identities_of
from redbag.accounts.passkeys import NotThisPasskey
from redbag.accounts.passwords import is_own
from redbag.accounts.providers import providers
from redbag.accounts.second_factor import WrongCode, require_reset, reset, standing, take_code
from redbag.errors import Refused
from redbag.organisations.models import Membership
from redbag.organisations.throttling import TooOften, address_of
from redbag.web.entering import PROVED, SECOND_STEP, came_by_pin, is_fresh, onward, person_of, prove, prove_first
from redbag.web.passkey_asked import answered
from redbag.web.typed import text

BY_PIN = "You came in by PIN. Sign in with your e-mail to change how you sign in."


@never_cache
@sensitive_post_parameters("password", "code", "answer")
def prove_again(request: HttpRequest) -> HttpResponse:
    """The password, a code where that was asked for, or a passkey; then back to what they were about to do.

    Who came by PIN signs in fully instead: a password added to a PIN is no second step.
    """
    if not request.user.is_authenticated:
        return redirect("web:sign_in")
    now, to, by_code = timezone.now(), onward(request), "code" in request.GET
    if came_by_pin(request):
        messages.info(request, BY_PIN)
        return redirect(reverse("web:sign_in", query={"full": "1", "next": to}))
    error, status = "", 200
    if request.method == "POST":
        try:
            prove(request, *_shown(request, by_code=by_code, now=now), now=now)
            return redirect(to)
        except TooOften as often:
            error, status = f"Too many tries. Wait {ceil(often.wait / 60)} minutes.", 429
        except Refused as wrong:
            error, status = str(wrong), 422
    mine = {each.issuer for each in identities_of(request.user)}
    ways = [each for each in providers() if each.issuer in mine and (each.second_factor or not by_code)]
    seen = {"by_code": by_code, "known": standing(request.user), "ways": ways, "next": to, "error": error}
    return render(request, "pages/second_factor/prove_again.html", seen, status=status)


def _shown(request: HttpRequest, *, by_code: bool, now) -> tuple[str, ...]:
    """What was just proved; Refused when nothing was."""
    user = person_of(request)
    if answer := request.POST.get("answer", ""):
        if passkeys.take_passkey(kept=answered(request, "sign_in", now=now), answer=answer, now=now) != user:
            raise NotThisPasskey("This passkey belongs to somebody else.")
        return PROVED, SECOND_STEP
    if by_code:
        take_code(user=user, typed=text(request.POST, "code"), now=now)
        return (SECOND_STEP,)
    address, typed = address_of(request.META), request.POST.get("password", "")
    if not is_own(user=user, typed=typed, address=address, now=now):
        raise WrongCode("The password is not right.", code="wrong_password")
    return (PROVED,)


def reset_second_factor(request: HttpRequest, membership_id) -> HttpResponse:
    """Take off a colleague's second step, for whoever lost phone and codes: with one's own just shown."""
    now = timezone.now()
    own = [post.organisation for post in request.actor.posts]
    membership = get_object_or_404(Membership, organisation__in=own, pk=membership_id)
    require_reset(actor=request.actor, membership=membership)
    if not is_fresh(request, SECOND_STEP, now=now):
        return prove_first(SECOND_STEP, request.path)
    if request.method == "POST":
        reset(actor=request.actor, membership=membership, now=now)
        messages.success(
            request, f"{membership.user.name} can sign in with the password, and set up a new second step."
        )
        return redirect("web:people")
    labels = {each.issuer: each.label for each in providers()}
    ways = [labels.get(each.issuer, each.issuer) for each in identities_of(membership.user)]
    shown = {"membership": membership, "known": standing(membership.user), "ways": ways}
    return render(request, "pages/second_factor/reset.html", shown)
