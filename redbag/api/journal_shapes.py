"""What the API says of who did and saw what."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment


class EntryShape(s.Serializer):
    id = s.IntegerField()
    action = s.CharField()
    at = Moment()
    subject_type = s.CharField()
    subject = s.UUIDField(allow_null=True)
    resident = s.UUIDField(allow_null=True)
    who = s.CharField(allow_null=True)
    organisation = s.CharField(allow_null=True)
    facts = s.DictField()


class LookShape(s.Serializer):
    who = s.CharField(allow_null=True)
    role = s.CharField(allow_null=True)
    organisation = s.CharField(allow_null=True)
    page = s.CharField()
    at = Moment()
    by = s.CharField()
    way = s.CharField()
    unusual = s.ListField(child=s.CharField())
