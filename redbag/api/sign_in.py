"""Who is calling: a bearer token, or a browser's session with its CSRF token."""

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from redbag.accounts.sittings import actor_at
from redbag.organisations.access import Actor, actor_for
from redbag.organisations.guessing import note_wrong
from redbag.organisations.keys import actor_with
from redbag.organisations.throttling import address_of
from redbag.visitors.sessions import actor_of, visitors_with


class Bearer(BaseAuthentication):
    """A person's session or facts token, an organisation's key, or a visitor's token."""

    def authenticate(self, request):
        kind, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != "bearer":
            return None
        actor = actor_with(token.strip(), now=timezone.now()) or _visiting(token.strip())
        if actor is None:
            note_wrong(what="token", address=address_of(request.META), aim="token", now=timezone.now())
            raise AuthenticationFailed("This token is not known, has ended or was revoked. Sign in again.")
        return actor, token

    def authenticate_header(self, request):
        return "Bearer"


def _visiting(token: str) -> Actor | None:
    """The visitor a token belongs to, while their visit lasts."""
    now = timezone.now()
    visitor = next(iter(visitors_with([token])), None)
    return actor_of(visitor, now=now) if visitor else None


class Browser(SessionAuthentication):
    """The session of somebody signed in on the pages; unsafe calls need the CSRF token."""

    def authenticate(self, request):
        user = getattr(request._request, "user", None)
        if user is None or not user.is_authenticated:
            return None
        self.enforce_csrf(request)
        sitting = getattr(request._request, "sitting", None)  # who came by PIN may less than with a password
        return (actor_at(sitting) if sitting else actor_for(user)), None


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "redbag.api.sign_in.Bearer"
    name = "bearer"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer"}


class BrowserScheme(OpenApiAuthenticationExtension):
    target_class = "redbag.api.sign_in.Browser"
    name = "browserSession"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "cookie", "name": "redbag_session"}
