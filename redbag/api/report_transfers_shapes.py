"""What the journeys behind a number look like over the API."""

from rest_framework import serializers as s


class BehindRowShape(s.Serializer):
    """Of a party its journey's id; of anybody else a code, and what five or more journeys of that home share."""

    transfer = s.UUIDField(required=False)
    code = s.CharField(required=False)
    home = s.CharField(required=False, allow_blank=True)
    hospital = s.CharField(required=False, allow_blank=True)
    month = s.CharField(required=False, allow_blank=True)
    age_band = s.CharField(required=False, allow_blank=True)
    with_bag = s.BooleanField(required=False, allow_null=True)
    flags = s.ListField(child=s.CharField(), required=False)
    waiting = s.IntegerField(required=False, allow_null=True)
    riding = s.IntegerField(required=False, allow_null=True)
    staying = s.IntegerField(required=False, allow_null=True)
    returning = s.IntegerField(required=False, allow_null=True)


class BehindShape(s.Serializer):
    """`coded` says whether codes stand for the journeys; none are told where they are fewer than five."""

    coded = s.BooleanField()
    to = s.DateField()
    results = BehindRowShape(many=True)
    about = s.IntegerField(required=False, allow_null=True, help_text="coded: how many there are, to the nearest 5")
    more = s.BooleanField()

    def get_fields(self):
        """`from` is no name that Python lets a field have."""
        return super().get_fields() | {"from": s.DateField()}


class FoundCodeShape(s.Serializer):
    transfer = s.UUIDField()
