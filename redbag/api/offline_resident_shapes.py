"""What the call for the residents' emergency pages answers."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment


class OfflineState(s.Serializer):
    state = s.CharField()
    words = s.CharField()


class OfflineCpr(OfflineState):
    only = s.CharField(allow_blank=True, help_text="what else a decision against CPR does not mean")


class OfflinePlanLine(s.Serializer):
    label = s.CharField()
    words = s.CharField()


class OfflineFirst(s.Serializer):
    allergies = OfflineState()
    cpr = OfflineCpr()
    check = s.CharField(allow_blank=True, help_text="what to look up about the decision before it is relied on")
    comfort = s.BooleanField(help_text="whether the plan is comfort care")
    plan = OfflinePlanLine(many=True)


class OfflineResidentPage(s.Serializer):
    id = s.UUIDField()
    name = s.CharField(help_text="as the home calls them")
    room = s.CharField(allow_blank=True)
    born = s.CharField()
    version = s.CharField(help_text="changes when somebody told something of them")
    true_at = Moment(help_text="when the page was true")
    photo = s.CharField(allow_blank=True, help_text="a small JPEG as data: address")
    alike = s.BooleanField(help_text="whether somebody of the home has a similar name")
    first = OfflineFirst(help_text="what stands above every step of a journey")
    html = s.CharField(help_text="the emergency page, as crews see it, without a journey")


class OfflineNear(s.Serializer):
    organisation = s.CharField()
    name = s.CharField()
    kind = s.CharField()


class OfflineResidentsShape(s.Serializer):
    as_of = Moment()
    organisation = s.CharField(allow_null=True, help_text="ODS code; null on a device that is no tablet of a home")
    near = OfflineNear(many=True, help_text="to whom a bag can be handed from there")
    residents = OfflineResidentPage(many=True)
