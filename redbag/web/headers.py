"""What every answer tells a browser beside the policy of its page; set last, so that no view can forget it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from redbag.documents.answering import SHUT_IN

CAMERA = {"web:scan", "web:going_bag", "web:offline"}
NEVER = (
    *("accelerometer", "browsing-topics", "display-capture", "geolocation", "gyroscope", "hid"),
    *("magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
)
# A page, the reader of PDFs and the service worker work under the policy they come with; everything else does nothing.
KEEPS_ITS_POLICY = ("text/html", "application/pdf", "text/javascript")
SIGN_OUT = "web:sign_out"


def harden(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The headers, and every cookie unreadable to scripts and, over TLS, sent over TLS alone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        route = request.resolver_match.view_name if request.resolver_match else ""
        camera = "(self)" if route in CAMERA else "()"
        response.headers["Permissions-Policy"] = ", ".join([f"camera={camera}", *(f"{each}=()" for each in NEVER)])
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
        kind = response.headers.get("Content-Type", "")
        if kind and not kind.startswith(KEEPS_ITS_POLICY):
            response.headers["Content-Security-Policy"] = SHUT_IN
        if route == SIGN_OUT and settings.SECURE:
            response.headers["Clear-Site-Data"] = '"cache"'  # not "storage": what was not sent yet waits there, sealed
        for cookie in response.cookies.values():
            cookie["httponly"] = True
            cookie["secure"] = settings.SESSION_COOKIE_SECURE
            cookie["samesite"] = cookie["samesite"] or "Lax"
        return response

    return middleware
