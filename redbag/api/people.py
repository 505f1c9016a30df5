"""Calls about who is calling, and about who works here."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import second_step
from redbag.api.door import Door, json_object
from redbag.api.people_shapes import Me, PersonChange, PersonShape, Session, SignIn
from redbag.api.problems import answer
from redbag.api.shapes import listed
from redbag.deliveries.phones import let_go
from redbag.organisations import actions, guessing, throttling
from redbag.organisations.access import Actor, Permission, actor_for
from redbag.organisations.models import Membership
from redbag.organisations.people import working_at
from redbag.organisations.posts import change_role, leave_on


def memberships(actor: Actor) -> list[dict]:
    """The caller's posts, and what each lets them do."""
    return [
        {
            "organisation": post.organisation.ods_code,
            "name": post.organisation.name,
            "kind": post.organisation.kind,
            "role": post.role,
            "may": sorted(post.grants),
            "medicines_trained": post.medicines_trained,
        }
        for post in actor.posts
    ]


class SessionCall(Door):
    """Sign in and out."""

    answers_again = False  # neither a token nor the digest of a password is kept

    @extend_schema(request=SignIn, responses={201: Session}, auth=[])
    def post(self, request):
        """A session token, and a token that may only send facts as this person for seven days.

        Without `code` it answers 401 `second_factor_needed` where a second step is asked for; with a wrong one 401
        `wrong_code`.
        """
        asked = SignIn(data=request.data)
        asked.is_valid(raise_exception=True)
        email = asked.validated_data["email"]
        address, aim = throttling.address_of(request.META), f"password|{email.strip().lower()}"
        try:
            guessing.slow_down(address=address, aim=aim)
        except throttling.TooOften as often:
            return answer(429, str(often), "too_often", {"Retry-After": str(often.wait)})
        if wait := throttling.take_password(email):
            words = "Too many wrong passwords for this account. Wait, or ask your manager."
            return answer(429, words, "too_often", {"Retry-After": str(wait)})
        user = actions.sign_in(email=email, password=asked.validated_data["password"])
        if user is None:
            guessing.note_wrong(what="password", address=address, aim=aim, now=self.now)
            return answer(
                401,
                "The e-mail address or the password is not right.",
                "wrong_password",
                {"WWW-Authenticate": "Bearer"},
            )
        throttling.forget(email)
        now = timezone.now()
        if refused := second_step.turned_away(user, asked.validated_data.get("code", ""), now=now):
            return refused
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
    @extend_schema(responses=Me)
    def get(self, request):
        """Who am I, where, what may I do."""
        user = self.actor.user
        told = {"id": user.pk, "name": user.name, "email": user.email} if user else None
        return Response(
            {
                "user": told,
                "key": None if user else self.actor.key_id,
                "memberships": memberships(self.actor),
                "second_factor": second_step.told(user) if user else None,
            }
        )


def person_row(membership: Membership) -> dict:
    """Somebody who works here."""
    person = membership.user
    told = {"id": membership.pk, "name": person.name, "email": person.email, "role": membership.role}
    place, since = membership.organisation.ods_code, membership.started_at
    more = {"medicines_trained": membership.medicines_trained, "leaves_on": membership.leaves_on}
    return {**told, "organisation": place, "since": since, **more}


class PeopleCall(Door):
    @extend_schema(responses=listed(PersonShape))
    def get(self, request):
        """Who works here, and who is trained in medicines."""
        places = self.actor.organisations_with(Permission.MANAGE_ENDPOINTS)
        return self.page(working_at(places), person_row, order=("started_at", "pk"))


class PersonCall(Door):
    @extend_schema(request=PersonChange, responses=PersonShape)
    @transaction.atomic
    def patch(self, request, pk):
        """Say whether somebody is trained in medicines, what their last day is, or what they do from now on.

        Another role is another post: the answer's id is new then.
        """
        known, membership = self._one(pk)
        told = PersonChange(data=json_object(request))
        told.is_valid(raise_exception=True)
        asked, actor, now = told.validated_data, self.actor, self.now
        if "leaves_on" in asked:
            membership = leave_on(actor=actor, membership=membership, day=asked["leaves_on"], now=now)
        if "role" in asked:
            membership = change_role(actor=actor, membership=membership, role=asked["role"], now=now)
        if "medicines_trained" in asked:
            trained = asked["medicines_trained"]
            actions.set_medicines_training(actor=actor, membership=membership, trained=trained, now=now)
        return Response(person_row(known.get(pk=membership.pk)))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request, pk):
        """Somebody no longer works here, from this moment; what they wrote stays."""
        _, membership = self._one(pk)
        let_go(actor=self.actor, membership=membership, now=self.now)
        return Response(status=204)

    def _one(self, pk) -> tuple[QuerySet[Membership], Membership]:
        known = working_at(post.organisation.pk for post in self.actor.posts)
        membership = self.find(known, pk)
        self.allow(membership.organisation)
        return known, membership
