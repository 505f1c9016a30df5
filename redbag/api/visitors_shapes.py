"""What the API says of crews without an account, of bags that somebody found, and of scans that did not open."""

from rest_framework import serializers as s

from redbag.transfers.attempts import SAID
from redbag.transfers.finding import LONGEST
from redbag.visitors.sessions import ROLES


class LetInShape(s.Serializer):
    code = s.CharField(help_text="The six digits on the home's screen")
    name = s.CharField(max_length=100)
    role = s.ChoiceField(choices=list(ROLES), help_text="carrier: a taxi or patient transport, which sees little")
    organisation = s.CharField(required=False, allow_blank=True, help_text="ODS code of an ambulance service nearby")
    organisation_text = s.CharField(required=False, allow_blank=True, max_length=200, help_text="Any other service")
    registration = s.CharField(required=False, allow_blank=True, max_length=20, help_text="HCPC, NMC or GMC")


class VisitorShape(s.Serializer):
    id = s.UUIDField()
    name = s.CharField()
    role = s.CharField()
    registration = s.CharField()
    checked = s.BooleanField(help_text="Always false: nobody has checked who they are")
    organisation = s.CharField(allow_null=True)
    organisation_name = s.CharField()
    started_at = s.DateTimeField()
    last_seen_at = s.DateTimeField()
    until = s.DateTimeField()
    state = s.CharField(help_text="open, stopped, or why it has ended")
    stopped_at = s.DateTimeField(allow_null=True)
    stopped_by = s.CharField()


class LetInAnswer(VisitorShape):
    token = s.CharField(help_text="A bearer token for this one transfer, shown once")


class VisitShape(s.Serializer):
    transfer = s.UUIDField()
    view = s.ChoiceField(choices=["emergency", "carrier"])
    until = s.DateTimeField(allow_null=True, help_text="When the visit ends; null for who has an account")
    stage = s.CharField()
    patient = s.DictField(required=False, help_text="The crew's first screen")
    carrier = s.DictField(required=False, help_text="What a carrier may see")


class TellFoundShape(s.Serializer):
    place = s.CharField(max_length=LONGEST["place"])
    phone = s.CharField(required=False, allow_blank=True, max_length=LONGEST["phone"])


class FoundShape(s.Serializer):
    id = s.UUIDField()
    bag = s.UUIDField(source="bag_id")
    place = s.CharField()
    phone = s.CharField()
    told_at = s.DateTimeField()
    settled_at = s.DateTimeField(allow_null=True)
    settled_by = s.CharField(source="settled_by.name", default=None, allow_null=True)


class ThanksShape(s.Serializer):
    tracker = s.CharField()
    home = s.CharField()
    phone = s.CharField()


class AttemptShape(s.Serializer):
    id = s.UUIDField()
    reason = s.ChoiceField(choices=list(SAID))
    at = s.DateTimeField()
    last_at = s.DateTimeField()
    times = s.IntegerField(help_text="How often within the same ten minutes")
    begins = s.CharField(help_text="The first four letters of what was scanned")
    organisation = s.CharField(source="organisation.ods_code", default=None, allow_null=True)
