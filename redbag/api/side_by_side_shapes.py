"""What places side by side and flows look like over the API."""

from rest_framework import serializers as s


class PlaceNumberShape(s.Serializer):
    """One number; all of it null where it is hidden. `far` is high or low where chance does not explain it."""

    value = s.FloatField(allow_null=True)
    whole = s.FloatField(allow_null=True)
    part = s.FloatField(allow_null=True)
    low = s.FloatField(allow_null=True)
    high = s.FloatField(allow_null=True)
    hidden = s.BooleanField()
    far = s.ChoiceField(["", "high", "low"])


class PlaceBesideShape(s.Serializer):
    name = s.CharField(allow_blank=True)
    code = s.CharField(allow_blank=True)
    numbers = PlaceNumberShape(many=True)


class _WithDays(s.Serializer):
    to = s.DateField()
    counted_at = s.DateTimeField(allow_null=True)

    def get_fields(self):
        """`from` is no name that Python lets a field have."""
        return super().get_fields() | {"from": s.DateField()}


class SideBySideShape(_WithDays):
    """Places by name, their numbers in the order of the columns."""

    by = s.CharField()
    rounded = s.BooleanField()
    columns = s.ListField(child=s.CharField())
    all = PlaceNumberShape(many=True)
    places = PlaceBesideShape(many=True)


class FlowEndShape(s.Serializer):
    code = s.CharField(allow_blank=True)
    name = s.CharField()
    journeys = s.IntegerField(allow_null=True)


class FlowShape(s.Serializer):
    home = s.CharField()
    hospital = s.CharField(allow_blank=True)
    journeys = s.IntegerField(allow_null=True)


class FlowsShape(_WithDays):
    """Both ends by size, and the flows between them; `areas` is whether both ends are areas."""

    areas = s.BooleanField()
    homes = FlowEndShape(many=True)
    hospitals = FlowEndShape(many=True)
    flows = FlowShape(many=True)
    journeys = s.IntegerField(allow_null=True)
