"""One month of a home or a group over the API: what stands out of it."""

from dataclasses import asdict

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api.door import Door
from redbag.counting.catching_up import catch_up
from redbag.reports.one_month import NoSuchMonth, counted_in, days_of, found_in
from redbag.reports.scopes import scope_named
from redbag.reports.still_open import still_open

PLACE = OpenApiParameter("organisation", str, description="ODS code of one of the caller's own; without it all of them")


class FindingShape(s.Serializer):
    """A sentence, which side of which row of which report leads to its journeys, and which report helps beside it."""

    words = s.CharField()
    to_do = s.CharField(allow_blank=True)
    measure = s.CharField()
    row = s.CharField()
    which = s.CharField()
    beside = s.CharField(allow_blank=True)


class StillOpenShape(s.Serializer):
    """What is open now, however old: things not found, of them past the day for an answer, letters of over a day."""

    not_found = s.IntegerField()
    overdue = s.IntegerField()
    letters = s.IntegerField()
    oldest_letter = s.DateTimeField(allow_null=True)


class MonthShape(s.Serializer):
    """What to look at first (three at most), what else did not go well, and what did."""

    month = s.CharField()
    over = s.BooleanField()
    journeys = s.IntegerField()
    back = s.IntegerField()
    before = s.IntegerField()
    first = FindingShape(many=True)
    more = FindingShape(many=True)
    well = FindingShape(many=True)
    still_open = StillOpenShape()
    counted_at = s.DateTimeField(allow_null=True)
    waiting = s.IntegerField()


class MonthCall(Door):
    @extend_schema(
        responses=MonthShape,
        parameters=[OpenApiParameter("month", str, description="2026-11; this month without it"), PLACE],
    )
    def get(self, request):
        """What stands out of a month, by a plain rule, for those whose it is: 404 for a month to come or of others."""
        asked = request.query_params
        scope, _ = scope_named(actor=self.actor, code=asked.get("organisation"))
        try:
            days = days_of(asked.get("month") or "", now=self.now)
        except NoSuchMonth as none:
            raise NotFound(str(none)) from None
        if not scope.inside:
            raise NotFound
        fresh = catch_up(now=self.now)
        told = asdict(found_in(scope, days, now=self.now)) | asdict(counted_in(scope, days, now=self.now))
        told["still_open"] = asdict(still_open(scope, now=self.now))
        return Response({"month": f"{days.first:%Y-%m}", "over": days.over, **told, **asdict(fresh)})
