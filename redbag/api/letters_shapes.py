"""The shapes of calls about letters on paper and by mail."""

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers as s

from redbag.api.shapes import Moment
from redbag.discharges.filing import SEEN
from redbag.discharges.mail import Outcome
from redbag.discharges.mail_settling import REASONS


class LetterTold(s.Serializer):
    hospital = s.CharField(required=False, help_text="ODS code of the hospital that wrote it")
    hospital_name = s.CharField(required=False, help_text="its name, when it has no code here")
    dated_on = s.DateField(required=False, help_text="the date on the letter")
    no_date = s.BooleanField(required=False, help_text="true when the letter bears none")
    seen = s.ListField(
        child=s.ChoiceField(choices=list(SEEN)), help_text="what somebody saw on the letter: the name and one more"
    )
    headings = s.DictField(child=s.CharField(), required=False, help_text="main words typed from it, by heading")
    transfer = s.UUIDField(required=False, allow_null=True, help_text="the journey it is about")


class CopiedLetterNew(LetterTold):
    images = s.ListField(child=s.CharField(), help_text="base64 of each photo (JPEG, PNG, WebP) or PDF, in order")
    replaces = s.UUIDField(required=False, allow_null=True, help_text="the copy that this one is to replace")
    return_note = s.BooleanField(required=False, help_text="true for the return note, filled in by hand")


class CopiedLetterShape(s.Serializer):
    id = s.UUIDField()
    resident = s.UUIDField()
    transfer = s.UUIDField(allow_null=True)
    source = s.ChoiceField(choices=["copied", "mailed"])
    state = s.CharField()
    version = s.IntegerField()
    follows = s.UUIDField(allow_null=True)
    hospital_name = s.CharField()
    dated_on = s.DateField(allow_null=True)
    return_note = s.BooleanField()
    pages = s.IntegerField()
    file = s.CharField(help_text="address of the PDF")
    written_by = s.CharField()
    sent_at = Moment()


class NotTheirs(LetterTold):
    resident = s.UUIDField(required=False, allow_null=True, help_text="whose it is; null when nobody's at the home")
    seen = s.ListField(child=s.ChoiceField(choices=list(SEEN)), required=False)


class NotTheirsShape(s.Serializer):
    taken_off = s.UUIDField()
    filed = CopiedLetterShape(allow_null=True)


class MailedLetterShape(s.Serializer):
    id = s.UUIDField()
    home = s.CharField(help_text="ODS code")
    sender = s.CharField()
    subject = s.CharField()
    received_at = Moment()
    file = s.CharField(allow_null=True, help_text="address of the PDF; null when there is none inside")
    fault = s.CharField(help_text="in words why there is no letter inside, or what of it is missing")
    settled_at = Moment(allow_null=True)
    settled_by = s.CharField(allow_null=True)
    settled_note = s.CharField(allow_null=True)
    discharge_summary = s.UUIDField(allow_null=True)


class MailedLetterSettled(LetterTold):
    resident = s.UUIDField(required=False, help_text="whose it is")
    seen = s.ListField(child=s.ChoiceField(choices=list(SEEN)), required=False)
    aside = s.ChoiceField(choices=list(REASONS), required=False, help_text="or why it is put aside")
    note = s.CharField(required=False)


class MailTakenShape(s.Serializer):
    outcome = s.ChoiceField(choices=[each.value for each in Outcome])
    mailed_letters = s.ListField(child=s.UUIDField())


class MailboxShape(s.Serializer):
    address = s.CharField(allow_null=True, help_text="null while none is open")
    opened_at = Moment(allow_null=True)


class MailboxNew(s.Serializer):
    home = s.CharField(required=False, help_text="ODS code; may be left out by who works at one home")


def mailed_list_shape():
    """A page of mailed letters."""
    return inline_serializer(
        "MailedLetters", {"results": MailedLetterShape(many=True), "next": s.CharField(allow_null=True)}
    )
