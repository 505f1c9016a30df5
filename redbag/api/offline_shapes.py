"""What the calls of a page's offline side take and answer."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s

from redbag.api.shapes import Moment

HEADERS = [
    OpenApiParameter(
        "Red-Bag-Device",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="the token of a tablet made ready; 410 device_revoked once it was taken out of use",
    ),
    OpenApiParameter(
        "Red-Bag-Unsent", OpenApiTypes.INT, OpenApiParameter.HEADER, description="how many facts wait on the tablet"
    ),
]


class OfflinePerson(s.Serializer):
    id = s.UUIDField()
    name = s.CharField()


class OfflinePlace(s.Serializer):
    organisation = s.CharField()
    name = s.CharField()
    kind = s.CharField()
    role = s.CharField()
    may = s.ListField(child=s.CharField())
    handover_secret = s.CharField(
        allow_null=True, help_text="base64; only on a tablet made ready: what new journeys' codes are made from"
    )


class OfflineLabel(s.Serializer):
    digest = s.CharField(help_text="SHA-256 in hex of the token in capitals")
    code = s.CharField()
    shown = s.CharField()
    old = s.BooleanField()


class OfflineBag(s.Serializer):
    id = s.UUIDField()
    tracker = s.CharField()
    state = s.CharField()
    labels = OfflineLabel(many=True)


class OfflineBagOnTheWay(s.Serializer):
    tracker = s.CharField()
    labels = OfflineLabel(many=True)


class OfflineResident(s.Serializer):
    id = s.UUIDField(allow_null=True)
    name = s.CharField()


class OfflineHome(s.Serializer):
    organisation = s.CharField()
    name = s.CharField()
    phone = s.CharField(allow_blank=True)


class OfflineHolder(s.Serializer):
    organisation = s.CharField(allow_null=True)
    words = s.CharField()
    since = Moment()
    confirmed = s.BooleanField()


class OfflineItem(s.Serializer):
    id = s.CharField()
    what = s.CharField()
    description = s.CharField(allow_blank=True)
    quantity = s.IntegerField()
    where = s.CharField()
    state = s.CharField()


class OfflineReceiver(s.Serializer):
    organisation = s.CharField()
    name = s.CharField()
    kind = s.CharField()


class OfflineJourney(s.Serializer):
    id = s.UUIDField()
    resident = OfflineResident()
    bag = OfflineBagOnTheWay(allow_null=True)
    home = OfflineHome()
    reason = s.DictField(help_text="why they are going, as far as it is written; only for the home")
    packed_at = Moment(help_text="when it was begun")
    stage = s.CharField()
    stage_words = s.CharField()
    holder = OfflineHolder()
    items = OfflineItem(many=True)
    acting = s.CharField(allow_null=True, help_text="for which organisation facts are told")
    holds = s.BooleanField(help_text="whether that organisation has the bag")
    receivers = OfflineReceiver(many=True)
    handover_secret = s.CharField(
        allow_null=True, help_text="base64, for the home: what this journey's codes are made from"
    )
    patient = s.DictField(allow_null=True, help_text="the crew's first screen while they have the bag")


class OfflineShape(s.Serializer):
    as_of = Moment()
    emergency_until = Moment(help_text="until when `patient` may be shown")
    person = OfflinePerson(allow_null=True)
    places = OfflinePlace(many=True)
    bags = OfflineBag(many=True)
    journeys = OfflineJourney(many=True)


class FactsToken(s.Serializer):
    facts_token = s.CharField()
    expires_at = Moment()


class DeviceNew(s.Serializer):
    name = s.CharField(help_text="how staff call it, like Office")
    organisation = s.CharField(required=False, help_text="ODS code; may be left out when the caller works at one")


class DeviceShape(s.Serializer):
    id = s.UUIDField()
    name = s.CharField()
    organisation = s.CharField()
    enrolled_at = Moment()
    last_seen_at = Moment()
    unsent = s.IntegerField()
    used_by = s.CharField(allow_null=True, help_text="who uses it now, with a PIN or signed in")
    revoked_at = Moment(allow_null=True)


class DeviceMade(DeviceShape):
    token = s.CharField(help_text="shown once")


class DevicePage(s.Serializer):
    results = DeviceShape(many=True)
    next = s.CharField(allow_null=True)
