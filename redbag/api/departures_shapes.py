"""What the API says of going home: readiness, plan, answer, and how discharges went."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment
from redbag.departures.actions import LONGEST
from redbag.departures.discharged import PERIODS
from redbag.departures.knowing import TRANSPORT
from redbag.departures.lines import BY_NAME, REASONS, SAYS
from redbag.departures.models import HomeAnswer

DAYS = tuple(str(each) for each in PERIODS)


class ReadyMarkNew(s.Serializer):
    line = s.ChoiceField(choices=list(BY_NAME))
    says = s.ChoiceField(choices=list(SAYS), help_text="what shows by itself (known) cannot be said to be ready")
    reason = s.ChoiceField(
        choices=list(REASONS), required=False, allow_blank=True, help_text="needed with without; each line has its own"
    )
    note = s.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST,
        help_text="needed with home_rung: whom they spoke to, and what they agreed",
    )


class LineShape(s.Serializer):
    line = s.CharField(source="line.name")
    title = s.CharField(source="line.title")
    known = s.BooleanField(source="line.known", help_text="The service sees by itself whether it is ready")
    state = s.ChoiceField(choices=list(SAYS))
    words = s.CharField(help_text="What the service sees of it, in plain English")
    reason = s.CharField(source="mark.reason", default="")
    note = s.CharField(source="mark.note", default="")
    by = s.CharField(source="mark.by", default="")
    at = s.DateTimeField(source="mark.at", default=None, allow_null=True)


class PlanNewShape(s.Serializer):
    leaves_at = Moment(allow_null=True, help_text="null: not going home for now")
    transport = s.ChoiceField(choices=list(TRANSPORT), required=False, allow_blank=True)
    note = s.CharField(required=False, allow_blank=True, max_length=LONGEST)


class PlanShape(s.Serializer):
    id = s.UUIDField()
    organisation = s.CharField(source="organisation.ods_code")
    leaves_at = s.DateTimeField(allow_null=True)
    transport = s.CharField()
    note = s.CharField()
    by = s.CharField(source="by_name")
    at = s.DateTimeField()


class AnswerNewShape(s.Serializer):
    plan = s.UUIDField(help_text="The plan that is answered; 409 when the hospital has told another time since")
    says = s.ChoiceField(choices=HomeAnswer.Says.choices)
    not_before = Moment(required=False, allow_null=True)
    because = s.CharField(required=False, allow_blank=True, max_length=LONGEST)


class AnswerShape(s.Serializer):
    id = s.UUIDField()
    says = s.ChoiceField(choices=HomeAnswer.Says.choices)
    not_before = s.DateTimeField(allow_null=True)
    because = s.CharField()
    by = s.CharField(source="by_name")
    at = s.DateTimeField()


class ReadinessShape(s.Serializer):
    transfer = s.UUIDField(source="transfer.pk")
    letter = s.ChoiceField(
        choices=["none", "draft", "held", "sent", "opened", "read"],
        help_text="opened: looked at, not confirmed; read: somebody at the home has taken it on",
    )
    plan = PlanShape(allow_null=True, help_text="What the home was told last; null when it was told nothing")
    answer = AnswerShape(allow_null=True, help_text="What the home said to this plan; null when nothing yet")
    missing = s.ListField(child=s.CharField(), help_text="What is not ready, in words")
    without = s.ListField(child=s.CharField(), help_text="What they go without, each with why")
    at_night = s.BooleanField(help_text="Leaves between ten at night and six in the morning")
    lines = LineShape(many=True)
    answers = AnswerShape(many=True, help_text="Every answer, the oldest first")


class ScorecardMeasureShape(s.Serializer):
    name = s.CharField(source="measure.name")
    title = s.CharField(source="measure.title")
    of = s.CharField(source="measure.of", help_text="What `total` counts, in words")
    count = s.IntegerField()
    total = s.IntegerField(help_text="0 where nobody recorded anything: no data, which is not none")
    percent = s.IntegerField(allow_null=True)
    transfers = s.ListField(source="journeys", child=s.UUIDField())


class ScorecardShape(s.Serializer):
    since = s.DateTimeField()
    days = s.IntegerField()
    ward = s.CharField()
    wards = s.ListField(child=s.CharField(), help_text="Those they left from in these days")
    departures = s.IntegerField(source="count")
    measures = ScorecardMeasureShape(source="scores", many=True)
