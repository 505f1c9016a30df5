"""What the calls about hand-overs take and answer: signatures, and the squares on the walls of wards."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment, text


class SignatureNew(s.Serializer):
    id = s.UUIDField(required=False)
    fact = s.UUIDField(required=False)
    name = s.CharField(max_length=150)
    role = text(100)
    picture = s.CharField(required=False, allow_blank=True, max_length=450_000, help_text="PNG, base64")


class SignatureShape(s.Serializer):
    id = s.UUIDField()
    fact = s.UUIDField(allow_null=True)
    name = s.CharField()
    role = s.CharField()
    signed_at = Moment()
    drawn = s.BooleanField()


class SignaturesShape(s.Serializer):
    results = SignatureShape(many=True)
    next = s.URLField(allow_null=True)


class PlaceNew(s.Serializer):
    organisation = text(10)
    name = s.CharField(max_length=100)


class PlaceChange(s.Serializer):
    phone = text(40)
    reply_within = s.IntegerField(required=False, allow_null=True, help_text="minutes, 5 to 1440; null: no promise")


class PlaceShape(s.Serializer):
    id = s.UUIDField()
    organisation = s.CharField()
    name = s.CharField()
    phone = s.CharField(help_text="direct line; empty where there is none")
    reply_within = s.IntegerField(allow_null=True, help_text="minutes in which it answers notes; null: no promise")
    address = s.CharField(allow_null=True, help_text="what its QR says; null until it has one")


class PlacesShape(s.Serializer):
    results = PlaceShape(many=True)
    next = s.URLField(allow_null=True)
