"""What calls about discharge summaries take and answer."""

from rest_framework import serializers as s

from redbag.api.deliveries_shapes import DeliveryShape
from redbag.api.shapes import Moment, text

STATES = ("reading", "draft", "held", "sent", "superseded")


class DischargeRowShape(s.Serializer):
    id = s.UUIDField()
    transfer = s.UUIDField(allow_null=True)
    home = s.CharField(allow_null=True, help_text="once it was sent, for who had their journey")
    resident = s.UUIDField(allow_null=True, help_text="for their home alone")
    hospital = s.CharField()
    hospital_name = s.CharField()
    source = s.ChoiceField(choices=["hospital", "copied", "mailed"])
    version = s.IntegerField()
    relation = s.ChoiceField(choices=["", "replaces", "appends"])
    follows = s.UUIDField(allow_null=True)
    state = s.ChoiceField(choices=STATES)
    form = s.CharField()
    written_at = Moment()
    sent_at = Moment(allow_null=True)
    opened_at = Moment(allow_null=True)


class SettledShape(s.Serializer):
    at = Moment()
    by = s.CharField()
    taken_back = s.BooleanField()


class DischargeShape(DischargeRowShape):
    headings = s.DictField(child=s.CharField())
    missing_headings = s.ListField(child=s.CharField())
    file = s.CharField(allow_null=True, help_text="address of the original")
    attachments = s.ListField(child=s.CharField(), help_text="PDFs inside it: file?attachment=1 is the first")
    not_understood = s.ListField(child=s.CharField(), help_text="what could not be read, in words")
    cautions = s.ListField(
        child=s.CharField(),
        help_text="what to know before anybody works from it: unread, not final",
    )
    also_counting = s.ListField(
        child=s.UUIDField(), help_text="other letters about the same stay that count beside it, the newest first"
    )
    written_by = s.CharField()
    discharged_at = Moment(allow_null=True)
    acknowledged = s.DictField(allow_null=True)
    medicines = s.ListField(child=s.DictField(), help_text="as far as they could be read one by one, or were typed so")
    allergies = s.ListField(child=s.DictField())
    allergies_say = s.CharField(help_text="listed, none_known, not_available, or empty when nothing coded says")
    urgent_for = s.ListField(child=s.CharField(), help_text="stopped_medicine, new_allergy: it may not wait")
    deliveries = DeliveryShape(many=True)
    held_for = s.ListField(child=s.CharField(), help_text="why it is held, as codes")
    held_because = s.ListField(child=s.CharField(), help_text="the same in words")
    held_at = Moment(allow_null=True)
    settled = SettledShape(allow_null=True)
    ward = s.CharField()


class IdentifiersShape(s.Serializer):
    nhs_number = s.CharField(required=False)
    date_of_birth = s.DateField(required=False)
    first_name = s.CharField(required=False)
    last_name = s.CharField(required=False)


class ArrivalNew(s.Serializer):
    headings = s.DictField(child=s.CharField(), required=False, help_text="text by heading, or a file")
    file = s.CharField(required=False, help_text="base64: a PDF, or a FHIR document in JSON or XML")
    identifiers = IdentifiersShape(required=False, help_text="whom it is about; a FHIR document says so itself")
    home = s.CharField(required=False, help_text="ODS code of the home, where it is known")
    ward = s.CharField(required=False)
    phone = s.CharField(required=False, help_text="where the home can ring about it")
    hospital = s.CharField(required=False, help_text="ODS code, for those who work at several")


class SettleNew(s.Serializer):
    identifiers = IdentifiersShape(required=False, help_text="checked again: look once more")
    transfer = s.UUIDField(required=False, help_text="or: it is about the patient of this journey")
    take_back = s.BooleanField(required=False, help_text="or: it should not have been sent")
    reason = s.CharField(required=False, help_text="asked for with 409 say_why where the document contradicts")


class DischargeNew(s.Serializer):
    headings = s.DictField(child=s.CharField(), help_text="text by heading, e.g. clinical_summary")
    draft = s.BooleanField(required=False)
    relation = s.ChoiceField(choices=["replaces", "appends"], required=False, help_text="to the one sent before")
    medicines = s.ListField(child=s.DictField(), required=False, help_text="name, dose, route, frequency, form, change")
    allergies = s.ListField(child=s.DictField(), required=False, help_text="agent, reaction, severity, status")
    allergies_say = s.ChoiceField(choices=["listed", "none_known", "not_available"], required=False)


class Acknowledge(s.Serializer):
    name = text(150)
    role = text(60)
    did = s.CharField(max_length=1000, required=False, help_text="what was done about it")


class AcknowledgementShape(s.Serializer):
    id = s.UUIDField()
    name = s.CharField()
    role = s.CharField()
    at = Moment()
