"""Reports: every measure as it is defined, its numbers over some days, and its headline month by month."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import measures_shapes as shapes
from redbag.api.door import Door
from redbag.api.problems import Unprocessable
from redbag.api.shapes import listed
from redbag.errors import NotAllowed
from redbag.journal.recording import record
from redbag.organisations.models import Organisation
from redbag.reports import reading, tables
from redbag.reports.measures import BY_NAME
from redbag.reports.periods import read_period
from redbag.reports.scopes import Scope, scope_for

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"csv": (tables.as_csv, "text/csv; charset=utf-8"), "xlsx": (tables.as_xlsx, XLSX)}
WHOSE = OpenApiParameter("organisation", str, description="ODS code; without it the caller's own, or the whole area")
DAYS = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="first day, Europe/London"),
    OpenApiParameter("to", OpenApiTypes.DATE, description="last day, included"),
]


class ReportsCall(Door):
    @extend_schema(responses=listed(shapes.MeasureShape))
    def get(self, request):
        """Every report there is, as it is defined: what is counted, of what, what is left out, who asks for it."""
        return Response({"results": reading.listed(), "next": None})


class OfOneMeasure(Door):
    """A call about one measure and one organisation."""

    def whose(self, code: str | None) -> tuple[Scope, Organisation | None]:
        """Whose numbers are asked for; 404 for an organisation that is not the caller's to ask about."""
        place = Organisation.objects.select_related("area").filter(ods_code=code.upper()).first() if code else None
        if code and place is None:
            raise NotFound
        try:
            return scope_for(actor=self.actor, organisation=place), place
        except NotAllowed:
            if place is None:
                raise
            raise NotFound from None


class ReportCall(OfOneMeasure):
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
        scope, place = self.whose(asked.get("organisation"))
        form = asked.get("format") or "json"
        if form not in ("json", *FORMATS):
            raise Unprocessable({"format": "Choose json, csv or xlsx."})
        if name not in BY_NAME:
            raise NotFound
        (table,) = reading.tables_of([BY_NAME[name]], scope=scope, start=start, end=end, now=self.now, compared=True)
        if form == "json":
            return Response(tables.as_json(table))
        whose = place or self.actor.first_place()
        days: dict[str, Any] = {"first": table.start.isoformat(), "last": table.end.isoformat()}
        record(
            "report.exported", None, actor=self.actor, at=self.now, organisation=whose, report=name, format=form, **days
        )
        write, content_type = FORMATS[form]
        answer = HttpResponse(write(table), content_type=content_type)
        answer["Content-Disposition"] = f'attachment; filename="{name}-{table.start}-{table.end}.{form}"'
        return answer


class ReportRunCall(OfOneMeasure):
    @extend_schema(
        responses=shapes.ReportRunShape,
        parameters=[WHOSE, DAYS[1], OpenApiParameter("months", int, description="2 to 36; 24 without it")],
    )
    def get(self, request, name):
        """The headline of a report month by month, with its usual range; 404 for one that counts a moment's state."""
        asked = request.query_params
        _, end = read_period(first=None, last=asked.get("to"), now=self.now)
        scope, _ = self.whose(asked.get("organisation"))
        months = asked.get("months") or "24"
        if not (months.isascii() and months.isdigit() and 2 <= int(months) <= 36):
            raise Unprocessable({"months": "Choose 2 to 36 months."})
        wanted = [BY_NAME[name]] if name in BY_NAME else []
        found = reading.runs_of(wanted, scope=scope, last=end, months=int(months), now=self.now)
        if name not in found:
            raise NotFound
        run = found[name]
        points = [asdict(point) for point in run.points]
        return Response({"name": name, **asdict(run), "points": points})
