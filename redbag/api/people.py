"""Calls about who is calling."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import shapes
from redbag.api.door import Door
from redbag.api.problems import answer
from redbag.organisations import actions, throttling
from redbag.organisations.access import GRANTS, Actor, actor_for


def memberships(actor: Actor) -> list[dict]:
    """The caller's posts, and what each lets them do."""
    return [
        {
            "organisation": post.organisation.ods_code,
            "name": post.organisation.name,
            "kind": post.organisation.kind,
            "role": post.role,
            "may": sorted(GRANTS[post.role]),
        }
        for post in actor.posts
    ]


class SessionCall(Door):
    """Sign in and out."""

    @extend_schema(request=shapes.SignIn, responses={201: shapes.Session}, auth=[])
    def post(self, request):
        """A session token, and a token that may only send facts as this person for seven days."""
        asked = shapes.SignIn(data=request.data)
        asked.is_valid(raise_exception=True)
        email = asked.validated_data["email"]
        if wait := throttling.take_password(email):
            words = "Too many wrong passwords for this account. Wait, or ask your manager."
            return answer(429, words, "too_often", {"Retry-After": str(wait)})
        user = actions.sign_in(email=email, password=asked.validated_data["password"])
        if user is None:
            return answer(
                401,
                "The e-mail address or the password is not right.",
                "wrong_password",
                {"WWW-Authenticate": "Bearer"},
            )
        throttling.forget(email)
        now = timezone.now()
        token, facts_token = actions.open_session(user=user, now=now)
        told = {
            "token": token,
            "facts_token": facts_token,
            "expires_at": now + actions.SESSION_LASTS,
            "user": {"id": user.pk, "name": user.name, "email": user.email},
            "memberships": memberships(actor_for(user)),
        }
        return Response(told, status=201, headers={"Cache-Control": "no-store"})

    @extend_schema(request=None, responses={204: None})
    def delete(self, request):
        """End the session of this token."""
        actions.close_session(actor=self.actor, now=self.now)
        return Response(status=204)


class MeCall(Door):
    @extend_schema(responses=shapes.Me)
    def get(self, request):
        """Who am I, where, what may I do."""
        user = self.actor.user
        told = {"id": user.pk, "name": user.name, "email": user.email} if user else None
        return Response(
            {"user": told, "key": None if user else self.actor.key_id, "memberships": memberships(self.actor)}
        )
