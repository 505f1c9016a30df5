"""What the API says of who works here."""

from rest_framework import serializers as s

from redbag.api.second_step_shapes import SecondFactorShape
from redbag.api.shapes import Moment
from redbag.organisations.models import Role


class PersonShape(s.Serializer):
    id = s.UUIDField(help_text="of this post")
    name = s.CharField()
    email = s.EmailField()
    role = s.ChoiceField(choices=Role.choices)
    organisation = s.CharField(help_text="ODS code")
    since = Moment()
    medicines_trained = s.BooleanField()
    leaves_on = s.DateField(allow_null=True, help_text="their last day; null while nobody has said one")


class PersonChange(s.Serializer):
    """At least one of these."""

    medicines_trained = s.BooleanField(required=False)
    role = s.ChoiceField(choices=Role.choices, required=False)
    leaves_on = s.DateField(required=False, allow_null=True, help_text="null: they stay after all")

    def validate(self, attrs):
        if not attrs:
            raise s.ValidationError({"medicines_trained": "Say what changes."})
        return attrs


class InvitationShape(s.Serializer):
    id = s.UUIDField()
    email = s.EmailField()
    name = s.CharField()
    role = s.ChoiceField(choices=Role.choices)
    medicines_trained = s.BooleanField()
    organisation = s.CharField(help_text="ODS code")
    invited_at = Moment()
    invited_by = s.CharField(allow_null=True, help_text="null: a program did")
    expires_at = Moment()


class NewInvitation(s.Serializer):
    email = s.CharField(max_length=254)
    name = s.CharField(max_length=150)
    role = s.ChoiceField(choices=Role.choices)
    medicines_trained = s.BooleanField(required=False, default=False)
    organisation = s.CharField(required=False, help_text="ODS code; may be left out when there is only one")


class Acceptance(s.Serializer):
    token = s.CharField(max_length=100, help_text="the end of the link in the letter")
    name = s.CharField(max_length=150, required=False, default="")
    password = s.CharField(max_length=1000, required=False, default="", trim_whitespace=False)


class Joined(s.Serializer):
    id = s.UUIDField(help_text="of the new post")
    organisation = s.CharField(help_text="ODS code")
    role = s.ChoiceField(choices=Role.choices)


class ForgottenPassword(s.Serializer):
    email = s.CharField(max_length=254)


class NewPassword(s.Serializer):
    token = s.CharField(max_length=100, help_text="the end of the link in the letter")
    password = s.CharField(max_length=1000, trim_whitespace=False)


class PasswordChange(s.Serializer):
    old = s.CharField(max_length=1000, trim_whitespace=False)
    new = s.CharField(max_length=1000, trim_whitespace=False)


class MembershipShape(s.Serializer):
    organisation = s.CharField(help_text="ODS code")
    name = s.CharField()
    kind = s.CharField()
    role = s.ChoiceField(choices=Role.choices)
    may = s.ListField(child=s.CharField())
    medicines_trained = s.BooleanField(help_text="may decide medicines after a stay")


class UserShape(s.Serializer):
    id = s.UUIDField(allow_null=True)
    name = s.CharField()
    email = s.EmailField(allow_null=True)


class SignIn(s.Serializer):
    email = s.CharField()
    password = s.CharField(trim_whitespace=False)
    code = s.CharField(
        required=False, allow_blank=True, max_length=100, help_text="second step: six digits, or a recovery code"
    )


class Session(s.Serializer):
    token = s.CharField()
    facts_token = s.CharField()
    expires_at = Moment()
    user = UserShape()
    memberships = MembershipShape(many=True)


class Me(s.Serializer):
    user = UserShape(allow_null=True)
    key = s.UUIDField(allow_null=True)
    memberships = MembershipShape(many=True)
    second_factor = SecondFactorShape(allow_null=True, help_text="null for an organisation's key")
