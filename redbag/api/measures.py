"""Reports: every measure as it is defined, its numbers over some days, and its headline month by month."""

from dataclasses import asdict

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import measures_shapes as shapes
from redbag.api.door import Door
from redbag.api.problems import Unprocessable
from redbag.api.shapes import listed
from redbag.reports import reading
from redbag.reports.measures import measure_named
from redbag.reports.periods import read_period
from redbag.reports.saving import WRITERS, XLSX, save_table
from redbag.reports.scopes import scope_named
from redbag.reports.tables import as_json

WHOSE = OpenApiParameter("organisation", str, description="ODS code; without it the caller's own, or the whole area")
DAYS = [
    OpenApiParameter(
        "from",
        OpenApiTypes.DATE,
        description="first day, Europe/London; to auditors whole months that are over are told",
    ),
    OpenApiParameter("to", OpenApiTypes.DATE, description="last day, included"),
]


class ReportsCall(Door):
    @extend_schema(responses=listed(shapes.MeasureShape))
    def get(self, request):
        """Every report there is, as it is defined: what is counted, of what, what is left out, who asks for it."""
        return Response({"results": reading.listed(), "next": None})


class ReportCall(Door):
    @extend_schema(
        responses={
            (200, "application/json"): shapes.ReportShape,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, XLSX): OpenApiTypes.BINARY,
        },
        parameters=[*DAYS, WHOSE, OpenApiParameter("format", str, enum=["json", "csv", "xlsx"])],
    )
    def get(self, request, name):
        """One report over some days, both included; the last 30 without them."""
        asked = request.query_params
        start, end = read_period(first=asked.get("from"), last=asked.get("to"), now=self.now)
        scope, place = scope_named(actor=self.actor, code=asked.get("organisation"))
        form = asked.get("format") or "json"
        if form not in ("json", *WRITERS):
            raise Unprocessable({"format": "Choose json, csv or xlsx."})
        measure = measure_named(name)
        (table,) = reading.tables_of([measure], scope=scope, start=start, end=end, now=self.now, compared=True)
        if form == "json":
            return Response(as_json(table))
        saved = save_table(table, form, actor=self.actor, place=place, now=self.now)
        answer = HttpResponse(saved.content, content_type=saved.content_type)
        answer["Content-Disposition"] = f'attachment; filename="{saved.name}"'
        return answer


class ReportRunCall(Door):
    @extend_schema(
        responses=shapes.ReportRunShape,
        parameters=[WHOSE, DAYS[1], OpenApiParameter("months", int, description="2 to 36; 24 without it")],
    )
    def get(self, request, name):
        """The headline of a report month by month, with its usual range; 404 for one that counts a moment's state."""
        asked = request.query_params
        _, end = read_period(first=None, last=asked.get("to"), now=self.now)
        scope, _ = scope_named(actor=self.actor, code=asked.get("organisation"))
        months = asked.get("months") or "24"
        if not (months.isascii() and months.isdigit() and 2 <= int(months) <= 36):
            raise Unprocessable({"months": "Choose 2 to 36 months."})
        found = reading.runs_of([measure_named(name)], scope=scope, last=end, months=int(months), now=self.now)
        if name not in found:
            raise NotFound
        run = found[name]
        points = [asdict(point) for point in run.points]
        return Response({"name": name, **asdict(run), "points": points})
