"""My sign-in: the app, passkeys and recovery codes somebody has for their second step."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from redbag.accounts import passkeys, recovery, second_factor
from redbag.accounts.codes import address_of, grouped, new_secret
from redbag.accounts.passkeys import NotThisPasskey
from redbag.accounts.second_factor import WrongCode, standing
from redbag.accounts.signing_out import sign_out_everywhere
from redbag.bags.qr import qr_svg
from redbag.errors import BadInput
from redbag.organisations.models import User
from redbag.vault import seal, unseal
from redbag.web.entering import (
    PROVED,
    SECOND_STEP,
    after_second_proof,
    is_fresh,
    person_of,
    proof_to_change,
    prove,
    prove_first,
)
from redbag.web.half_way import HalfWay, half_way
from redbag.web.passkey_asked import answered, asked
from redbag.web.typed import text

NEW_SECRET = "new_second_step"
MAKER = "Red Bag"


@never_cache
def my_sign_in(request: HttpRequest) -> HttpResponse:
    """What somebody has to sign in with, and what they can add."""
    if not request.user.is_authenticated:
        return redirect("web:sign_in")
    shown = {
        "known": standing(request.user),
        "keys": passkeys.own_passkeys(request.user).order_by("added_at"),
        "few": recovery.FEW,
        "passkey_host": passkeys.host(),
        "passkey_origin": passkeys.origin(),
    }
    return render(request, "pages/second_factor/my_sign_in.html", shown)


@never_cache
@sensitive_post_parameters("code")
def set_up_app(request: HttpRequest) -> HttpResponse:
    """A QR for the app, the same as a key to type, and the first code to show that it works."""
    now = timezone.now()
    user, half = _who(request, now=now)
    if user is None:
        return redirect("web:sign_in")
    if half is None and not is_fresh(request, proof := proof_to_change(user), now=now):
        return prove_first(proof, reverse("web:set_up_app"))
    secret = _secret(request, user)
    error = ""
    if request.method == "POST":
        try:
            typed, first = text(request.POST, "code"), half is not None
            codes = second_factor.confirm_app(user=user, secret=secret, typed=typed, first=first, now=now)
            del request.session[NEW_SECRET]
            return _added(request, half, codes, "Your app is set up.", now=now)
        except WrongCode as wrong:
            error = str(wrong)
    address = address_of(secret, email=user.email, issuer=MAKER)
    shown = {
        "qr": mark_safe(qr_svg(address)),  # drawn from modules, no text of anybody's
        "key": grouped(secret),
        "email": user.email,
        "half": half,
        "error": error,
        "passkey_host": passkeys.host(),
        "passkey_origin": passkeys.origin(),
    }
    return render(request, "pages/second_factor/set_up_app.html", shown, status=422 if error else 200)


def _secret(request: HttpRequest, user: User) -> str:
    """The key that waits for its first code: the same however often this person opens the page, and sealed."""
    waiting = request.session.get(NEW_SECRET)
    if waiting is None or waiting["user"] != str(user.pk):
        waiting = request.session[NEW_SECRET] = {"user": str(user.pk), "key": seal(new_secret())}
    return unseal(waiting["key"])


def _who(request: HttpRequest, *, now: datetime) -> tuple[User | None, HalfWay | None]:
    """Whose second step is set up here: who is signed in, or who gave a password and must set one up first."""
    if request.user.is_authenticated:
        return request.user, None
    half = half_way(request, now=now)
    return (half.user, half) if half and half.setting_up and not standing(half.user).has_one else (None, None)


def _added(request: HttpRequest, half: HalfWay | None, codes: list[str], words: str, *, now: datetime) -> HttpResponse:
    """On to where they wanted; first, where there are any, the codes that are shown this once."""
    if half:
        response = after_second_proof(request, half, now=now)
    else:
        prove(request, SECOND_STEP, now=now)  # they have just used it
        response = redirect("web:my_sign_in")
    if codes:
        onward = response["Location"]
        return render(request, "pages/second_factor/codes.html", {"codes": codes, "words": words, "onward": onward})
    messages.success(request, words)
    return response


def remove_app(request: HttpRequest) -> HttpResponse:
    """Take the app off."""
    now = timezone.now()
    if not is_fresh(request, proof := proof_to_change(person_of(request)), now=now):
        return prove_first(proof, reverse("web:my_sign_in"))
    second_factor.remove_app(user=person_of(request), now=now)
    messages.success(request, "The app is taken off.")
    return redirect("web:my_sign_in")


@never_cache
def new_codes(request: HttpRequest) -> HttpResponse:
    """Ten recovery codes in place of the old ones, shown this once."""
    now = timezone.now()
    if not is_fresh(request, proof := proof_to_change(person_of(request)), now=now):
        return prove_first(proof, reverse("web:my_sign_in"))
    if not standing(person_of(request)).has_one:
        return redirect("web:my_sign_in")
    codes = recovery.make_codes(user=person_of(request), now=now)
    shown = {"codes": codes, "words": "The codes you had before no longer work.", "onward": reverse("web:my_sign_in")}
    return render(request, "pages/second_factor/codes.html", shown)


def new_passkey_asked(request: HttpRequest) -> JsonResponse:
    """What the browser needs to make a passkey, or where to go first."""
    now = timezone.now()
    user, half = _who(request, now=now)
    if user is None:
        return JsonResponse({"go": reverse("web:sign_in")})
    if half is None and not is_fresh(request, proof := proof_to_change(user), now=now):
        return JsonResponse({"go": prove_first(proof, reverse("web:my_sign_in"))["Location"]})
    options, kept = passkeys.ask_new(user)
    asked(request, "add", kept, now=now)
    return JsonResponse(options)


@never_cache
@sensitive_post_parameters("answer")
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Keep the passkey that the browser made."""
    now = timezone.now()
    user, half = _who(request, now=now)
    if user is None:
        return redirect("web:sign_in")
    if half is None and not is_fresh(request, proof := proof_to_change(user), now=now):
        return prove_first(proof, reverse("web:my_sign_in"))
    try:
        kept = answered(request, "add", now=now)
        told = {"name": text(request.POST, "name"), "answer": request.POST.get("answer", "")}
        codes = passkeys.add_passkey(user=user, kept=kept, first=half is not None, now=now, **told)
    except (NotThisPasskey, BadInput) as wrong:
        messages.error(request, str(wrong))
        return redirect("web:set_up_app" if half else "web:my_sign_in")
    return _added(request, half, codes, "Your passkey is added.", now=now)


def remove_passkey(request: HttpRequest) -> HttpResponse:
    """Take one passkey off."""
    now = timezone.now()
    try:
        chosen = UUID(text(request.POST, "passkey"))
    except ValueError:
        return redirect("web:my_sign_in")
    key = get_object_or_404(passkeys.own_passkeys(person_of(request)), pk=chosen)
    if not is_fresh(request, proof := proof_to_change(key.user), now=now):
        return prove_first(proof, reverse("web:my_sign_in"))
    passkeys.remove_passkey(user=key.user, passkey_id=key.pk, now=now)
    messages.success(request, f"The passkey {key.name} is taken off.")
    return redirect("web:my_sign_in")


def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """Out everywhere but here."""
    now = timezone.now()
    if not is_fresh(request, PROVED, now=now):
        return prove_first(PROVED, reverse("web:my_sign_in"))
    user = sign_out_everywhere(user=person_of(request), now=now)
    update_session_auth_hash(request, user)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("web:my_sign_in")
