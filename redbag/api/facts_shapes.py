"""What phones send of what they saw, and what they are answered."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment, TransferShape, text
from redbag.transfers.stages import ITEM_STATES, Outcome


class FactItem(s.Serializer):
    item = s.UUIDField()
    state = s.ChoiceField(choices=ITEM_STATES)
    note = text(200)
    category = text(30)
    description = text(200)
    quantity = s.IntegerField(required=False)


class FactNew(s.Serializer):
    id = s.UUIDField()
    kind = s.ChoiceField(choices=["handoff", "check", "opened", "outcome", "void"])
    token = text(300)
    transfer = s.UUIDField(required=False)
    occurred_at = Moment()
    organisation = text(10)
    to = text(10)
    to_text = text(200)
    to_name = text(150)
    from_name = text(150)
    place = text(100)
    place_token = text(300, help_text="what the QR on the wall of a ward says: fills place")
    handover_code = text(20, help_text="of the giver's screen; proves both sides when the receiver sends it")
    identity = s.DictField(child=s.BooleanField(), required=False, help_text="photo, born, wristband: what was checked")
    seal = text(40)
    signature = s.UUIDField(required=False)
    items = FactItem(many=True, required=False)
    outcome = s.ChoiceField(choices=Outcome.choices, required=False)
    details = s.DictField(
        required=False,
        help_text="at an outcome: where, who, phone, advised_by, watch_for, why, expected, note, "
        "bag (with_them, stays), together (true: resident and bag have met again); "
        "`to` names another home, hospital or the ambulance service",
    )
    fact = s.UUIDField(required=False)
    reason = text(500)


class FactResult(s.Serializer):
    id = s.CharField()
    outcome = s.ChoiceField(choices=["created", "duplicate", "quarantined"])
    flags = s.ListField(child=s.CharField())
    reason = s.CharField(allow_null=True)
    errors = s.DictField(child=s.CharField(), required=False)
    transfer = s.UUIDField(allow_null=True)
    stage = s.CharField(allow_null=True)


class FactsAnswer(s.Serializer):
    received_at = Moment()
    results = FactResult(many=True)


class ScanShape(s.Serializer):
    view = s.ChoiceField(choices=["found", "emergency", "clinical", "home"])
    known = s.BooleanField()
    voided = s.BooleanField()
    bag = s.DictField(allow_null=True)
    home = s.DictField(allow_null=True)
    transfer = TransferShape(required=False, allow_null=True)
    patient = s.DictField(required=False, allow_null=True)
    summary = s.DictField(required=False)
