"""How long a session lasts: on a shared tablet until it locks, elsewhere until it is idle or twelve hours old."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django_htmx.http import HttpResponseClientRefresh

from redbag.accounts import sittings
from redbag.accounts.pins import has_pin
from redbag.accounts.tablet_models import Sitting
from redbag.accounts.tablets import tablet_known_by
from redbag.organisations.access import actor_for, open_rows
from redbag.organisations.models import Device, Role
from redbag.organisations.routes import Open, rule
from redbag.organisations.tablets import REVOKED

COOKIE = f"{settings.BOUND}rb_tablet"
SITTING, ENTERED, SEEN, WALL = "sitting", "entered_at", "active_at", "wall"
SEEN_EVERY = timedelta(minutes=1)
PACKING = ("web:written_on_paper", "web:crew_has_bag", "web:not_going")
POLLED = (
    "web:board_lists",
    "web:board_version",
    "web:inbound_lists",
    "web:transfer_now",
    "web:notes_now",
    "web:departure_now",
    "web:going_status",
    "web:label_progress",
    "web:tablet_lock",
)
OF_THE_WALL = ("web:board", "web:board_lists", "web:board_version", "web:inbound_lists", "web:screen", "web:sign_out")
OF_THE_PAGE = ("web:draft", "web:tablet_active", "web:score_observation")  # typing in a page changes no limit
CLOSED = ("web:sign_in", "web:tablet", "web:agency", "web:tablet_offline")  # open to anyone, not on a revoked tablet
LOCKED = "The tablet had locked, so what you pressed was not recorded. Type your PIN, and press it again."
WRONG_BEFORE = "Since you last signed in here with your e-mail, {} wrong tries were made at your PIN on this tablet."

NO_PIN = "You have no PIN yet. Set one under My sign-in: then you tap your name on this tablet and type it."


def keep_limits(get_response):
    """Know the tablet and who sits at it; lock, end and refuse what is over before any page is looked up."""

    def middleware(request):
        cookie = request.COOKIES.get(COOKIE, "")
        request.tablet = tablet_known_by(cookie, now=timezone.now()) if cookie else None
        request.sitting = request.locked = None
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if request.tablet is None:
            _on_own_device(request, timezone.now())
            return None
        if request.tablet.revoked_at:
            return _out_of_use(request)
        return _at_tablet(request, request.tablet, timezone.now())

    middleware.process_view = process_view
    return middleware


def remember(request: HttpRequest, sitting: Sitting) -> None:
    """Tie the session to a sitting, and to how and when somebody entered: who enters anew sits down anew."""
    request.session[SITTING] = [str(sitting.pk), *_entry(request)]


def _entry(request: HttpRequest) -> list:
    return [request.session.get(each) for each in (ENTERED, "entered_by")]


def is_open(request: HttpRequest) -> bool:
    """Whether the page asked for opens to anyone."""
    return rule(request.resolver_match.view_name, request.method or "GET") == Open.ANYONE


def is_done_by_somebody(request: HttpRequest) -> bool:
    """Whether a request comes from somebody who taps or types, not from a page that asks again by itself."""
    if request.resolver_match.app_name != "web" or request.resolver_match.view_name in POLLED:
        return False
    if request.method != "GET":
        return True
    return not request.htmx and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _out_of_use(request: HttpRequest) -> HttpResponse | None:
    """A revoked tablet says so, whatever it asks for; what is open to any phone stays open."""
    _end(request)
    if request.resolver_match.app_name == "api":
        return _problem(410, "device_revoked", REVOKED)
    if is_open(request) and request.resolver_match.view_name not in CLOSED:
        return None
    code = request.GET.get("code", "").replace("/", "")[:40]
    if code.strip() and request.resolver_match.view_name == "web:tablet":
        return redirect("web:enrol_tablet", code=code)
    return render(request, "pages/tablets/out_of_use.html", {"for_everybody": True}, status=410)


def _at_tablet(request: HttpRequest, tablet: Device, now: datetime) -> HttpResponse | None:
    sitting = _sitting_of(request, tablet, now)
    if sitting is None:
        return _to_tiles(request)
    if sittings.is_locked(sitting, now=now):
        return _locked(request, sitting, now)
    route = request.resolver_match.view_name
    request.sitting = sitting
    if sitting.how != Sitting.How.FULL:
        request.actor = open_rows(sittings.actor_at(sitting))
    if route == "web:sign_out":
        sittings.stand_up(sitting=sitting, now=now)
    elif route == "web:sign_in" and sitting.how != Sitting.How.FULL:
        request.user = AnonymousUser()  # they want to show more than a PIN
    elif is_done_by_somebody(request):
        sittings.touch(sitting=sitting, idle=_idle(route, sitting), now=now)
    return None


def _sitting_of(request: HttpRequest, tablet: Device, now: datetime) -> Sitting | None:
    """Who sits here by the session; a full sign-in begins a new sitting, and one that is over ends the session."""
    known = request.session.get(SITTING)
    if known and known[1:] == _entry(request):
        sitting = sittings.sitting_with(known[0])
        here = sitting is not None and sitting.tablet_id == tablet.pk and sitting.user_id == request.user.pk
        if sitting is not None and here and sittings.lasts(sitting, now=now):
            return sitting
        _end(request)
        return None
    if not request.user.is_authenticated:
        return None
    sitting, wrong = sittings.sit_down(tablet=tablet, user=request.user, how=Sitting.How.FULL, now=now)
    remember(request, sitting)
    if wrong:
        messages.warning(request, WRONG_BEFORE.format(wrong))
    elif not has_pin(request.user):
        messages.info(request, NO_PIN)
    return sittings.sitting_with(str(sitting.pk))


def _locked(request: HttpRequest, sitting: Sitting, now: datetime) -> HttpResponse | None:
    """Nobody acts here until they have shown who they are; where they were is kept."""
    page = request.get_full_path() if request.method == "GET" else request.headers.get("HX-Current-URL", "")
    own = request.resolver_match.app_name == "web" and not is_open(request) and is_done_by_somebody(request)
    sittings.lock(sitting=sitting, was_at=page if own else "", now=now)
    request.user, request.locked = AnonymousUser(), sitting
    if request.resolver_match.app_name == "api":
        return _problem(423, "tablet_locked", "This tablet is locked.")
    if is_open(request):
        return _to_tiles(request)
    if request.htmx:
        return HttpResponseClientRefresh()
    if request.headers.get("Accept") == "application/json":
        return _problem(423, "tablet_locked", "This tablet is locked.")
    if request.method != "GET" and request.resolver_match.view_name != "web:sign_out":
        messages.warning(request, LOCKED)
    return redirect("web:tablet")


def _to_tiles(request: HttpRequest) -> HttpResponse | None:
    """On a shared tablet the first page is the names, unless somebody asks for the e-mail form."""
    if request.resolver_match.view_name != "web:sign_in" or request.method != "GET" or "full" in request.GET:
        return None
    asked = {"next": request.GET["next"]} if "next" in request.GET else {}
    return redirect(reverse("web:tablet", query=asked))


def locks_after(request: HttpRequest) -> int:
    """After how many seconds without a touch this page locks; 0 where nothing does."""
    sitting, found = getattr(request, "sitting", None), getattr(request, "resolver_match", None)
    return int(_idle(found.view_name, sitting).total_seconds()) if sitting and found else 0


def _idle(route: str, sitting: Sitting) -> timedelta:
    if route in OF_THE_PAGE:
        return timedelta(seconds=sitting.idle)
    return sittings.IDLE_WHILE_PACKING if route.startswith("web:going") or route in PACKING else sittings.IDLE


def _on_own_device(request: HttpRequest, now: datetime) -> None:
    """End a session that was left alone too long or is too old. A tablet's session does not leave it."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return
    if SITTING in request.session:
        _end(request)
    if began := parse_datetime(request.session.get(ENTERED, "")):
        _limit(request, began, now)
    if request.resolver_match.view_name == "web:screen":
        request.session[WALL] = request.POST.get("hide") == "yes"


