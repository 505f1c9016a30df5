"""What reports look like over the API."""

from rest_framework import serializers as s


class DefinedShape(s.Serializer):
    """What is counted, of what, and who asks for it."""

    name = s.CharField()
    title = s.CharField()
    subject = s.CharField()
    question = s.CharField()
    numerator = s.CharField()
    denominator = s.CharField()
    exclusions = s.CharField()
    unit = s.CharField()
    source = s.CharField()
    good = s.ChoiceField(["less", "more", "neither"])
    caveat = s.CharField()
    kind = s.ChoiceField(["share", "rate", "spread", "count"])
    observational = s.BooleanField()


class MeasureShape(DefinedShape):
    """A measure as it is defined, with the rows that it tells."""

    rows = s.ListField(child=s.DictField(child=s.CharField()))


class ReportColumnShape(s.Serializer):
    name = s.CharField()
    title = s.CharField()
    kind = s.ChoiceField(["text", "count", "number", "percent"])


class ReportLineShape(s.Serializer):
    """One line; which numbers it has is said by the columns, and a hidden one has none."""

    row = s.CharField()
    what = s.CharField()
    place = s.CharField(required=False)
    place_code = s.CharField(allow_blank=True)
    hidden = s.BooleanField()
    whole = s.FloatField(required=False, allow_null=True)
    part = s.FloatField(required=False, allow_null=True)
    value = s.FloatField(allow_null=True)
    low = s.FloatField(required=False, allow_null=True)
    high = s.FloatField(required=False, allow_null=True)
    mean = s.FloatField(required=False, allow_null=True)


class ReportShape(DefinedShape):
    """A measure over some days."""

    scope = s.CharField()
    to = s.DateField()
    counted_at = s.DateTimeField(allow_null=True)
    waiting = s.IntegerField()
    rounded = s.BooleanField()
    headline = s.FloatField(allow_null=True)
    headline_hidden = s.BooleanField()
    before = s.FloatField(allow_null=True)
    columns = ReportColumnShape(many=True)
    rows = ReportLineShape(many=True)

    def get_fields(self):
        """`from` is no name that Python lets a field have."""
        return super().get_fields() | {"from": s.DateField()}


class ReportPointShape(s.Serializer):
    month = s.DateField()
    value = s.FloatField(allow_null=True)
    whole = s.FloatField(allow_null=True)
    news = s.ChoiceField(["", "outside", "shift", "trend", "near"])
    side = s.ChoiceField(["", "high", "low"])
    over = s.BooleanField()


class ReportRunShape(s.Serializer):
    """A headline month by month; no centre and limits while fewer than twelve months have a number."""

    name = s.CharField()
    unit = s.CharField()
    centre = s.FloatField(allow_null=True)
    low = s.FloatField(allow_null=True)
    high = s.FloatField(allow_null=True)
    points = ReportPointShape(many=True)
