"""The shapes of what is sent and answered, for reading requests and for the OpenAPI document."""

from datetime import datetime

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers as s

from redbag.transfers.contents import CATEGORIES, PLACES
from redbag.transfers.owning import Why
from redbag.transfers.stages import ITEM_STATES, Kind, Stage


class Moment(s.DateTimeField):
    """ISO 8601 with its offset; a naive time is refused."""

    earliest = 2000

    def to_internal_value(self, value):
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise s.ValidationError(
                "Send a time as ISO 8601 with its offset, like 2026-11-21T02:50:00+00:00."
            ) from None
        if moment.tzinfo is None:
            raise s.ValidationError("Send the time with its offset, like +00:00.")
        if not self.earliest <= moment.year <= 2200:
            raise s.ValidationError("Check the year.")
        return moment


class DeviceMoment(Moment):
    """What a device's clock says: one that lost its battery counts from 1970, and is put right by its offset."""

    earliest = 1969


def text(longest: int = 4000, **more):
    """Optional text."""
    return s.CharField(max_length=longest, required=False, allow_blank=True, **more)


def listed(shape: type[s.Serializer]) -> s.Serializer:
    """A page of a list: `results`, and the address of the next page or null."""
    fields = {"results": shape(many=True), "next": s.URLField(allow_null=True)}
    return inline_serializer(f"{shape.__name__}List", fields)


class Reason(s.Serializer):
    concern = text()
    action = text()
    response = text()
    examination = text()
    shared = text()
    last_seen_well = text()
    last_ate = text()
    last_doses = text()
    capacity_today = text(help_text="can they decide about going today?")
    infection_today = text()
    in_charge = text(help_text="who is in charge at the home now")
    family_told = text(help_text="who told whom, when")
    advised = text(help_text="who was rung before leaving, and what they said: a line each, with its time")
    watch_for = text(help_text="what staff watch for when the person stays home")


class ItemNew(s.Serializer):
    id = s.UUIDField(required=False)
    category = s.ChoiceField(choices=list(CATEGORIES))
    description = text(200)
    quantity = s.IntegerField(required=False, min_value=1, max_value=999)
    where = s.ChoiceField(choices=list(PLACES), required=False)
    marks = text(200, help_text="by what it is known again: a name on it, its colour, a chip")
    controlled = s.BooleanField(required=False, help_text="a controlled drug among medicines: count it")
    counted = s.IntegerField(required=False, min_value=0, help_text="how many; needed with `controlled`")


class TransferChange(s.Serializer):
    bag = s.UUIDField(required=False, allow_null=True)
    reason = Reason(required=False)
    ask = text()
    return_when = text()
    destination = text(10, allow_null=True, help_text="ODS code")
    destination_place = text(100)
    destination_text = text(200)
    items = ItemNew(many=True, required=False)


class TransferNew(TransferChange):
    id = s.UUIDField(required=False)
    resident = s.UUIDField()
    occurred_at = Moment(required=False)


class HolderShape(s.Serializer):
    organisation = s.CharField(allow_null=True, help_text="ODS code")
    name = s.CharField()
    place = s.CharField()
    since = Moment()
    confirmed = s.BooleanField()


class OwnerShape(s.Serializer):
    organisation = s.CharField(help_text="ODS code of who must act next")
    why = s.ChoiceField(choices=[each.value for each in Why])


class TransferRow(s.Serializer):
    id = s.UUIDField()
    resident = s.UUIDField()
    home = s.CharField()
    bag = s.UUIDField(allow_null=True)
    stage = s.ChoiceField(choices=Stage.choices)
    destination = s.CharField(allow_null=True)
    destination_place = s.CharField()
    destination_text = s.CharField()
    packed_at = Moment()
    stage_since = Moment()
    closed_at = Moment(allow_null=True)
    holder = HolderShape()
    awaiting = s.CharField(allow_null=True)
    owner = OwnerShape()
    apart_since = Moment(allow_null=True, help_text="since when resident and bag are not in one place")
    flags = s.ListField(child=s.CharField())
    snapshot_hash = s.CharField()


class FactShape(s.Serializer):
    id = s.UUIDField()
    kind = s.ChoiceField(choices=Kind.choices)
    occurred_at = Moment()
    claimed_at = Moment()
    recorded_at = Moment()
    organisation = s.CharField()
    by = s.CharField()
    to = s.CharField(allow_null=True)
    to_name = s.CharField()
    from_name = s.CharField()
    place = s.CharField()
    outcome = s.CharField(allow_null=True)
    reason = s.CharField()
    fact = s.UUIDField(allow_null=True)
    items = s.ListField(child=s.DictField())
    content = s.DictField()
    flags = s.ListField(child=s.CharField())
    voided_by = s.UUIDField(allow_null=True)


class ItemSeen(s.Serializer):
    leg = s.CharField()
    state = s.ChoiceField(choices=ITEM_STATES)
    at = Moment()
    organisation = s.CharField()
    fact = s.UUIDField()
    note = s.CharField()
    differs = s.BooleanField()


class ItemShape(s.Serializer):
    id = s.UUIDField()
    category = s.CharField()
    description = s.CharField()
    quantity = s.IntegerField()
    where = s.CharField()
    came_as = s.CharField()
    marks = s.CharField(allow_blank=True)
    controlled = s.BooleanField()
    counted = s.IntegerField(allow_null=True)
    state = s.CharField()
    states = ItemSeen(many=True)


class TransferShape(TransferRow):
    reason = Reason()
    ask = s.CharField()
    return_when = s.CharField()
    items = ItemShape(many=True)
    contents = ItemShape(many=True)
    timeline = FactShape(many=True)
    discharge_summaries = s.ListField(child=s.UUIDField())
    handover_code = s.CharField(allow_null=True)


class HandoverCode(s.Serializer):
    code = s.CharField()
    address = s.CharField(help_text="what the QR beside the code says")
    expires_at = Moment()
