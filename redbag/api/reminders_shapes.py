"""Shapes of what is due, of house rules, and of phones that wake."""

from rest_framework import serializers as s

from redbag.reminders.clocks import CLOCKS, SETTABLE

STATES = ("open", "due", "done")


class RingShape(s.Serializer):
    who = s.CharField()
    phone = s.CharField()


class ReminderShape(s.Serializer):
    id = s.UUIDField()
    organisation = s.CharField(help_text="ODS code of who is asked")
    kind = s.ChoiceField(choices=[clock.name for clock in CLOCKS])
    title = s.CharField()
    says = s.CharField(help_text="What waits, where and since when, in plain English")
    do = s.CharField()
    ring = RingShape(many=True)
    since = s.DateTimeField()
    due_at = s.DateTimeField()
    late = s.BooleanField(help_text="So long overdue that the named person is told")
    wakes = s.BooleanField(help_text="Quiet hours do not hold it back")
    transfer = s.UUIDField(allow_null=True)
    bag = s.UUIDField(allow_null=True)
    case = s.UUIDField(allow_null=True)
    discharge_summary = s.UUIDField(allow_null=True, help_text="The letter that it is about")
    told_at = s.DateTimeField(allow_null=True)
    escalated_at = s.DateTimeField(allow_null=True)
    needless_at = s.DateTimeField(allow_null=True, help_text="When the world moved on and nobody had to do it any more")
    done_at = s.DateTimeField(allow_null=True)
    done_by = s.CharField()
    note = s.CharField()


class DoneShape(s.Serializer):
    note = s.CharField(required=False, allow_blank=True, max_length=1000)


class HouseRulesShape(s.Serializer):
    organisation = s.CharField(read_only=True, help_text="ODS code")
    signature_asked = s.BooleanField()
    seal_asked = s.BooleanField()
    clocks = s.DictField(
        child=s.IntegerField(), help_text=f"Own minutes by name, any of: {', '.join(clock.name for clock in SETTABLE)}"
    )
    usual = s.DictField(child=s.IntegerField(), read_only=True, help_text="Minutes where none of their own are set")
    quiet_from = s.TimeField(allow_null=True, format="%H:%M", help_text="Wall clock in London")
    quiet_until = s.TimeField(allow_null=True, format="%H:%M")
    escalate_to = s.UUIDField(allow_null=True, help_text="The person who hears of what is late")


class KeysShape(s.Serializer):
    p256dh = s.CharField(max_length=200)
    auth = s.CharField(max_length=100)


class PhoneNewShape(s.Serializer):
    """What a browser's PushSubscription gives as JSON."""

    endpoint = s.CharField(max_length=500)
    keys = KeysShape()
    organisation = s.CharField(required=False, help_text="ODS code; may be left out when there is only one")


class PhoneShape(s.Serializer):
    id = s.UUIDField()
    organisation = s.CharField(help_text="ODS code")
    endpoint = s.CharField()
    created_at = s.DateTimeField()


class PhonesShape(s.Serializer):
    public_key = s.CharField(help_text="The applicationServerKey to subscribe with")
    results = PhoneShape(many=True)
