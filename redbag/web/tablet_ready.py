"""A tablet is made ready: it opens its manager's code, keeps a cookie, and gets what works without a network."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.accounts.tablets import NoSuchCode, code_here, cookie_for, enrol_with, offline_token
from redbag.errors import NotAllowed
from redbag.organisations.tablets import TabletRevoked, tablet_with
from redbag.organisations.throttling import TooOften, address_of
from redbag.web.tablet_lock import COOKIE

LASTS = 400 * 24 * 3600  # browsers keep no cookie longer


@never_cache
def enrol(request: HttpRequest, code: str) -> HttpResponse:
    """What a code is for, and the button that makes this tablet ready. The code counts once."""
    now = timezone.now()
    try:
        kept = code_here(code=code, address=address_of(request.META), now=now)
        if request.method != "POST":
            return render(request, "pages/tablets/enrol.html", {"kept": kept, "for_everybody": True})
        cookie = enrol_with(code=kept, now=now)[1]
    except (NoSuchCode, TooOften) as wrong:
        status = 429 if isinstance(wrong, TooOften) else 410
        seen = {"error": str(wrong), "code": code, "for_everybody": True}
        return render(request, "pages/tablets/not_a_tablet.html", seen, status=status)
    except NotAllowed:
        words = "Whoever made this code may not do so any more. Ask your manager for a new one."
        seen = {"error": words, "for_everybody": True}
        return render(request, "pages/tablets/not_a_tablet.html", seen, status=410)
    request.session.flush()
    return keep_cookie(redirect("web:tablet"), cookie)


def keep_cookie(response: HttpResponse, cookie: str) -> HttpResponse:
    """The browser is known by this from now on; no script can read it."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, cookie, max_age=LASTS, httponly=True, secure=secure, samesite="Lax")
    return response


def join(request: HttpRequest) -> HttpResponse:
    """The cookie for a tablet that was made ready without one: it shows its other token."""
    now = timezone.now()
    try:
        tablet = tablet_with(request.headers.get("Red-Bag-Device", ""), unsent=0, now=now)
    except TabletRevoked:
        tablet = None
    if tablet is None or request.tablet is not None:
        return JsonResponse({"joined": False}, status=409)
    return keep_cookie(JsonResponse({"joined": True}), cookie_for(tablet=tablet, now=now))


def offline_side(request: HttpRequest) -> HttpResponse:
    """The token for the hours without a network, for a tablet that is known by its cookie."""
    if request.tablet is None:
        return JsonResponse({}, status=409)
    tablet, token = request.tablet, offline_token(tablet=request.tablet, now=timezone.now())
    answer = JsonResponse({"id": str(tablet.pk), "name": tablet.name, "token": token})
    answer["Cache-Control"] = "no-store"
    return answer
