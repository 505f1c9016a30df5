"""What the API says of the papers of a journey."""

from rest_framework import serializers


class ReaderShape(serializers.Serializer):
    name = serializers.CharField(help_text="As they typed it; nobody has checked it")
    role = serializers.CharField()
    organisation = serializers.CharField()
    opened_at = serializers.DateTimeField()


class SheetShape(serializers.Serializer):
    printed = serializers.BooleanField(help_text="Whether a square was made yet: it is when the papers are drawn")
    open = serializers.BooleanField(help_text="Whether it opens the page behind it now")
    stopped_at = serializers.DateTimeField(allow_null=True)
    stopped_by = serializers.CharField()
    readers = ReaderShape(many=True)
