"""Whether PostgreSQL's policies hold the role by which the service signs in."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections

HELD = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
WORDS = "PostgreSQL's policies on rows do not hold the role by which the service signs in."
HINT = "Give DATABASE_URL a role of its own that owns the database: no superuser, and without BYPASSRLS."


def role_is_held(*, databases=None, **_) -> list[CheckMessage]:
    """An error in production, a warning in the demo, when the role is a superuser or may bypass the policies."""
    if "default" not in (databases or ()) or connections["default"].vendor != "postgresql":
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(HELD)
        (free,) = cursor.fetchone()
    message = Warning if settings.DEMO else Error
    return [message(WORDS, hint=HINT, id="redbag.rows")] if free else []