def _limit(request: HttpRequest, began: datetime, now: datetime) -> None:
    seen = parse_datetime(request.session.get(SEEN, "")) or began
    alone = now - seen >= settings.SESSION_IDLE
    if now - began >= settings.SESSION_LASTS or (alone and not _may_stay(request)):
        _end(request)
    elif alone and not _on_the_road(request) and request.resolver_match.view_name not in OF_THE_WALL:
        request.user = AnonymousUser()  # the board goes on; whoever wants more signs in
    elif not alone and is_done_by_somebody(request) and now - max(seen, began) >= SEEN_EVERY:
        request.session[SEEN] = now.isoformat()


def _may_stay(request: HttpRequest) -> bool:
    """Whether being alone ends nothing: a board on a wall with the names hidden, and crews on the road."""
    return bool(request.session.get(WALL)) or _on_the_road(request)


def _on_the_road(request: HttpRequest) -> bool:
    """Crews: their phones lock themselves, and gloves come off for nothing else than the patient."""
    posts = actor_for(request.user).posts if request.user.is_authenticated else ()
    return bool(posts) and all(post.role == Role.CREW for post in posts)


def _end(request: HttpRequest) -> None:
    if request.session.session_key:
        request.session.flush()
    request.user = AnonymousUser()


def _problem(status: int, code: str, words: str) -> JsonResponse:
    told = {"type": "about:blank", "title": words, "status": status, "detail": words, "code": code}
    return JsonResponse(told, status=status, content_type="application/problem+json")
