"""What the API says of the notes between home and ward."""

from rest_framework import serializers

from redbag.notes.actions import LONGEST


class NoteShape(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=["note", "chase"], help_text="chase: the home asks where its bag is")
    organisation = serializers.CharField(source="organisation.ods_code")
    by = serializers.CharField(source="by_name")
    words = serializers.CharField()
    written_at = serializers.DateTimeField()
    answers = serializers.UUIDField(source="answers_id", allow_null=True)
    reply_by = serializers.DateTimeField(
        allow_null=True, help_text="Set only where the ward it was written to promises an answer"
    )
    read_at = serializers.DateTimeField(allow_null=True)
    read_by = serializers.CharField(source="read_by_name")


class WriteNoteShape(serializers.Serializer):
    id = serializers.UUIDField(required=False, help_text="Made by the caller: sent again, nothing changes")
    words = serializers.CharField(max_length=LONGEST)
    answers = serializers.UUIDField(required=False, help_text="The note this one answers")
    kind = serializers.ChoiceField(choices=["note", "chase"], required=False)
