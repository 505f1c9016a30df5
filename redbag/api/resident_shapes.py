"""The shapes of residents and of joining two records of one person."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment, text
from redbag.residents.belongings import CATEGORIES, PLACES


class Contact(s.Serializer):
    name = text(200)
    relation = text(200)
    phone = text(200)
    note = text(200)
    do_not_tell = s.BooleanField(required=False, help_text="must not be told anything")
    do_not_release = s.BooleanField(required=False, help_text="the resident must not be released to them")


class UsualItem(s.Serializer):
    category = s.ChoiceField(choices=list(CATEGORIES))
    description = text(200)
    quantity = s.IntegerField(required=False, min_value=1, max_value=999)
    where = s.ChoiceField(choices=list(PLACES), required=False)


class ResidentChange(s.Serializer):
    title = text(20)
    first_name = s.CharField(max_length=100, required=False)
    last_name = s.CharField(max_length=100, required=False)
    preferred_name = text(100)
    date_of_birth = s.CharField(required=False, help_text="YYYY-MM-DD")
    sex = text(10)
    nhs_number = text(20, allow_null=True, help_text="10 digits; spaces and hyphens are accepted")
    nhs_number_status = text(12)
    room = text(40)
    gp_practice = text(200)
    gp_phone = text(40)
    contacts = Contact(many=True, required=False)
    usual_items = UsualItem(many=True, required=False)


class ResidentPatch(ResidentChange):
    seen = text(40, help_text="the `seen` that was read: 409 changed_meanwhile when the record changed since")


class ResidentNew(ResidentChange):
    home = text(10, help_text="ODS code; may be left out when the caller works at one home")
    first_name = s.CharField(max_length=100)
    last_name = s.CharField(max_length=100)
    date_of_birth = s.CharField(help_text="YYYY-MM-DD")


class ResidentShape(ResidentNew):
    id = s.UUIDField()
    home = s.CharField(help_text="ODS code")
    nhs_number = s.CharField(allow_null=True)
    flags = s.ListField(child=s.CharField())
    archived_at = Moment(allow_null=True)
    merged_into = s.UUIDField(allow_null=True, help_text="the record of the same person that is kept")
    created_at = Moment()
    seen = s.CharField(help_text="a mark of what the record says now")


class ResidentAdded(ResidentShape):
    possible_duplicates = s.ListField(
        child=s.UUIDField(), help_text="records of the home with the same name and birth date"
    )


class MergeNew(s.Serializer):
    other = s.UUIDField(help_text="the record that is put away")
    why = s.CharField(max_length=200)
    take = s.DictField(
        child=s.ChoiceField(choices=["kept", "other", "both"]), required=False, help_text="by name of the section"
    )
    nhs_number = s.ChoiceField(
        choices=["kept", "other"],
        required=False,
        help_text="which NHS number stands; asked for where they differ and the kept one was not checked",
    )


class MergeShape(s.Serializer):
    id = s.UUIDField()
    kept = s.UUIDField()
    other = s.UUIDField()
    why = s.CharField()
    merged_at = Moment()
    by = s.CharField()
    undone_at = Moment(allow_null=True)


class MergeUndone(s.Serializer):
    merge = s.UUIDField()
    why = s.CharField(max_length=200)


class Undone(s.Serializer):
    id = s.UUIDField()
    stays = s.ListField(child=s.CharField(), help_text="what somebody changed since and nobody put back")
