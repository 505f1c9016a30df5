"""The shapes of body maps: marks, looks, and how the skin differed around a journey."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment, text
from redbag.summaries.body_parts import SIDES
from redbag.summaries.marks import CATEGORIES, KINDS
from redbag.summaries.models import BodyMap

WHEN = "home: a day at home; leaving: going to hospital; return: coming back"


class MarkNew(s.Serializer):
    id = s.UUIDField(required=False, help_text="of a mark that is on the map; left out for a new one")
    kind = s.ChoiceField(choices=list(KINDS))
    category = s.ChoiceField(choices=["", *CATEGORIES], required=False, help_text="of a pressure area")
    side = s.ChoiceField(choices=list(SIDES))
    x = s.IntegerField(min_value=0, max_value=1000, help_text="thousandths of the outline's width")
    y = s.IntegerField(min_value=0, max_value=1000, help_text="thousandths of the outline's height")
    where = text(100, help_text="left out: in words from the point")
    note = text(500)
    first_seen = s.CharField(required=False, allow_blank=True, help_text="YYYY-MM-DD")


class MarkShape(MarkNew):
    id = s.UUIDField()
    said = s.CharField(help_text="the mark on one line")


class BodyMapNew(s.Serializer):
    checked = s.BooleanField()
    moment = s.ChoiceField(choices=BodyMap.Moment.choices, help_text=WHEN)
    marks = MarkNew(many=True, required=False, help_text="all there are; left out: as on the newest map")
    seen_at = Moment(required=False)
    why_not = text(200, help_text="when not checked")
    after = s.UUIDField(required=False, help_text="the map that was read; 409 when it is no longer the newest")


class BodyMapShape(s.Serializer):
    id = s.UUIDField()
    checked = s.BooleanField()
    moment = s.ChoiceField(choices=BodyMap.Moment.choices)
    marks = MarkShape(many=True)
    why_not = s.CharField()
    seen_at = Moment()
    recorded_at = Moment()
    by = s.CharField()


class MarkDifferenceShape(s.Serializer):
    before = MarkShape(allow_null=True)
    after = MarkShape(allow_null=True)
    said = s.CharField()


class SkinShape(s.Serializer):
    before = BodyMapShape(allow_null=True, help_text="the home's newest map before leaving")
    looked_that_day = s.BooleanField(help_text="whether it is of the day of leaving")
    not_looked = BodyMapShape(allow_null=True, help_text="the home's 'not checked' on leaving")
    after = BodyMapShape(allow_null=True, help_text="what was seen on return")
    unseen = BodyMapShape(allow_null=True, help_text="the home's 'not checked' on return")
    differences = MarkDifferenceShape(many=True)
