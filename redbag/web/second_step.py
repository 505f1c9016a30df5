"""The second step of signing in: a code from the phone, one from paper, or a passkey."""

from math import ceil

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from redbag.accounts import passkeys
from redbag.accounts.noting import note
from redbag.accounts.passkeys import NotThisPasskey
from redbag.accounts.recovery import FEW, codes_left
from redbag.accounts.second_factor import WrongCode, standing, take_code
from redbag.organisations.throttling import TooOften
from redbag.web.entering import PROVED, SECOND_STEP, after_second_proof, enter_proved, onward, person_of
from redbag.web.half_way import half_way
from redbag.web.passkey_asked import answered, asked
from redbag.web.typed import text

START_AGAIN = "That took too long, or was done in another window. Sign in again."


@never_cache
@sensitive_post_parameters("code")
def second_step(request: HttpRequest) -> HttpResponse:
    """After the password: one code, and in. A wrong one is counted wherever it is typed."""
    now = timezone.now()
    half = half_way(request, now=now)
    if half is None or half.setting_up:
        return _start_again(request)
    status, error = 200, ""
    if request.method == "POST":
        try:
            how = take_code(user=half.user, typed=text(request.POST, "code"), now=now)
            response = after_second_proof(request, half, now=now)
            return _told_of_few(request, response) if how == "recovery" else response
        except WrongCode as wrong:
            status, error = 422, str(wrong)
        except TooOften as often:
            status, error = 429, f"Too many wrong codes. Wait {ceil(often.wait / 60)} minutes, or ask your manager."
    known = standing(half.user)
    on_paper = "paper" in request.GET or not known.app
    shown = {"known": known, "on_paper": on_paper, "error": error, "next": half.to}
    return render(request, "pages/second_factor/second_step.html", shown, status=status)


def _told_of_few(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    left = codes_left(person_of(request))
    words = f"You used a recovery code. {left} {'is' if left == 1 else 'are'} left."
    if left <= FEW:
        messages.warning(request, f"{words} Make new ones in My sign-in.")
    else:
        messages.info(request, words)
    return response


def skip(request: HttpRequest) -> HttpResponse:
    """Only in the training world, where many share one account: in without the second step."""
    now = timezone.now()
    half = half_way(request, now=now)
    if half is None or not settings.DEMO:
        return _start_again(request)
    note("second_factor.skipped", half.user, now=now)
    return enter_proved(request, half.user, how=half.how, to=half.to, now=now)


def _start_again(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        messages.warning(request, START_AGAIN)
    return redirect("web:sign_in")


def passkey_asked(request: HttpRequest) -> JsonResponse:
    """What the browser needs to show a passkey; it counts for one answer, in this browser, for five minutes."""
    options, kept = passkeys.ask()
    asked(request, "sign_in", kept, now=timezone.now())
    return JsonResponse(options)


@sensitive_post_parameters("answer")
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """In with a passkey alone: it was held and unlocked, which is both steps."""
    now = timezone.now()
    to = onward(request)
    try:
        kept = answered(request, "sign_in", now=now)
        user = passkeys.take_passkey(kept=kept, answer=request.POST.get("answer", ""), now=now)
    except NotThisPasskey as wrong:
        messages.error(request, str(wrong))
        return redirect("web:second_step" if half_way(request, now=now) else "web:sign_in")
    response = enter_proved(request, user, how="passkey", to=to, now=now)
    request.session[SECOND_STEP] = request.session[PROVED]
    return response
