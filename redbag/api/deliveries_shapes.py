"""The shapes of calls about where news goes, and what became of it."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment, text
from redbag.deliveries.events import NAMES, OFFERED


class EndpointShape(s.Serializer):
    id = s.UUIDField()
    organisation = s.CharField()
    kind = s.CharField()
    address = s.CharField()
    events = s.ListField(child=s.CharField())
    fallback_of = s.UUIDField(allow_null=True)
    created_at = Moment()
    health = s.ChoiceField(choices=["working", "failing", "resting", "switched_off"])
    failures = s.IntegerField(help_text="in a row, since the last success")
    failing_since = Moment(allow_null=True)
    rests_until = Moment(allow_null=True, help_text="nothing is tried before")
    disabled_at = Moment(allow_null=True, help_text="switched off after five days without a success")
    old_secret_until = Moment(allow_null=True, help_text="until then two secrets sign")


class EndpointWithSecret(EndpointShape):
    secret = s.CharField(allow_null=True, help_text="shown this once")


class EndpointOrder(s.Serializer):
    fallback_of = s.UUIDField(allow_null=True, help_text="used only once that one gave up; null: every time")


class TryOut(s.Serializer):
    type = s.ChoiceField(choices=OFFERED, required=False, help_text="a sample of this kind of news, to a webhook")


class SecretNew(s.Serializer):
    old_until = Moment(required=False, help_text="until when the old secret signs too; 48 hours when left out")


class EventType(s.Serializer):
    name = s.CharField()
    when = s.CharField()
    data = s.ListField(child=s.CharField(), help_text="what `data` carries: ids, codes and numbers")
    since = s.DateField()


class EventTypes(s.Serializer):
    results = EventType(many=True)
    next = s.CharField(allow_null=True)


class Replay(s.Serializer):
    """`from` is a word of the language, so it is added by name."""

    to = Moment(source="end", help_text="not included")
    endpoint = s.UUIDField(required=False, allow_null=True)
    state = s.ChoiceField(
        choices=["DELIVERED", "FAILED", "PARKED"],
        required=False,
        help_text="when left out: what did not arrive and nobody saw to. Say DELIVERED for what arrived",
    )
    type = s.ChoiceField(choices=NAMES, required=False)
    organisation = s.CharField(required=False, help_text="ODS code, for whoever works at several")

    def get_fields(self):
        return {"from": Moment(source="begin", help_text="when it was written"), **super().get_fields()}


class Replayed(s.Serializer):
    count = s.IntegerField(help_text="how many are sent again, 10,000 at most")
    more = s.BooleanField(help_text="there are more: ask again when these are through")


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


class EndpointNew(s.Serializer):
    kind = s.ChoiceField(choices=["webhook", "email", "fhir", "sms"])
    address = s.CharField(max_length=500)
    events = s.ListField(child=s.CharField(), required=False)
    fallback_of = s.UUIDField(required=False, allow_null=True)
    organisation = text(10)
