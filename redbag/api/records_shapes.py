"""What the calls about how long records are kept take and answer."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment
from redbag.retention.models import Ending, Passage, RecordExport, RecordRequest


class RecordEndShape(s.Serializer):
    resident = s.UUIDField()
    home = s.CharField(help_text="ODS code")
    rule = s.CharField(help_text="care_record or mental_health")
    ended_on = s.DateField(allow_null=True)
    due_on = s.DateField(allow_null=True)
    is_due = s.BooleanField()
    not_because = s.ListField(child=s.CharField(), help_text="what stands in the way, in words")
    destruction = s.UUIDField(allow_null=True, help_text="one that was proposed and is not done")


class EndToldShape(s.Serializer):
    left_on = s.DateField(required=False, allow_null=True)
    died_on = s.DateField(required=False, allow_null=True)
    last_contact_on = s.DateField(required=False, allow_null=True)
    mental_health = s.BooleanField(required=False)


class KeepLongerShape(s.Serializer):
    until = s.DateField()
    because = s.CharField()


class NewHoldShape(s.Serializer):
    resident = s.UUIDField(required=False, allow_null=True, help_text="empty: every record of the home")
    home = s.CharField(required=False, help_text="ODS code, when you work at several homes")
    asked_by = s.CharField()
    reference = s.CharField(required=False, allow_blank=True)
    reason = s.CharField()


class HoldShape(s.Serializer):
    id = s.UUIDField()
    resident = s.UUIDField(allow_null=True)
    home = s.CharField()
    asked_by = s.CharField()
    reference = s.CharField(allow_blank=True)
    reason = s.CharField()
    placed_at = Moment()
    placed_by = s.CharField()
    lifted_at = Moment(allow_null=True)
    lifted_by = s.CharField(allow_blank=True)


class WhyShape(s.Serializer):
    why = s.CharField()


class NameShape(s.Serializer):
    name = s.CharField(help_text="the name of the resident, typed")


class DestructionShape(s.Serializer):
    id = s.UUIDField()
    resident = s.UUIDField()
    state = s.ChoiceField(choices=Ending.State.choices)
    due_on = s.DateField()
    proposed_by = s.CharField()
    proposed_at = Moment()
    agreed_by = s.CharField(allow_blank=True)
    agreed_at = Moment(allow_null=True)
    stopped_why = s.CharField(allow_blank=True)


class EndedRecordShape(s.Serializer):
    id = s.UUIDField()
    resident = s.UUIDField()
    rule = s.CharField()
    due_on = s.DateField()
    proposed_by = s.CharField()
    agreed_by = s.CharField()
    destroyed_at = Moment()
    counts = s.DictField(child=s.IntegerField())
    digest = s.CharField()


class NewRequestShape(s.Serializer):
    resident = s.UUIDField()
    asked_by = s.CharField()
    standing = s.ChoiceField(choices=RecordRequest.Standing.choices)
    identity_seen = s.CharField(required=False, allow_blank=True)
    received_on = s.DateField()


class RequestClosedShape(s.Serializer):
    outcome = s.ChoiceField(choices=RecordRequest.Outcome.choices)
    words = s.CharField()
    identity_seen = s.CharField(required=False, allow_blank=True)


class RequestShape(s.Serializer):
    id = s.UUIDField()
    resident = s.UUIDField()
    asked_by = s.CharField()
    standing = s.ChoiceField(choices=RecordRequest.Standing.choices)
    identity_seen = s.CharField(allow_blank=True)
    received_on = s.DateField()
    due_on = s.DateField()
    extended_why = s.CharField(allow_blank=True)
    outcome = s.CharField(allow_blank=True)
    closed_at = Moment(allow_null=True)
    exports = s.ListField(child=s.UUIDField())


class PassageShape(s.Serializer):
    id = s.IntegerField()
    heading = s.CharField()
    text = s.CharField(allow_blank=True)
    names = s.ListField(child=s.CharField())
    first = s.BooleanField(help_text="it may have been told in confidence: somebody must look at it")
    decision = s.ChoiceField(choices=Passage.Decision.choices, allow_blank=True)
    reason = s.CharField(allow_blank=True)


class ExportShape(s.Serializer):
    id = s.UUIDField()
    request = s.UUIDField()
    state = s.ChoiceField(choices=RecordExport.State.choices)
    done = s.IntegerField()
    total = s.IntegerField()
    kept_until = Moment(allow_null=True)
    undecided = s.IntegerField()
    passages = PassageShape(many=True)


class DecisionsShape(s.Serializer):
    decisions = s.ListField(child=s.DictField(), help_text="objects with passage, decision (show, names, all), reason")
    make = s.BooleanField(required=False, help_text="have it written out, when everything is decided")
