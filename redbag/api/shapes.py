"""The shapes of what is sent and answered, for reading requests and for the OpenAPI document."""

from datetime import datetime

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers as s

from redbag.api.second_step_shapes import SecondFactorShape
from redbag.organisations.models import Role
from redbag.transfers.contents import CATEGORIES, PLACES
from redbag.transfers.owning import Why
from redbag.transfers.stages import ITEM_STATES, Kind, Outcome, Stage


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


class MembershipShape(s.Serializer):
    organisation = s.CharField(help_text="ODS code")
    name = s.CharField()
    kind = s.CharField()
    role = s.ChoiceField(choices=Role.choices)
    may = s.ListField(child=s.CharField())
    medicines_trained = s.BooleanField(help_text="may decide medicines after a stay")


class UserShape(s.Serializer):
    id = s.UUIDField(allow_null=True)
    name = s.CharField()
    email = s.EmailField(allow_null=True)


class SignIn(s.Serializer):
    email = s.CharField()
    password = s.CharField(trim_whitespace=False)
    code = s.CharField(
        required=False, allow_blank=True, max_length=100, help_text="second step: six digits, or a recovery code"
    )


class Session(s.Serializer):
    token = s.CharField()
    facts_token = s.CharField()
    expires_at = Moment()
    user = UserShape()
    memberships = MembershipShape(many=True)


class Me(s.Serializer):
    user = UserShape(allow_null=True)
    key = s.UUIDField(allow_null=True)
    memberships = MembershipShape(many=True)
    second_factor = SecondFactorShape(allow_null=True, help_text="null for an organisation's key")


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


class FactsNew(s.Serializer):
    sent_at = DeviceMoment()
    facts = FactNew(many=True)


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


class DischargeNew(s.Serializer):
    headings = s.DictField(child=s.CharField(), help_text="text by heading, e.g. clinical_summary")
    draft = s.BooleanField(required=False)
    relation = s.ChoiceField(choices=["replaces", "appends"], required=False, help_text="to the one sent before")
    medicines = s.ListField(child=s.DictField(), required=False, help_text="name, dose, route, frequency, form, change")
    allergies = s.ListField(child=s.DictField(), required=False, help_text="agent, reaction, severity, status")
    allergies_say = s.ChoiceField(choices=["listed", "none_known", "not_available"], required=False)


class DeliveryShape(s.Serializer):
    id = s.UUIDField()
    channel = s.CharField()
    address = s.CharField(allow_null=True)
    type = s.CharField()
    subject = s.UUIDField()
    state = s.ChoiceField(choices=["DUE", "SENDING", "DELIVERED", "FAILED", "PARKED"])
    next_attempt_at = Moment(allow_null=True)
    created_at = Moment()
    attempts = s.ListField(child=s.DictField(), required=False)


class Acknowledge(s.Serializer):
    name = text(150)
    role = text(60)
    did = s.CharField(max_length=1000, required=False, help_text="what was done about it")


class AcknowledgementShape(s.Serializer):
    id = s.UUIDField()
    name = s.CharField()
    role = s.CharField()
    at = Moment()


class EndpointNew(s.Serializer):
    kind = s.ChoiceField(choices=["webhook", "email", "fhir", "sms"])
    address = s.CharField(max_length=500)
    events = s.ListField(child=s.CharField(), required=False)
    fallback_of = s.UUIDField(required=False, allow_null=True)
    organisation = text(10)


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
