"""Who is calling: a bearer token, or a browser's session with its CSRF token."""

from django.db.models import F, Q
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from redbag.organisations.access import Actor, Post, actor_for
from redbag.organisations.actions import digest_of
from redbag.organisations.models import Key, Membership


class Bearer(BaseAuthentication):
    """A person's session or facts token, or an organisation's key."""

    def authenticate(self, request):
        kind, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != "bearer":
            return None
        actor = actor_with(token.strip(), now=timezone.now())
        if actor is None:
            raise AuthenticationFailed("This token is not known, has ended or was revoked. Sign in again.")
        return actor, token

    def authenticate_header(self, request):
        return "Bearer"


class Browser(SessionAuthentication):
    """The session of somebody signed in on the pages; unsafe calls need the CSRF token."""

    def authenticate(self, request):
        user = getattr(request._request, "user", None)
        if user is None or not user.is_authenticated:
            return None
        self.enforce_csrf(request)
        return actor_for(user), None


def actor_with(token: str, *, now) -> Actor | None:
    """Whoever this token belongs to, in one statement for a person with a post; None when it does not count."""
    live = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
    digest = digest_of(token)
    keys = {"user__keys__digest": digest, "user__keys__revoked_at": None}
    rows = list(
        Membership.objects.filter(user__keys__expires_at__gt=now, ended_at=None, user__is_active=True, **keys)
        .annotate(key_id=F("user__keys__id"), key_use=F("user__keys__use"))
        .select_related("user", "organisation")
        .order_by("started_at")
    )
    if rows:
        user = rows[0].user
        posts = tuple(Post(organisation=row.organisation, role=row.role) for row in rows)
        key = Key(id=rows[0].key_id, use=rows[0].key_use, user=user)
        return Actor(name=user.name, posts=posts, user=user, key=key, facts_only=key.use == Key.Use.FACTS)
    key = Key.objects.filter(live, digest=digest).select_related("user", "organisation").first()
    if key is None or (key.user is not None and not key.user.is_active):
        return None
    if key.organisation is not None:
        return Actor(name=key.name, posts=(Post(organisation=key.organisation, role=key.role),), key=key)
    return Actor(name=key.user.name, posts=(), user=key.user, key=key, facts_only=key.use == Key.Use.FACTS)


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
