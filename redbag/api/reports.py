"""Calls that read: reports, the journal, who looked at a record."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import shapes
from redbag.api.door import Door
from redbag.api.problems import Unprocessable
from redbag.journal.recording import record, record_view
from redbag.organisations.models import Organisation
from redbag.reports import journal, reading, seen, tables
from redbag.reports.periods import days_between, read_period
from redbag.residents.models import Resident

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"csv": (tables.as_csv, "text/csv; charset=utf-8"), "xlsx": (tables.as_xlsx, XLSX)}


class ReportsCall(Door):
    @extend_schema(responses=shapes.listed(shapes.ReportRow))
    def get(self, request):
        """Every report there is: name, title, question, unit."""
        return Response({"results": reading.listed(), "next": None})


class ReportCall(Door):
    @extend_schema(
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, XLSX): OpenApiTypes.BINARY,
        },
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATE, description="first day, Europe/London"),
            OpenApiParameter("to", OpenApiTypes.DATE, description="last day, included"),
            OpenApiParameter("organisation", str, description="ODS code"),
            OpenApiParameter("format", str, enum=["json", "csv", "xlsx"]),
        ],
    )
    def get(self, request, name):
        """One report over some days, both included; the last 30 without them."""
        asked = request.query_params
        start, end = read_period(first=asked.get("from"), last=asked.get("to"), now=self.now)
        place = self._place(asked.get("organisation"))
        form = asked.get("format") or "json"
        if form not in ("json", *FORMATS):
            raise Unprocessable({"format": "Choose json, csv or xlsx."})
        try:
            table = reading.run(name=name, actor=self.actor, start=start, end=end, organisation=place, now=self.now)
        except reading.NoSuchReport:
            raise NotFound from None
        if form == "json":
            return Response(tables.as_json(table))
        record(
            "report.exported",
            None,
            actor=self.actor,
            at=self.now,
            organisation=place or self.actor.home(),
            report=name,
            format=form,
        )
        write, content_type = FORMATS[form]
        answer = HttpResponse(write(table), content_type=content_type)
        answer["Content-Disposition"] = f'attachment; filename="{table.measure.name}-{start}-{end}.{form}"'
        return answer

    def _place(self, code: str | None) -> Organisation | None:
        if not code:
            return None
        place = Organisation.objects.filter(ods_code=code.upper()).first()
        mine = {post.organisation.pk for post in self.actor.posts}
        if place is None or not ({place.pk, place.area_id} & mine):
            raise NotFound
        return place


class JournalCall(Door):
    @extend_schema(
        responses=shapes.listed(shapes.EntryShape),
        parameters=[
            OpenApiParameter("subject", OpenApiTypes.UUID),
            OpenApiParameter("before", int, description="entries older than this id"),
        ],
    )
    def get(self, request):
        """What happened at the caller's organisations, newest first; `subject` is anything's id, a resident's too."""
        asked = request.query_params
        subject = shapes.s.UUIDField().run_validation(asked["subject"]) if asked.get("subject") else None
        before = shapes.s.IntegerField().run_validation(asked["before"]) if asked.get("before") else None
        limit = min(int(asked["limit"]) if asked.get("limit", "").isdigit() else 50, 200) or 50
        rows = journal.entries(actor=self.actor, subject=subject, resident=None, before=before, limit=limit)
        named = [row["resident"] for row in rows if row["resident_name"]]
        record_view("journal", None, actor=self.actor, at=self.now, organisation=self.actor.home(), residents=named)
        more = (
            f"{request.build_absolute_uri(request.path)}?limit={limit}&before={rows[-1]['id']}"
            if len(rows) == limit
            else None
        )
        if more and subject:
            more += f"&subject={subject}"
        return Response({"results": rows, "next": more})


class AccessLogCall(Door):
    @extend_schema(
        responses=shapes.listed(shapes.LookShape),
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATE, description="first day, Europe/London"),
            OpenApiParameter("to", OpenApiTypes.DATE, description="last day, included"),
            OpenApiParameter("by", OpenApiTypes.UUID, description="one person, as `by` in the rows"),
        ],
    )
    def get(self, request, pk):
        """Who has seen this resident's record, newest first; how they saw it, and what of it is unusual."""
        resident = journal.residents_with_log(self.actor).filter(pk=pk).first()
        if resident is None:
            self.allow(self.find(Resident.objects.visible_to(self.actor), pk).home_id)
            raise NotFound
        asked, home = request.query_params, self.actor.home()
        by = shapes.s.UUIDField().run_validation(asked["by"]) if asked.get("by") else None
        since, until = days_between(first=asked.get("from"), last=asked.get("to"))
        log = seen.access_log(resident=resident, since=since, until=until, by=by)
        record_view("who_looked", resident, actor=self.actor, at=self.now, organisation=home, resident=resident)
        return Response({"results": log, "next": None})
