"""*I cannot see the tablet*: somebody without an account asks, waits for a code, types it, and comes in."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput, Refused
from redbag.organisations import throttling
from redbag.transfers.models import Transfer
from redbag.transfers.scanning import found, look_up, open_journey
from redbag.transfers.stages import Stage
from redbag.visitors import asking
from redbag.visitors.break_glass import answer
from redbag.visitors.glass_codes import ASKED_LASTS, REASONS, standing
from redbag.visitors.glass_reading import asked_with, places_near
from redbag.visitors.introductions import Introduction
from redbag.visitors.models import BreakGlass
from redbag.visitors.sessions import ROLES, transfer_to_visit
from redbag.web import visiting
from redbag.web.typed import text as typed_text

COOKIE = "rb_asked"
AT_ONCE = 4
FIELDS = ("name", "role", "organisation", "organisation_text", "registration", "reason", "words", "phone", "email")


@never_cache
def by_label(request: HttpRequest, text: str) -> HttpResponse:
    """From a label to asking about the journey its bag is on; where there is none, that nothing can be opened."""
    now = timezone.now()
    transfer = open_journey(text=text, now=now)
    if transfer is not None and transfer.stage != Stage.BACK_HOME:
        return redirect("web:ask_without_code", transfer_id=transfer.pk)
    look = look_up(text=text, actor=None, now=now)
    if look.voided:
        return redirect("web:label", text=text)
    bag = found(look.bag) if look.bag else None
    return render(request, "pages/break_glass/no_journey.html", {"bag": bag}, status=404)


@never_cache
def ask(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Who are you and why can you not see the tablet. Nothing about the patient, before or after."""
    now = timezone.now()
    transfer = transfer_to_visit(transfer_id)
    if transfer is None:
        return _no_journey(request)
    if request.method != "POST":
        return _form(request, transfer, {})
    typed = {name: typed_text(request.POST, name) for name in FIELDS}
    try:
        _, token = asking.ask(
            transfer=transfer,
            told=_introduction(typed, transfer),
            why=asking.Asking(reason=typed["reason"], words=typed["words"], phone=typed["phone"], email=typed["email"]),
            address=throttling.address_of(request.META),
            now=now,
        )
    except BadInput as wrong:
        return _form(request, transfer, wrong.errors, status=422)
    except throttling.TooOften as often:
        return _form(request, transfer, {"often": str(often)}, status=429, wait=often.wait)
    except Refused:
        return _no_journey(request)
    response = redirect("web:answer_code", transfer_id=transfer.pk)
    _remember(request, response, token)
    return response


@never_cache
def answer_code(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """How it stands, whom to ring, and the box for the code; the right one opens the patient's page."""
    now = timezone.now()
    asked = asked_with(_tokens(request), transfer_id)
    if asked is None:
        return redirect("web:ask_without_code", transfer_id=transfer_id)
    if request.method != "POST":
        return _waits(request, asked, now)
    address = throttling.address_of(request.META)
    try:
        _, token = answer(asked=asked, code=typed_text(request.POST, "code")[:20], address=address, now=now)
    except BadInput as wrong:
        return _waits(request, asked, now, errors=wrong.errors, status=422)
    except throttling.TooOften as often:
        return _waits(request, asked, now, errors={"code": str(often)}, status=429, wait=often.wait)
    except Refused as no:
        return _waits(request, asked, now, errors={"code": str(no)}, status=409)
    response = redirect("web:visit", transfer_id=transfer_id)
    visiting.remember(request, response, token)
    return response


@never_cache
def send_code(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Have a code sent to an NHS mailbox while the home does not answer."""
    now = timezone.now()
    asked = asked_with(_tokens(request), transfer_id)
    if asked is None:
        return redirect("web:ask_without_code", transfer_id=transfer_id)
    try:
        asking.send_by_mail(asked=asked, email=typed_text(request.POST, "email"), now=now)
    except BadInput as wrong:
        return _waits(request, asked, now, errors=wrong.errors, status=422)
    except throttling.TooOften as often:
        return _waits(request, asked, now, errors={"email": str(often)}, status=429, wait=often.wait)
    except Refused as no:
        return _waits(request, asked, now, errors={"email": str(no)}, status=409)
    return redirect("web:answer_code", transfer_id=transfer_id)


def _introduction(typed: dict[str, str], transfer: Transfer) -> Introduction:
    chosen = next((each for each in places_near(transfer.home) if each.ods_code == typed["organisation"]), None)
    return Introduction(
        name=typed["name"],
        role=typed["role"],
        registration=typed["registration"],
        organisation=chosen,
        organisation_text=typed["organisation_text"],
    )


def _form(
    request: HttpRequest, transfer: Transfer, errors: dict[str, str], *, status: int = 200, wait: int = 0
) -> HttpResponse:
    typed = {name: typed_text(request.POST, name) for name in FIELDS}
    seen = {
        "home": transfer.home,
        "bag": transfer.bag,
        "transfer": transfer,
        "typed": typed,
        "errors": errors,
        "roles": [(role, ROLES[role]) for role in asking.WHO_MAY],
        "reasons": REASONS.items(),
        "places": places_near(transfer.home),
    }
    return _later(render(request, "pages/break_glass/ask.html", seen, status=status), wait)


def _waits(
    request: HttpRequest,
    asked: BreakGlass,
    now: datetime,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    wait: int = 0,
) -> HttpResponse:
    asked.refresh_from_db()
    seen = {
        "asked": asked,
        "state": standing(asked, now=now),
        "home": asked.transfer.home,
        "transfer": asked.transfer,
        "errors": errors or {},
        "typed": {name: typed_text(request.POST, name) for name in ("code", "email")},
    }
    return _later(render(request, "pages/break_glass/waits.html", seen, status=status), wait)


def _later(response: HttpResponse, wait: int) -> HttpResponse:
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _no_journey(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/break_glass/no_journey.html", {"bag": None}, status=404)


def _tokens(request: HttpRequest) -> list[str]:
    return [token for token in request.COOKIES.get(COOKIE, "").split(".") if token][:AT_ONCE]


def _remember(request: HttpRequest, response: HttpResponse, token: str) -> None:
    response.set_cookie(
        COOKIE,
        ".".join([token, *_tokens(request)][:AT_ONCE]),
        max_age=int(ASKED_LASTS.total_seconds()),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
