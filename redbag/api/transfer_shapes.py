"""What the calls about a journey answer beside the journey itself."""

from rest_framework import serializers as s


class SpokenPart(s.Serializer):
    letter = s.CharField()
    heading = s.CharField()
    sentences = s.ListField(child=s.CharField(), help_text="what to say, a sentence each, without its full stop")


class SpokenShape(s.Serializer):
    sbar = SpokenPart(many=True)
    atmist = SpokenPart(many=True)
