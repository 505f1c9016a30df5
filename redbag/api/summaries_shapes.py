"""What calls about the health summary take and answer, made from the definitions of its sections."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment
from redbag.summaries.fields import LEVELS, LONGEST, MOST_ROWS, Field, Section
from redbag.summaries.sections import SECTIONS

LEVEL_CHOICES = [("", "Not filled in"), *LEVELS]


class LevelShape(s.Serializer):
    usual = s.ChoiceField(choices=LEVEL_CHOICES, required=False, help_text="as they are when well")
    now = s.ChoiceField(choices=LEVEL_CHOICES, required=False, help_text="as they were when this was written")
    note = s.CharField(required=False, allow_blank=True)


def _camel(*names: str) -> str:
    return "".join(word.capitalize() for name in names for word in name.split("_"))


def _shape(owner: str, field: Field) -> s.Field:
    """The OpenAPI of one field; nothing is compulsory, and what is left out is not filled in."""
    told = ". ".join(filter(None, (field.label, field.hint, field.unit and f"In {field.unit}")))
    common = {"required": False, "help_text": told}
    if field.kind == "rows":
        columns = {column.name: _shape(f"{owner}_{field.name}", column) for column in field.columns}
        row = type(f"{_camel(owner, field.name)}Row", (s.Serializer,), columns)
        return row(many=True, max_length=MOST_ROWS, **common)
    if field.kind == "levels":
        return LevelShape(**common)
    if field.kind == "tick":
        return s.BooleanField(**common)
    if field.kind == "choice":
        return s.ChoiceField(choices=list(field.choices), **common)
    if field.kind == "date":
        common["help_text"] = f"{told}. ISO 8601 (3/5/2026 is taken too), or empty"
    if field.kind == "number":
        common["help_text"] = f"{told}. Decimal digits as text, or empty"
    return s.CharField(allow_blank=True, max_length=LONGEST, **common)


def _content(section: Section) -> s.Serializer:
    fields = {field.name: _shape(section.name, field) for field in section.fields}
    return type(f"{_camel(section.name)}Content", (s.Serializer,), fields)


class MustPartShape(s.Serializer):
    label = s.CharField()
    told = s.CharField(help_text="what is known, in words; empty when it is not")
    points = s.IntegerField(allow_null=True)


class MustShape(s.Serializer):
    total = s.IntegerField(allow_null=True, help_text="null unless every part is known")
    band = s.ChoiceField(choices=["low", "medium", "high"], allow_null=True)
    already_high = s.BooleanField(help_text="the known parts alone make it high")
    bmi = s.CharField(allow_null=True)
    missing = s.ListField(child=s.CharField())
    parts = MustPartShape(many=True)


class SectionShape(s.Serializer):
    title = s.CharField()
    version = s.IntegerField(help_text="0 when nobody has written it")
    author = s.CharField(allow_null=True)
    written_at = Moment(allow_null=True)
    verified_at = Moment(allow_null=True)
    verified_by = s.CharField(allow_null=True)
    completeness = s.IntegerField(help_text="per cent")
    due = s.BooleanField(help_text="older than its limit: still right?")
    unanswered = s.ListField(child=s.CharField(), help_text="labels of what counts and is not filled in")
    reminders = s.ListField(child=s.CharField(), help_text="what the section asks of the home")
    codes = s.DictField(child=s.CharField(), help_text="SNOMED CT concept by field, where one is known")


CONTENTS = {each.name: _content(each) for each in SECTIONS}  # one class each: of two, the document would name only one


def _section(section: Section) -> s.Serializer:
    extra = {"content": CONTENTS[section.name]()}
    if section.name == "scores":
        extra["must"] = MustShape(help_text="MUST (BAPEN) from this section")
    return type(f"{_camel(section.name)}Section", (SectionShape,), extra)()


SectionsShape = type("SectionsShape", (s.Serializer,), {each.name: _section(each) for each in SECTIONS})
SectionsChange = type(
    "SectionsChange",
    (s.Serializer,),
    {
        each.name: type(f"{_camel(each.name)}Change", (s.Serializer,), {"content": CONTENTS[each.name]()})(
            required=False
        )
        for each in SECTIONS
    },
)


class SummaryShape(s.Serializer):
    resident = s.UUIDField()
    sections = SectionsShape()


class SummaryChange(s.Serializer):
    sections = SectionsChange(help_text="the sections to replace, each whole: what is left out of one is emptied")


class ChangeShape(s.Serializer):
    label = s.CharField()
    before = s.CharField(help_text="empty for what came")
    after = s.CharField(help_text="empty for what went")


class VersionShape(s.Serializer):
    version = s.IntegerField()
    author = s.CharField()
    written_at = Moment()
    content = s.DictField()
    changes = ChangeShape(many=True, help_text="against the version before it")


class DifferencesShape(s.Serializer):
    older = s.IntegerField()
    newer = s.IntegerField()
    changes = ChangeShape(many=True)
