"""What the call for the residents' emergency pages answers."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment


class OfflineResidentPage(s.Serializer):
    id = s.UUIDField()
    name = s.CharField(help_text="as the home calls them")
    room = s.CharField(allow_blank=True)
    born = s.CharField()
    version = s.CharField(help_text="changes when somebody told something of them")
    true_at = Moment(help_text="when the page was true")
    photo = s.CharField(allow_blank=True, help_text="a small JPEG as data: address")
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
