"""Calls about invitations, and about one's own password."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.accounts import invitations, passwords
from redbag.accounts.joining_models import Invitation
from redbag.accounts.tablet_models import Sitting
from redbag.api import people_shapes, shapes
from redbag.api.door import Door, json_object, own_place
from redbag.api.problems import answer
from redbag.errors import NotAllowed
from redbag.organisations.access import Permission
from redbag.organisations.throttling import TooOften, address_of


def invitation_row(invitation: Invitation) -> dict:
    """An invitation that nobody has used yet."""
    by = invitation.invited_by
    told = {name: getattr(invitation, name) for name in ("id", "email", "name", "role", "medicines_trained")}
    when = {"invited_at": invitation.invited_at, "expires_at": invitation.expires_at}
    return {**told, "organisation": invitation.organisation.ods_code, "invited_by": by and by.name, **when}


def _told(shape: type, request) -> dict:
    said = shape(data=json_object(request))
    said.is_valid(raise_exception=True)
    return said.validated_data


class InvitationsCall(Door):
    @extend_schema(responses=shapes.listed(people_shapes.InvitationShape))
    def get(self, request):
        """Who is invited and has not joined yet."""
        rows = Invitation.objects.visible_to(self.actor).managed_by(self.actor).open()
        return self.page(rows.select_related("organisation", "invited_by"), invitation_row, order=("-invited_at", "pk"))

    @extend_schema(request=people_shapes.NewInvitation, responses={201: people_shapes.InvitationShape})
    def post(self, request):
        """Invite somebody by e-mail; the letter holds a link that works once, for seven days."""
        told = dict(_told(people_shapes.NewInvitation, request))
        code = told.pop("organisation", "")
        place = own_place(self.actor, code, Permission.MANAGE_ENDPOINTS, field="organisation")
        made = invitations.invite(actor=self.actor, organisation=place, now=self.now, **told)
        return Response(invitation_row(made), status=201)


class InvitationCall(Door):
    @extend_schema(request=None, responses={204: None})
    def delete(self, request, pk):
        """Take an invitation back: its link opens nothing any more."""
        found = _found(self, pk)
        invitations.withdraw(actor=self.actor, invitation=found, now=self.now)
        return Response(status=204)


class InviteAgainCall(Door):
    @extend_schema(request=None, responses=people_shapes.InvitationShape)
    def post(self, request, pk):
        """Send an invitation again, with a new link for seven days; the one before opens nothing any more."""
        again = invitations.invite_again(actor=self.actor, invitation=_found(self, pk), now=self.now)
        return Response(invitation_row(again))


class AcceptCall(Door):
    @extend_schema(request=people_shapes.Acceptance, responses={201: people_shapes.Joined})
    def post(self, request):
        """Join by the link of an invitation, once: with the token of one's own session, or a name and a password."""
        told = _told(people_shapes.Acceptance, request)
        joined = invitations.accept(now=self.now, actor=self.actor, **told)
        row = {"id": joined.pk, "organisation": joined.organisation.ods_code, "role": joined.role}
        return Response(row, status=201, headers={"Cache-Control": "no-store"})


class ForgottenCall(Door):
    @extend_schema(request=people_shapes.ForgottenPassword, responses={202: None})
    def post(self, request):
        """Have a link sent by which a forgotten password is set anew; the answer is the same for any address."""
        email = _told(people_shapes.ForgottenPassword, request)["email"]
        try:
            passwords.ask_for_link(email=email, address=address_of(request.META), now=self.now)
        except TooOften as often:
            return answer(429, str(often), often.code, {"Retry-After": str(often.wait)})
        return Response(status=202)


class NewPasswordCall(Door):
    @extend_schema(request=people_shapes.NewPassword, responses={204: None})
    def post(self, request):
        """Set a new password by the link in the letter, once; every session of that person ends."""
        passwords.set_forgotten(now=self.now, **_told(people_shapes.NewPassword, request))
        return Response(status=204)


class PasswordCall(Door):
    answers_again = False  # nothing is kept of a password, not even the digest of what came

    @extend_schema(request=people_shapes.PasswordChange, responses={204: None})
    def post(self, request):
        """Change one's own password, knowing the old one; every token of theirs ends, this one too."""
        sitting = getattr(request._request, "sitting", None)
        if sitting is not None and sitting.how != Sitting.How.FULL:
            raise NotAllowed("You came in by PIN. Sign in with your e-mail to change your password.")
        told, address = _told(people_shapes.PasswordChange, request), address_of(request.META)
        try:
            passwords.change_password(actor=self.actor, address=address, now=self.now, **told)
        except TooOften as often:
            return answer(429, str(often), often.code, {"Retry-After": str(often.wait)})
        return Response(status=204)


def _found(door: Door, pk) -> Invitation:
    rows = Invitation.objects.visible_to(door.actor).select_related("organisation", "invited_by")
    found = door.find(rows, pk)
    door.allow(found.organisation)
    return found
