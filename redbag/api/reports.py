"""Calls that read the journal, and who looked at a record."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import shapes
from redbag.api.door import Door
from redbag.api.journal_shapes import EntryShape, LookShape
from redbag.journal.recording import record_view
from redbag.reports import journal, seen
from redbag.reports.periods import days_between
from redbag.residents.models import Resident


class JournalCall(Door):
    @extend_schema(
        responses=shapes.listed(EntryShape),
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
        responses=shapes.listed(LookShape),
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
