"""What calls about vital signs take and answer, for the document of the API."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment


class ObservationNew(s.Serializer):
    respiratory_rate = s.IntegerField(required=False, allow_null=True)
    spo2 = s.IntegerField(required=False, allow_null=True)
    spo2_scale = s.IntegerField(required=False, min_value=1, max_value=2)
    scale2_by = s.CharField(required=False, help_text="which clinician set SpO2 scale 2, when; kept if nobody had")
    on_oxygen = s.BooleanField(required=False, allow_null=True)
    systolic_bp = s.IntegerField(required=False, allow_null=True)
    pulse = s.IntegerField(required=False, allow_null=True)
    acvpu = s.ChoiceField(
        choices=["A", "C", "V", "P", "U"], required=False, allow_null=True, help_text="C is new confusion only"
    )
    temperature = s.DecimalField(4, 1, required=False, allow_null=True, coerce_to_string=False)
    taken_at = Moment(required=False)
    baseline = s.BooleanField(required=False)


class ScoreTold(s.Serializer):
    id = s.UUIDField()
    score = s.IntegerField(allow_null=True)
    complete = s.BooleanField()
    missing = s.ListField(child=s.CharField())
    band = s.CharField(allow_null=True)
    at_least = s.CharField(allow_null=True)
    red_parameters = s.ListField(child=s.CharField())
    points = s.DictField(child=s.IntegerField())
    scale = s.IntegerField()
    scale_words = s.CharField(help_text="who set SpO2 scale 2, or that nobody wrote it")
    refused = s.CharField(allow_null=True, help_text="why NEWS2 does not hold: under 16, or pregnancy")
    hidden = s.CharField(allow_null=True, help_text="why a score is not told: the plan is comfort care")
    snomed = s.DictField(child=s.CharField(), help_text="SNOMED CT code of the score and of each parameter's points")
    snomed_to_confirm = s.ListField(child=s.CharField(), help_text="whose code is not yet confirmed")
    advice = s.CharField()
    acknowledgement = s.CharField()


class ScoreShape(ScoreTold):
    kept = s.CharField(allow_null=True, help_text="that the temperature was rounded to one decimal")


class ReadingsShape(s.Serializer):
    respiratory_rate = s.IntegerField(allow_null=True)
    spo2 = s.IntegerField(allow_null=True)
    on_oxygen = s.BooleanField(allow_null=True)
    systolic_bp = s.IntegerField(allow_null=True)
    pulse = s.IntegerField(allow_null=True)
    acvpu = s.CharField(allow_null=True)
    temperature = s.FloatField(allow_null=True)


class ObservationShape(ScoreTold):
    taken_at = Moment()
    by = s.CharField()
    baseline = s.BooleanField()
    readings = ReadingsShape()


class ObservationsShape(s.Serializer):
    results = ObservationShape(many=True)
    no_score = s.CharField(help_text="why no score is told of this person now; empty when one is")
