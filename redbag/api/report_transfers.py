"""From a number of a report to the journeys behind it: ids to their parties, codes to everybody else."""

from dataclasses import asdict

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api.door import Door
from redbag.api.measures import DAYS, WHOSE, OfOneMeasure
from redbag.api.report_transfers_shapes import BehindShape, FoundCodeShape
from redbag.journal.recording import record
from redbag.organisations.access import Permission, require_anywhere
from redbag.reports.coded import coded_rows, find_coded, journeys_of_number
from redbag.reports.periods import read_period
from redbag.reports.reading import NoSuchReport
from redbag.transfers.models import Transfer


class ReportTransfersCall(OfOneMeasure):
    @extend_schema(
        operation_id="report_transfers",
        responses=BehindShape,
        parameters=[
            OpenApiParameter("row", str, required=True, description="`row` of a line of the report"),
            OpenApiParameter("which", str, enum=["part", "whole"], description="`whole` without it"),
            *DAYS,
            WHOSE,
        ],
    )
    def get(self, request, name):
        """The journeys behind a number: ids for their parties; coded, in whole months and fives, for anybody else."""
        asked = request.query_params
        start, end = read_period(first=asked.get("from"), last=asked.get("to"), now=self.now)
        scope, place = self.whose(asked.get("organisation"))
        which = self.choice("which", ("part", "whole")) or "whole"
        told = {"name": name, "row": asked.get("row", ""), "which": which, "start": start, "end": end, "now": self.now}
        try:
            if scope.inside:
                ids = journeys_of_number(scope=scope, **told)
                mine = Transfer.objects.visible_to(self.actor, now=self.now).filter(pk__in=ids[:1000])
                rows = [{"transfer": pk} for pk in mine.order_by("-packed_at", "pk").values_list("pk", flat=True)]
                return Response({"coded": False, "from": start, "to": end, "results": rows, "more": len(ids) > 1000})
            behind = coded_rows(actor=self.actor, organisation=place, **told)
        except NoSuchReport:
            raise NotFound from None
        looked = {"report": name, "row": behind.row.name, "which": which, "from": behind.start, "to": behind.end}
        where = self.actor.first_place()
        record("report.followed", place, actor=self.actor, at=self.now, organisation=where, **looked)
        rows = [asdict(each) for each in behind.rows]
        seen = {"coded": True, "from": behind.start, "to": behind.end, "results": rows, "more": behind.more}
        return Response(seen)


class FindCodedCall(Door):
    @extend_schema(
        operation_id="find_coded", responses=FoundCodeShape, parameters=[OpenApiParameter("code", str, required=True)]
    )
    def get(self, request):
        """The journey of the caller's homes that somebody outside calls by a code; 404 where there is none."""
        require_anywhere(self.actor, Permission.READ_REPORTS)
        homes = self.actor.organisations_with(Permission.READ_REPORTS)
        found = find_coded(code=request.query_params.get("code", ""), homes=homes)
        mine = Transfer.objects.visible_to(self.actor, now=self.now)
        if found is None or not mine.filter(pk=found).exists():
            raise NotFound
        return Response({"transfer": found})
