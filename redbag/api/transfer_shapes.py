"""What the calls about a journey answer beside the journey itself."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment, TransferShape


class SpokenPart(s.Serializer):
    letter = s.CharField(allow_blank=True, help_text="empty for what stands before and after the letters")
    heading = s.CharField()
    sentences = s.ListField(child=s.CharField(), help_text="what to say, a sentence each, without its full stop")


class SpokenShape(s.Serializer):
    sbar = SpokenPart(many=True)
    atmist = SpokenPart(many=True)
    not_aloud = s.ListField(child=s.CharField(), help_text="who must not be told, for the reader's eyes alone")


class SentMeanwhileShape(s.Serializer):
    section = s.CharField(help_text="a section of the summary, or person, skin or documents")
    title = s.CharField()
    label = s.CharField()
    before = s.CharField(allow_blank=True, help_text="empty for what is new")
    after = s.CharField(allow_blank=True, help_text="empty for what is no longer there")
    words = s.CharField()


class ChangesShape(s.Serializer):
    transfer = s.UUIDField(help_text="the journey before, with which this one was compared")
    taken_at = Moment()
    hash = s.CharField()
    changes = SentMeanwhileShape(many=True)


class TransferWithChanges(TransferShape):
    changes_since_last = ChangesShape(
        allow_null=True, help_text="what differs from what left the home last time; null on a first journey"
    )
