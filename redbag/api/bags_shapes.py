"""What the calls about bags, labels and tags take and answer."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment, text
from redbag.bags.layouts import LAYOUTS
from redbag.bags.life import STEPS
from redbag.bags.models import State
from redbag.residents.belongings import CATEGORIES


class BagNew(s.Serializer):
    tracker = s.CharField(max_length=30)
    home = text(10)


class BagShape(s.Serializer):
    id = s.UUIDField()
    tracker = s.CharField()
    home = s.CharField()
    state = s.ChoiceField(choices=State.values)
    since = Moment(help_text="since when it is in this state")
    short_code = s.CharField()


class BagWithToken(BagShape):
    token = s.CharField()
    address = s.CharField(help_text="what the label's QR opens")


class Reissue(s.Serializer):
    reason = s.CharField(max_length=200)
    instead_of = text(12, help_text="the short code that is replaced; when it was replaced meanwhile, nothing is made")


class LabelsNew(s.Serializer):
    bags = s.ListField(child=s.UUIDField(), required=False)
    blanks = s.IntegerField(required=False, min_value=0)
    tags = s.ListField(child=s.UUIDField(), required=False, help_text="small tags of one home, on a layout for tags")
    layout = s.ChoiceField(choices=list(LAYOUTS))
    reason = s.CharField(max_length=200)
    home = text(10)


class PrintJobShape(s.Serializer):
    id = s.UUIDField()
    home = s.CharField()
    state = s.ChoiceField(choices=["waiting", "running", "done", "failed"])
    done = s.IntegerField()
    total = s.IntegerField()
    reprints = s.IntegerField(help_text="how many of them had been printed before")
    layout = s.CharField()
    reason = s.CharField()
    asked_by = s.CharField()
    asked_at = Moment()
    error = s.CharField(allow_null=True)


class PrintShape(s.Serializer):
    job = s.UUIDField()
    short_code = s.CharField()
    kind = s.ChoiceField(choices=["label", "tag"])
    reprint = s.BooleanField()
    layout = s.CharField()
    reason = s.CharField()
    asked_by = s.CharField()
    asked_at = Moment()


class BagChange(s.Serializer):
    tracker = s.CharField(max_length=30)


class StepNew(s.Serializer):
    step = s.ChoiceField(choices=list(STEPS))
    reason = text(200)
    until = s.DateField(required=False, allow_null=True, help_text="only for set_aside")
    authorised_by = text(200, help_text="only for dispose: who agreed, name and role")


class StepShape(s.Serializer):
    id = s.UUIDField()
    before = s.ChoiceField(choices=State.values)
    after = s.ChoiceField(choices=State.values)
    reason = s.CharField()
    until = s.DateField(allow_null=True)
    authorised_by = s.CharField()
    at = Moment()
    by = s.CharField()


class ClaimNew(s.Serializer):
    label = s.CharField(max_length=300, help_text="what was scanned, or the short code")
    tracker = text(30, help_text="of a new bag")
    bag = s.UUIDField(required=False, allow_null=True, help_text="a bag whose label is lost")


class TagNew(s.Serializer):
    category = s.ChoiceField(choices=list(CATEGORIES))
    words = text(40, help_text="what stands on the tag; names nobody")


class TagShape(s.Serializer):
    id = s.UUIDField()
    category = s.ChoiceField(choices=list(CATEGORIES))
    words = s.CharField()
    short_code = s.CharField()
    issued_at = Moment()


class OverdueShape(s.Serializer):
    transfer = s.UUIDField()
    bag = s.UUIDField()
    tracker = s.CharField()
    holder = s.CharField(help_text="who has it, in words")
    since = Moment()
    due_at = Moment()
    chased_at = Moment(allow_null=True)
    chased_by = s.CharField(allow_null=True)


class ChaseShape(s.Serializer):
    id = s.UUIDField(help_text="the note that asks")
    words = s.CharField()
    written_at = Moment()
    by = s.CharField()
    sent = s.BooleanField(help_text="false when somebody had asked within ten minutes: nothing more was sent")
