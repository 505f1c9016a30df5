"""What the API says of who asks to open a journey without the code on the home's tablet."""

from rest_framework import serializers as s

from redbag.visitors.asking import LONGEST_PHONE, LONGEST_WORDS, WHO_MAY
from redbag.visitors.glass_codes import REASONS, Standing


class AskShape(s.Serializer):
    name = s.CharField(max_length=100)
    role = s.ChoiceField(choices=list(WHO_MAY))
    registration = s.CharField(max_length=20, help_text="HCPC, NMC or GMC")
    organisation = s.CharField(required=False, allow_blank=True, help_text="ODS code of a service or hospital nearby")
    organisation_text = s.CharField(required=False, allow_blank=True, max_length=200, help_text="Any other one")
    reason = s.ChoiceField(choices=list(REASONS))
    words = s.CharField(required=False, allow_blank=True, max_length=LONGEST_WORDS, help_text="Needed with `other`")
    phone = s.CharField(required=False, allow_blank=True, max_length=LONGEST_PHONE)
    email = s.CharField(
        required=False,
        allow_blank=True,
        max_length=254,
        help_text="An NHS address, for the code; not kept of a technician",
    )


class AskedAnswer(s.Serializer):
    token = s.CharField(help_text="Whose asking this is; send it with the code. It opens nothing by itself")
    state = s.ChoiceField(choices=list(Standing))
    until = s.DateTimeField(help_text="Until when the asking lasts")
    home = s.CharField()
    phone = s.CharField(help_text="The home's, to ring")


class AnswerCodeShape(s.Serializer):
    token = s.CharField(max_length=100)
    code = s.CharField(max_length=20, help_text="The six digits that the home read out or that came by mail")


class SendCodeShape(s.Serializer):
    token = s.CharField(max_length=100)
    email = s.CharField(max_length=254)


class BreakGlassShape(s.Serializer):
    id = s.UUIDField()
    transfer = s.UUIDField()
    name = s.CharField()
    role = s.CharField()
    registration = s.CharField()
    checked = s.BooleanField(help_text="Always false: nobody has checked who they are")
    organisation = s.CharField(allow_null=True)
    organisation_name = s.CharField()
    phone = s.CharField()
    reason = s.CharField()
    why = s.CharField(help_text="The reason in words, with their own")
    state = s.ChoiceField(choices=list(Standing))
    asked_at = s.DateTimeField()
    wrong_codes = s.IntegerField()
    refused_at = s.DateTimeField(allow_null=True)
    opened_at = s.DateTimeField(allow_null=True)
    code_by = s.CharField(help_text="home or email, once a code was given")
    visitor = s.UUIDField(allow_null=True, help_text="Stop them by `DELETE transfers/{id}/visitors/{visitor}`")
    seen_at = s.DateTimeField(allow_null=True)
    seen_by = s.CharField()
    was_right = s.BooleanField(allow_null=True)


class ReadOutShape(s.Serializer):
    code = s.CharField(help_text="Six digits to read out, shown this once; the one before is void")
    until = s.DateTimeField()


class LookBackShape(s.Serializer):
    was_right = s.BooleanField()
    words = s.CharField(required=False, allow_blank=True, max_length=LONGEST_WORDS)
