"""Calls about the skin: body maps of a resident, and what differed around a journey."""

from collections.abc import Mapping
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import shapes
from redbag.api.body_map_shapes import BodyMapNew, BodyMapShape, SkinShape
from redbag.api.door import Door, json_object
from redbag.api.problems import Unprocessable
from redbag.journal.recording import record_view
from redbag.residents.models import Resident
from redbag.summaries import skin
from redbag.summaries.marks import Difference, said, told
from redbag.summaries.models import BodyMap
from redbag.templatetags.redbag import clock, day
from redbag.transfers.models import Transfer
from redbag.transfers.skin import refuse_moment, skin_of_journey


def mark_row(mark: Mapping | None) -> dict | None:
    """A mark as the API shows it."""
    return {**mark, "said": said(mark)} if mark else None


def map_row(row: BodyMap | None) -> dict | None:
    """A look at the skin as the API shows it."""
    if row is None:
        return None
    return {
        "id": row.pk,
        "checked": row.checked,
        "moment": row.moment,
        "marks": [mark_row(mark) for mark in row.marks],
        "why_not": row.why_not,
        "seen_at": row.seen_at,
        "recorded_at": row.recorded_at,
        "by": row.by_name,
    }


class BodyMapsCall(Door):
    def found(self, pk) -> Resident:
        resident = self.find(Resident.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(resident.home)
        return resident

    @extend_schema(responses=shapes.listed(BodyMapShape))
    def get(self, request, pk):
        """Every look at the skin, newest first; the newest that is checked is the map."""
        resident = self.found(pk)
        record_view("body_map", resident, actor=self.actor, at=self.now, organisation=resident.home, resident=resident)
        return self.page(skin.looks(resident), map_row, order=("-seen_at", "-recorded_at", "id"))

    @extend_schema(request=BodyMapNew, responses={201: BodyMapShape})
    def post(self, request, pk):
        """Keep what was seen: all marks there are, the same as before, or that nobody looked and why."""
        resident, values = self.found(pk), json_object(request)
        known = {"actor": self.actor, "resident": resident, "moment": values.get("moment"), "now": self.now}
        when = _when(values)
        refuse_moment(resident=resident, moment=values.get("moment"), at=min(when.get("seen_at", self.now), self.now))
        if values.get("checked") is False:
            row = skin.not_looked(why=str(values.get("why_not") or ""), **known)
        elif values.get("checked") is True:
            row = skin.look_at_skin(marks=values.get("marks"), **known, **when)
        else:
            raise Unprocessable({"checked": "Send true or false."})
        return Response(map_row(row), status=201)


def _when(values: Mapping) -> dict:
    """When it was seen and which map was read, as far as they were sent; 422 when they cannot be read."""
    told = {}
    if values.get("seen_at"):
        told["seen_at"] = shapes.Moment().run_validation(values["seen_at"])
    if values.get("after"):
        try:
            told["after"] = UUID(str(values["after"]))
        except ValueError:
            raise Unprocessable({"after": "Send the id of a body map."}) from None
    return told


class SkinCall(Door):
    @extend_schema(responses=SkinShape)
    def get(self, request, pk):
        """The skin around a journey: the home's map before, what was seen on return, and how they differ."""
        mine = Transfer.objects.visible_to(self.actor, now=self.now).select_related("resident")
        transfer = self.find(mine, pk)
        where = self.actor.first_place()
        record_view("skin", transfer, actor=self.actor, at=self.now, organisation=where, resident=transfer.resident_id)
        seen = skin_of_journey(transfer, now=self.now)
        rows = {name: map_row(getattr(seen, name)) for name in ("before", "not_looked", "after", "unseen")}
        differing = [_difference_row(each, seen) for each in seen.differences]
        return Response({**rows, "looked_that_day": seen.looked_that_day, "differences": differing})


def _difference_row(each: Difference, seen: skin.Journey) -> dict:
    words = told(each, map_of=day(seen.before.seen_at) if seen.before else "", seen=clock(seen.after.seen_at))
    return {"before": mark_row(each.before), "after": mark_row(each.after), "said": words}
