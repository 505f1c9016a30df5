"""The shapes of calls about papers and pictures."""

from functools import cache

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers as s

from redbag.api.shapes import Moment, text
from redbag.documents.models import Document


class DocumentNew(s.Serializer):
    file = s.FileField(help_text="PDF, JPEG, PNG or WebP, judged by its content; 20 MB and 60 pages at most")
    kind = s.ChoiceField(choices=Document.Kind.choices)
    title = text(150)
    dated_on = s.CharField(required=False, help_text="the date on the document, YYYY-MM-DD")
    look_again_on = s.CharField(
        required=False, allow_blank=True, help_text="left out: as its kind has it; empty: never; YYYY-MM-DD"
    )
    restricted = s.BooleanField(required=False, help_text="left out: true for a photo of skin or wound, else false")


class DocumentShape(s.Serializer):
    id = s.UUIDField()
    resident = s.UUIDField()
    kind = s.ChoiceField(choices=Document.Kind.choices)
    title = s.CharField()
    name = s.CharField()
    content_type = s.ChoiceField(choices=["application/pdf", "image/jpeg"])
    digest = s.CharField(help_text="SHA-256 of the file as it is kept, 64 hex digits")
    size = s.IntegerField()
    pages = s.IntegerField()
    dated_on = s.DateField(allow_null=True)
    look_again_on = s.DateField(allow_null=True)
    said = s.CharField(help_text="what to know of its date, in words; a decision is never called old")
    is_decision = s.BooleanField()
    restricted = s.BooleanField()
    added_at = Moment()
    added_by = s.CharField()
    removed_at = Moment(allow_null=True)
    removed_by = s.CharField(allow_null=True)
    removed_why = s.CharField(allow_null=True)


class DocumentChange(s.Serializer):
    restricted = s.BooleanField()


class SlipShape(s.Serializer):
    id = s.UUIDField()
    kind = s.ChoiceField(choices=Document.Kind.choices)
    added_at = Moment()
    removed_at = Moment(allow_null=True)


class DocumentRemoval(s.Serializer):
    why = s.CharField(max_length=200)


@cache  # one class: of two with one name the document would tell only one
def documents_shape() -> s.Serializer:
    """All papers of a resident; how many more there are that the caller may not see, and which of them they added."""
    fields = {"results": DocumentShape(many=True), "next": s.URLField(allow_null=True), "hidden": s.IntegerField()}
    return inline_serializer("DocumentShapeList", {**fields, "hidden_yours": SlipShape(many=True)})
