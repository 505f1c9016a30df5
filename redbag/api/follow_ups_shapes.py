"""What calls about following up a stay take and answer."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment
from redbag.discharges.models import FollowUp

OWNERS = FollowUp.Owner.values


class FollowUpShape(s.Serializer):
    id = s.UUIDField()
    discharge_summary = s.UUIDField()
    text = s.CharField(help_text="word for word where the letter says it")
    owner = s.ChoiceField(choices=OWNERS)
    owner_text = s.CharField(help_text="empty with owner other: somebody must decide who")
    due_on = s.DateField(allow_null=True)
    from_letter = s.BooleanField()
    from_version_before = s.BooleanField(help_text="a replaced version asked for it, and nobody has done it")
    done_at = Moment(allow_null=True)
    done_by = s.CharField()
    note = s.CharField(help_text="what came of it, or why it is not done after all")
    changed_at = Moment(allow_null=True)
    changed_by = s.CharField()


class FollowUpsShape(s.Serializer):
    results = FollowUpShape(many=True)


class FollowUpChange(s.Serializer):
    owner = s.ChoiceField(choices=OWNERS, required=False)
    owner_text = s.CharField(max_length=150, required=False, allow_blank=True)
    due_on = s.DateField(required=False, allow_null=True)


class FollowUpNew(FollowUpChange):
    text = s.CharField(max_length=2000)
    owner = s.ChoiceField(choices=OWNERS, default=FollowUp.Owner.HOME)


class FollowUpDone(s.Serializer):
    note = s.CharField(max_length=1000, required=False, allow_blank=True)


class FollowUpUndone(s.Serializer):
    why = s.CharField(max_length=1000)
