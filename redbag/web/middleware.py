"""Around every request: one log line without personal data, and the gate of the permission table."""

import re
import time

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import Http404, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRefresh
from prometheus_client import Histogram

from redbag import rows
from redbag.errors import BadInput, Busy, Gone, NotAllowed, NotThere, Refused
from redbag.organisations.access import actor_for, open_rows, require_anywhere
from redbag.organisations.routes import Open, rule
from redbag.web import choosing, joining, problems, visiting

log = structlog.get_logger("request")
SECONDS = Histogram("redbag_request_seconds", "How long requests took", ["method", "route", "status"])
TOKEN = re.compile(
    r"(?i)(/(?:b|s|p|scan|join|forgotten|stop-monthly|tablet(?!/(?:agency|join|lock|active|offline)(?:[/?]|$)))/)([^/?]{4})[^/?]*"
)
CODE = re.compile(r"(/h/[0-9a-f-]+/)[^/?]+")
SIGNED_OUT = "You were signed out, so what you pressed was not recorded. Sign in, and press it again."
QUIET = ("/healthz", "/readyz", "/metrics", "/static/", "/board/version/")


def cut_tokens(path: str) -> str:
    """The path with every token cut to its first four characters, and without a hand-over code."""
    return CODE.sub(r"\1...", TOKEN.sub(r"\1\2...", path))


class Csrf(CsrfViewMiddleware):
    """Django's own check of a form's secret, for pages that send no referrer.

    With `Referrer-Policy: no-referrer` a browser calls the origin of a form "null"; whether the form is ours it says in
    Sec-Fetch-Site. The secret is asked for in any case.
    """

    def _origin_verified(self, request):
        hidden = request.headers.get("Origin") == "null"
        ours = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        return (hidden and ours) or super()._origin_verified(request)  # type: ignore[misc]


class Sessions(SessionMiddleware):
    """Django's own, but it leaves a cookie alone that opens nothing any more.

    Who proves anew who they are gets a new cookie. Whatever the page asked for meanwhile came with the old one, and its
    answer may arrive last: were it to take the cookie away, it would take the new one.
    """

    def process_response(self, request, response):
        if request.session.is_unknown:
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return super().process_response(request, response)


def log_request(get_response):
    def middleware(request):
        started = time.monotonic()
        response = get_response(request)
        if not request.path.startswith(QUIET):
            took = time.monotonic() - started
            route = request.resolver_match.view_name if request.resolver_match else "nowhere"
            SECONDS.labels(request.method, route, response.status_code).observe(took)
            path = cut_tokens(request.path)
            log.info("request", method=request.method, path=path, status=response.status_code, ms=round(took * 1000))
        return response

    return middleware


def _back_to(request) -> str:
    """Where somebody who must sign in first goes on: the page itself, or the one whose button they pressed."""
    if rule(request.resolver_match.view_name, "GET"):
        return request.get_full_path()
    return request.path.rpartition("/")[0] or "/"


def _actor(request):
    user = request.user
    if user is not None and user.is_authenticated:
        return choosing.narrowed(request, actor_for(user))
    return visiting.actor_of(request)


def gate(get_response):
    """Let nobody through to a page that the permission table does not open to them. The API's door asks by itself."""

    def middleware(request):
        request.actor = SimpleLazyObject(lambda: open_rows(_actor(request)))
        with rows.a_request():
            response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")  # nothing of a person on a lost tablet's disk
        return response

    def process_view(request, view, args, kwargs):
        route = request.resolver_match.view_name
        if request.resolver_match.app_name != "web":
            return None
        if any("\0" in each for sent in (request.GET, request.POST) for values in sent.lists() for each in values[1]):
            return problems.bad_request(request)
        asked = rule(route, request.method)
        if asked is None:
            return (
                problems.wrong_method(request)
                if rule(route, "GET") or rule(route, "POST")
                else problems.not_found(request)
            )
        if asked != Open.ANYONE and not request.user.is_authenticated and not request.actor:
            if request.htmx:
                return HttpResponseClientRefresh()
            if request.headers.get("Accept") == "application/json":
                return HttpResponse(status=401)
            if request.method != "GET":
                messages.warning(request, SIGNED_OUT)
            return redirect_to_login(_back_to(request))
        if asked != Open.ANYONE and (shut_out := joining.shut_out(request)):
            return shut_out
        if not isinstance(asked, Open) and not kwargs:
            try:
                require_anywhere(request.actor, asked)
            except NotAllowed:
                return problems.not_allowed(request)
        return None

    def process_exception(request, exception):
        if request.resolver_match is None or request.resolver_match.app_name != "web":
            return None
        if isinstance(exception, NotAllowed):
            return problems.not_allowed(request)
        if isinstance(exception, Busy):
            return problems.busy(request, exception)
        if isinstance(exception, Gone):
            return problems.gone(request, exception)
        if isinstance(exception, Refused):
            return problems.refused(request, exception)
        if isinstance(exception, BadInput):
            return problems.bad_input(request, exception)
        if isinstance(exception, Http404 | NotThere):
            return problems.not_found(request)
        return None

    middleware.process_view = process_view
    middleware.process_exception = process_exception
    return middleware
