"""Whose token is this."""

from datetime import datetime

from django.db.models import F, Q

from redbag.organisations.access import Actor, Post
from redbag.organisations.actions import digest_of
from redbag.organisations.models import Key, Membership


def actor_with(token: str, *, now: datetime) -> Actor | None:
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
