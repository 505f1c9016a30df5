"""Whose token is this."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from redbag.organisations.access import Actor, Post
from redbag.organisations.actions import digest_of
from redbag.organisations.models import Key, Organisation, User

# Written out because every call asks it: building it anew took longer than answering it.
POSTS_OF_A_PERSON = """
    SELECT place.*, post.role AS post_role, post.medicines_trained AS post_trained, person.id AS person_id,
           person.name AS person_name, person.email AS person_email, token.id AS token_id, token.use AS token_use
    FROM redbag_key token
    JOIN redbag_user person ON person.id = token.user_id
    JOIN redbag_membership post ON post.user_id = person.id AND post.ended_at IS NULL
    JOIN redbag_organisation place ON place.id = post.organisation_id
    WHERE token.digest = %s AND token.revoked_at IS NULL AND token.expires_at > %s AND person.is_active
    ORDER BY post.started_at
"""


def actor_with(token: str, *, now: datetime) -> Actor | None:
    """Whoever this token belongs to, in one statement for a person with a post; None when it does not count."""
    digest = digest_of(token)
    until = Key._meta.get_field("expires_at").get_db_prep_value(now, connection)
    places = list(Organisation.objects.raw(POSTS_OF_A_PERSON, [digest, until]))
    if places:
        told = vars(places[0])
        user = User(id=UUID(str(told["person_id"])), name=told["person_name"], email=told["person_email"])
        posts = tuple(_post(place) for place in places)
        return _person(user, posts, Key(id=UUID(str(told["token_id"])), use=told["token_use"], user=user))
    live = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
    key = Key.objects.filter(live, digest=digest).select_related("user", "organisation").first()
    if key is None:
        return None
    if key.organisation is not None:
        return Actor(name=key.name, posts=(Post(organisation=key.organisation, role=key.role),), key=key)
    return _person(key.user, (), key) if key.user is not None and key.user.is_active else None


def _post(place: Organisation) -> Post:
    told = vars(place)
    return Post(organisation=place, role=told["post_role"], medicines_trained=bool(told["post_trained"]))


def _person(user: User, posts: tuple[Post, ...], key: Key) -> Actor:
    return Actor(name=user.name, posts=posts, user=user, key=key, facts_only=key.use == Key.Use.FACTS)
