"""From a number of a report to the journeys behind it: ids to their parties, codes to everybody else."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api.door import Door
from redbag.api.measures import DAYS, WHOSE
from redbag.api.problems import Unprocessable
from redbag.api.report_transfers_shapes import BehindShape, FoundCodeShape
from redbag.counting.catching_up import catch_up
from redbag.journal.recording import record, record_view
from redbag.organisations.access import Permission, require_anywhere
from redbag.reports.behind import behind
from redbag.reports.coded import coded_rows
from redbag.reports.codes import find_coded
from redbag.reports.figures import period_of
from redbag.reports.measures import row_named
from redbag.reports.periods import read_period
from redbag.reports.scopes import scope_named
from redbag.transfers.models import Transfer

WHICH = ("part", "whole", "rest")


class ReportTransfersCall(Door):
    @extend_schema(
        operation_id="report_transfers",
        responses=BehindShape,
        parameters=[
            OpenApiParameter("row", str, description="`row` of a line of the report; its headline without it"),
            OpenApiParameter("which", str, enum=list(WHICH), description="`whole` without it"),
            *DAYS,
            WHOSE,
        ],
    )
    def get(self, request, name):
        """The journeys behind a number: ids for their parties; coded, in fives of months that are over, for others."""
        asked = request.query_params
        start, end = read_period(first=asked.get("from"), last=asked.get("to"), now=self.now)
        scope, place = scope_named(actor=self.actor, code=asked.get("organisation"))
        which, row = self.choice("which", WHICH) or "whole", asked.get("row") or "headline"
        if scope.inside:
            _, told = row_named(name, row)
            catch_up(now=self.now)
            found = behind(told.figure, which, scope=scope, period=period_of(start, end, self.now))
            mine = Transfer.objects.visible_to(self.actor, now=self.now).filter(pk__in=list(found.told))
            journeys = list(mine.order_by("-packed_at", "pk").values_list("pk", "resident"))
            self._look({"report": name, "row": row, "which": which}, {resident for _, resident in journeys})
            rows = [{"transfer": pk} for pk, _ in journeys]
            return Response({"coded": False, "from": start, "to": end, "results": rows, "more": found.more})
        coded = coded_rows(
            actor=self.actor, name=name, row=row, which=which, start=start, end=end, organisation=place, now=self.now
        )
        looked = {"report": name, "row": coded.row.name, "which": which, "from": coded.start, "to": coded.end}
        where = self.actor.first_place()
        record("report.followed", place, actor=self.actor, at=self.now, organisation=where, **looked)
        days = {"coded": True, "from": coded.start, "to": coded.end, "about": coded.about, "more": coded.more}
        return Response(days | {"results": [asdict(each) for each in coded.rows]})

    def _look(self, told: dict[str, Any], residents: set[UUID]) -> None:
        """Write down whose journeys were told, as the page does."""
        where = self.actor.home() or self.actor.first_place()
        who: dict[str, Any] = {"actor": self.actor, "at": self.now, "organisation": where, "residents": list(residents)}
        record_view("journeys_behind", None, **who, **told)


class FindCodedCall(Door):
    @extend_schema(
        operation_id="find_coded", responses=FoundCodeShape, parameters=[OpenApiParameter("code", str, required=True)]
    )
    def get(self, request):
        """The journey of the caller's homes that somebody outside calls by a code; 404 where there is none."""
        require_anywhere(self.actor, Permission.READ_REPORTS)
        code = request.query_params.get("code", "")
        if not code:
            raise Unprocessable({"code": "Send the code."})
        homes = self.actor.organisations_with(Permission.READ_REPORTS)
        found = find_coded(code=code, homes=homes)
        mine = Transfer.objects.visible_to(self.actor, now=self.now)
        if found is None or not mine.filter(pk=found).exists():
            raise NotFound
        return Response({"transfer": found})
