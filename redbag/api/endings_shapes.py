"""What the API says of a death on a journey, of belongings that were given, and of another bag."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment, text
from redbag.transfers.deaths import FAMILY, HOLDS, LONGEST, TASKS
from redbag.transfers.releases import STANDINGS


class FamilyNew(s.Serializer):
    family_told = s.ChoiceField(choices=list(FAMILY))
    family_told_by = text(150, help_text="needed with yes")
    family_told_at = Moment(required=False)


class DeathNew(FamilyNew):
    id = s.UUIDField(required=False, help_text="of the fact: sent again, nothing changes")
    died_at = Moment(required=False)


class DeathShape(s.Serializer):
    id = s.UUIDField()
    died_at = Moment(allow_null=True)
    family_told = s.CharField()
    family_told_by = s.CharField()
    family_told_at = Moment(allow_null=True)
    said_at = Moment()
    said_by = s.CharField(source="said_by_name")
    said_for = s.CharField(source="said_for.ods_code")
    confirmed_at = Moment(allow_null=True)
    confirmed_by = s.CharField(source="confirmed_by_name")
    hold = s.CharField(help_text="coroner, police or empty")
    hold_note = s.CharField()
    done = s.DictField(help_text="what the home has seen to: when and by whom, by task")


class WhyNew(s.Serializer):
    why = s.CharField(max_length=LONGEST)


class HoldNew(s.Serializer):
    hold = s.ChoiceField(choices=list(HOLDS), allow_blank=True)
    note = text(LONGEST)


class TaskNew(s.Serializer):
    task = s.ChoiceField(choices=list(TASKS))
    done = s.BooleanField(required=False, default=True)


class ReleaseNew(s.Serializer):
    to_name = s.CharField(max_length=150)
    standing = s.ChoiceField(choices=list(STANDINGS))
    items = s.ListField(child=s.UUIDField(), min_length=1)
    sure = s.BooleanField(
        required=False, default=False, help_text="somebody looked into it: a contact marked do not release may have it"
    )


class ReleaseShape(s.Serializer):
    id = s.UUIDField()
    to_name = s.CharField()
    standing = s.CharField()
    items = s.ListField(child=s.DictField())
    released_at = Moment()
    by = s.CharField(source="by_name")


class SwapNew(s.Serializer):
    bag = s.UUIDField(allow_null=True, help_text="null: they go on without a bag")
    reason = s.CharField(max_length=200)
    release = s.BooleanField(
        required=False, default=False, help_text="the bag is in hand: the journey it is still on ends or goes without"
    )


class SwapShape(s.Serializer):
    id = s.UUIDField()
    before = s.UUIDField(source="before_id", allow_null=True)
    after = s.UUIDField(source="after_id", allow_null=True)
    reason = s.CharField()
    at = Moment()
    by = s.CharField(source="by_name")
