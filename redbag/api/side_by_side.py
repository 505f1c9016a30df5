"""Places side by side, and who goes where: what the pages of areas, hospitals and services show."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from redbag.api.door import Door
from redbag.api.measures import DAYS, WHOSE
from redbag.api.problems import Unprocessable
from redbag.api.side_by_side_shapes import FlowsShape, SideBySideShape
from redbag.counting.catching_up import catch_up
from redbag.errors import NotAllowed
from redbag.organisations.access import Permission, require_anywhere
from redbag.reports.figures import period_of
from redbag.reports.flows import flows_of
from redbag.reports.periods import read_period
from redbag.reports.scopes import scope_named
from redbag.reports.scorecards import AREAS, HOMES, HOSPITALS, SERVICES, WARDS
from redbag.reports.side_by_side import Cell, Place, side_by_side

ASKS = {"home": HOMES, "hospital": HOSPITALS, "ambulance": SERVICES, "area": AREAS, "ward": WARDS}


class SideBySideCall(Door):
    @extend_schema(
        operation_id="side_by_side",
        responses=SideBySideShape,
        parameters=[OpenApiParameter("by", str, required=True, enum=list(ASKS)), *DAYS, WHOSE],
    )
    def get(self, request):
        """Places beside each other in a few numbers; small ones are null, and far ones are more than chance."""
        asked = request.query_params
        start, end = read_period(first=asked.get("from"), last=asked.get("to"), now=self.now)
        scope, _ = scope_named(actor=self.actor, code=asked.get("organisation"))
        start, end = scope.days(start, end, now=self.now)
        by = self.choice("by", ASKS)
        if not by:
            raise Unprocessable({"by": f"Choose one of: {', '.join(ASKS)}."})
        fresh = catch_up(now=self.now)
        inside = scope.inside and (by == "ward" or (by == "home" and all(each == "home" for each, _ in scope.places)))
        period = period_of(start, end, self.now)
        found = side_by_side(ASKS[by], scope=scope, period=period, by=by, inside=inside)
        return Response(
            {
                "by": by,
                "from": start,
                "to": end,
                "rounded": found.rounded,
                "counted_at": fresh.counted_at,
                "columns": [ask.title for ask in found.asks],
                "all": [_number(cell) for cell in found.all],
                "places": [_place(each) for each in found.places],
            }
        )


class FlowsCall(Door):
    @extend_schema(operation_id="flows", responses=FlowsShape, parameters=[*DAYS, WHOSE])
    def get(self, request):
        """Journeys from home to hospital, or area to area, to the nearest 5; 1 to 4 are null, and none are left out."""
        require_anywhere(self.actor, Permission.READ_AREA_REPORTS)
        asked = request.query_params
        start, end = read_period(first=asked.get("from"), last=asked.get("to"), now=self.now)
        scope, _ = scope_named(actor=self.actor, code=asked.get("organisation"))
        if scope.inside:
            raise NotAllowed("Flows are for whoever looks at an area.")
        start, end = scope.days(start, end, now=self.now)
        fresh = catch_up(now=self.now)
        flows = flows_of(scope=scope, period=period_of(start, end, self.now))
        ends = {
            name: [{"code": each.code, "name": each.name, "journeys": each.total} for each in listed]
            for name, listed in (("homes", flows.homes), ("hospitals", flows.hospitals))
        }
        told = [{"home": one, "hospital": other, "journeys": count} for (one, other), count in flows.told.items()]
        days = {"from": start, "to": end, "counted_at": fresh.counted_at, "areas": flows.areas}
        return Response(days | ends | {"flows": told, "journeys": flows.total})


def _place(place: Place) -> dict:
    return {"name": place.name, "code": place.code, "numbers": [_number(cell) for cell in place.cells]}


def _number(cell: Cell) -> dict:
    number = cell.number
    told = {name: getattr(number, name, None) for name in ("value", "whole", "part", "low", "high")}
    return told | {"hidden": cell.hidden, "far": cell.far}
