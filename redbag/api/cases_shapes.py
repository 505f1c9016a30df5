"""What the calls about things that are not found yet take and answer."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment
from redbag.transfers.case_models import Case, CaseStep
from redbag.transfers.case_work import AT_HOME, ELSEWHERE


class CaseStepShape(s.Serializer):
    id = s.UUIDField()
    kind = s.ChoiceField(choices=CaseStep.Kind.choices)
    words = s.CharField(allow_blank=True)
    at = Moment()
    by = s.CharField()


class CaseToldShape(s.Serializer):
    words = s.CharField()
    at = Moment()
    by = s.CharField(help_text="who says so")


class CaseShape(s.Serializer):
    id = s.UUIDField()
    transfer = s.UUIDField()
    item = s.UUIDField()
    category = s.CharField()
    description = s.CharField(allow_blank=True)
    marks = s.CharField(allow_blank=True)
    opened_at = Moment()
    opened_by = s.UUIDField(help_text="the fact that missed it first")
    last_seen = CaseToldShape(allow_null=True)
    since = CaseToldShape(many=True, help_text="the hand-overs after it was last seen")
    asked = s.CharField(allow_null=True, help_text="ODS code of whom the home asks")
    asked_words = s.CharField(allow_blank=True)
    outcome = s.ChoiceField(choices=Case.Outcome.choices, allow_null=True)
    closed_at = Moment(allow_null=True)
    owner = s.UUIDField(allow_null=True, required=False, help_text="for the home alone, like what follows")
    owner_name = s.CharField(allow_blank=True, required=False)
    due_on = s.DateField(required=False)
    overdue = s.BooleanField(required=False)
    value_pence = s.IntegerField(allow_null=True, required=False)
    steps = CaseStepShape(many=True, help_text="for whoever is asked: the answers from outside the home")


class CasesShape(s.Serializer):
    results = CaseShape(many=True)
    next = s.CharField(allow_null=True)


class CaseChange(s.Serializer):
    owner = s.UUIDField(required=False)
    due_on = s.DateField(required=False)
    value_pence = s.IntegerField(required=False, allow_null=True)
    asked_text = s.CharField(required=False, max_length=200)
    outcome = s.ChoiceField(
        choices=Case.Outcome.choices, required=False, allow_blank=True, help_text="empty: open again"
    )
    why = s.CharField(required=False, allow_blank=True, max_length=1000)


class CaseStepNew(s.Serializer):
    id = s.UUIDField(required=False, help_text="sent twice it is one step")
    kind = s.ChoiceField(choices=[*AT_HOME, *ELSEWHERE], help_text="the first three are the home's")
    words = s.CharField(required=False, allow_blank=True, max_length=1000)


class ItemPhotoNew(s.Serializer):
    file = s.FileField(help_text="JPEG, PNG or WebP; made anew without place or camera")


class ItemPhotoShape(s.Serializer):
    item = s.UUIDField()
    taken_at = Moment()
    by = s.CharField()
