"""What the calls about inspection packs take and answer."""

from rest_framework import serializers as s

from redbag.api.shapes import Moment
from redbag.reports.inspection_models import InspectionPack


class NewInspectionPack(s.Serializer):
    """The journeys of a home that began in these days, both included."""

    home = s.CharField(required=False, help_text="ODS code, when you work at several homes")
    to = s.DateField(help_text="last day, included")

    def get_fields(self):
        """With `from`, which Python keeps for itself."""
        return {"from": s.DateField(help_text="first day, Europe/London"), **super().get_fields()}


class InspectionPackShape(s.Serializer):
    """A pack: how far it is, and the digests by which it can be checked."""

    id = s.UUIDField()
    number = s.CharField(help_text="as it is printed on the paper")
    about = s.CharField(help_text="in words that name nobody")
    home = s.CharField(help_text="ODS code")
    state = s.ChoiceField(choices=InspectionPack.State.choices)
    done = s.IntegerField(help_text="journeys told so far")
    total = s.IntegerField()
    first_day = s.DateField(allow_null=True)
    last_day = s.DateField(allow_null=True)
    asked_at = Moment()
    asked_by = s.CharField()
    made_at = Moment(allow_null=True)
    kept_until = Moment(allow_null=True)
    pages = s.IntegerField()
    faults = s.IntegerField(help_text="how many things did not fit; the pack names each")
    paper_sha256 = s.CharField(allow_blank=True)
    data_sha256 = s.CharField(allow_blank=True, help_text="of the data, printed in the paper as its content")


class CheckInspection(s.Serializer):
    sha256 = s.CharField(help_text="of the paper or of the data; the first eight letters and digits are enough")


class KnownInspection(s.Serializer):
    """A pack that was made here and has this SHA-256."""

    number = s.CharField()
    which = s.ChoiceField(choices=["paper", "data"])
    sha256 = s.CharField(help_text="whole: compare all of it")
    about = s.CharField()
    made_at = Moment(allow_null=True)
    by = s.CharField(help_text="somebody, to whom works at neither place")
    place = s.CharField()
    pages = s.IntegerField(allow_null=True, help_text="null to whoever works neither there nor at the home")
    seal = s.IntegerField(allow_null=True, help_text="under which the journal tells that it was made")
    faults = s.ListField(child=s.CharField(), help_text="what does not fit; empty when all does")


class KnownInspections(s.Serializer):
    results = KnownInspection(many=True)
