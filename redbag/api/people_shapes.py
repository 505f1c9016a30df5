"""What the API says of who works here."""

from rest_framework import serializers as s

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


class PersonChange(s.Serializer):
    medicines_trained = s.BooleanField()
