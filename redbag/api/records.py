"""Calls about how long records are kept: the queue, holds, and destruction by two."""

from collections.abc import Iterable
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import records_shapes as shapes
from redbag.api.door import Door, json_object, own_place
from redbag.api.shapes import listed
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.retention import ending
from redbag.retention.holds import lift_hold, place_hold
from redbag.retention.models import EndedRecord, Ending, Hold
from redbag.retention.reviewing import Row, left_records, row_of

KEEP = Permission.KEEP_RECORDS


def words_of(body: dict, name: str) -> str:
    """A text of the call, or nothing when there is none."""
    return body[name].strip() if isinstance(body.get(name), str) else ""


def day_of(body: dict, name: str):
    """A day of the call as a date; None when it is missing or no day."""
    try:
        return parse_date(words_of(body, name))
    except ValueError:
        return None


def end_row(row: Row) -> dict:
    """How long a record is kept."""
    found = row.answer
    return {
        "resident": row.resident.pk,
        "home": row.resident.home.ods_code,
        "rule": found.rule,
        "ended_on": found.ended_on,
        "due_on": found.due_on,
        "is_due": found.is_due,
        "not_because": list(found.not_because),
        "destruction": row.ending.pk if row.ending else None,
    }


def hold_row(hold: Hold) -> dict:
    """A legal hold."""
    return {
        **{name: getattr(hold, name) for name in ("id", "asked_by", "reference", "reason", "placed_at", "lifted_at")},
        "resident": hold.resident_id,
        "home": hold.home.ods_code,
        "placed_by": hold.placed_by_name,
        "lifted_by": hold.lifted_by_name,
    }


def destruction_row(each: Ending) -> dict:
    """A destruction, from the proposal on."""
    return {
        **{name: getattr(each, name) for name in ("id", "state", "due_on", "proposed_at", "agreed_at", "stopped_why")},
        "resident": each.resident_id,
        "proposed_by": each.proposed_by_name,
        "agreed_by": each.agreed_by_name,
    }


class Keeper(Door):
    """A call about records, for those who look after them."""

    def their_resident(self, pk) -> Resident:
        mine = Resident.objects.visible_to(self.actor).select_related("home", "merged_into")
        try:
            resident = get_object_or_404(mine, pk=UUID(str(pk)))
        except ValueError as no_id:
            raise NotFound from no_id
        require(self.actor, KEEP, resident.home_id)
        return resident.merged_into or resident

    def looked(self, page: str, subject, *, home, resident) -> None:
        record_view(page, subject, actor=self.actor, at=self.now, organisation=home, resident=resident)

    def looked_through(self, shown: Iterable[tuple[UUID, UUID | None]]) -> None:
        """A list is a look at everybody in it; `shown`: the home and the resident of each row."""
        by_home: dict[UUID, set[UUID]] = {}
        for home, resident in shown:
            if resident:
                by_home.setdefault(home, set()).add(resident)
        for home, named in by_home.items():
            record_view("records", None, actor=self.actor, at=self.now, organisation=home, residents=sorted(named))

    def answer_end(self, resident: Resident) -> Response:
        self.looked("record_end", resident, home=resident.home_id, resident=resident)
        return Response(end_row(row_of(resident, today=timezone.localdate(self.now))))

    def their(self, rows, pk):
        """A row of a table that is scoped already, where the caller may keep records."""
        found = get_object_or_404(rows.select_related("home"), pk=pk)
        require(self.actor, KEEP, found.home_id)
        return found


class RecordsCall(Keeper):
    @extend_schema(responses=listed(shapes.RecordEndShape))
    def get(self, request):
        """Records of everybody who left: when each is due, and what stands in the way; those due first."""
        rows = left_records(actor=self.actor, today=timezone.localdate(self.now))
        self.looked_through((row.resident.home_id, row.resident.pk) for row in rows)
        return Response({"results": [end_row(row) for row in rows], "next": None})


class RecordCall(Keeper):
    @extend_schema(responses=shapes.RecordEndShape)
    def get(self, request, pk):
        """How long one record is kept."""
        return self.answer_end(self.their_resident(pk))

    @extend_schema(request=shapes.EndToldShape, responses=shapes.RecordEndShape)
    def patch(self, request, pk):
        """Say when somebody left, died or was last seen, and whether there is a mental-health record."""
        resident, body = self.their_resident(pk), json_object(request)
        told = {name: day_of(body, name) for name in ("left_on", "died_on", "last_contact_on")}
        told["mental_health"] = body.get("mental_health") is True
        ending.tell_end(actor=self.actor, resident=resident, told=told, now=self.now)
        return self.answer_end(resident)


class KeepLongerCall(Keeper):
    @extend_schema(request=shapes.KeepLongerShape, responses=shapes.RecordEndShape)
    def post(self, request, pk):
        """Keep a record until a day beyond its time, and say why."""
        resident, body = self.their_resident(pk), json_object(request)
        told = {"until": day_of(body, "until"), "because": words_of(body, "because")}
        ending.keep_longer(actor=self.actor, resident=resident, now=self.now, **told)
        return self.answer_end(resident)


class ProposeCall(Keeper):
    @extend_schema(request=shapes.NameShape, responses={201: shapes.DestructionShape})
    def post(self, request, pk):
        """Propose to destroy a record that is due, as the first of two people."""
        resident, name = self.their_resident(pk), words_of(json_object(request), "name")
        made = ending.propose(actor=self.actor, resident=resident, typed_name=name, now=self.now)
        return Response(destruction_row(made), status=201)


class DestructionCall(Keeper):
    @extend_schema(responses=shapes.DestructionShape)
    def get(self, request, pk):
        """How far a destruction has come."""
        found = self.their(Ending.objects.visible_to(self.actor), pk)
        self.looked("record_end", found, home=found.home_id, resident=found.resident_id)
        return Response(destruction_row(found))

    @extend_schema(request=shapes.NameShape, responses=shapes.DestructionShape)
    def post(self, request, pk):
        """Agree to a destruction, as the second person."""
        found = self.their(Ending.objects.visible_to(self.actor), pk)
        name = words_of(json_object(request), "name")
        return Response(destruction_row(ending.agree(actor=self.actor, ending=found, typed_name=name, now=self.now)))

    @extend_schema(request=shapes.WhyShape, responses={204: None})
    def delete(self, request, pk):
        """Give a proposal up, and say why."""
        found = self.their(Ending.objects.visible_to(self.actor), pk)
        ending.give_up(actor=self.actor, ending=found, why=words_of(json_object(request), "why"), now=self.now)
        return Response(status=204)


class DestroyedCall(Keeper):
    @extend_schema(responses=listed(shapes.EndedRecordShape))
    def get(self, request):
        """The destruction log, newest first."""
        rows = EndedRecord.objects.visible_to(self.actor).order_by("-destroyed_at")[:500]
        names = ("id", "rule", "due_on", "destroyed_at", "counts", "digest")
        told = [
            {name: getattr(row, name) for name in names}
            | {"resident": row.resident_ref, "proposed_by": row.proposed_by_name, "agreed_by": row.agreed_by_name}
            for row in rows
        ]
        return Response({"results": told, "next": None})


class HoldsCall(Keeper):
    @extend_schema(responses=listed(shapes.HoldShape))
    def get(self, request):
        """Legal holds that stand."""
        rows = list(Hold.objects.visible_to(self.actor).standing().select_related("home").order_by("placed_at"))
        self.looked_through((each.home_id, each.resident_id) for each in rows)
        return Response({"results": [hold_row(each) for each in rows], "next": None})

    @extend_schema(request=shapes.NewHoldShape, responses={201: shapes.HoldShape})
    def post(self, request):
        """Hold one record back, or every record of a home."""
        body = json_object(request)
        resident = self.their_resident(body["resident"]) if body.get("resident") else None
        home = resident.home if resident else own_place(self.actor, body.get("home"), KEEP)
        told = {name: words_of(body, name) for name in ("asked_by", "reference", "reason")}
        made = place_hold(actor=self.actor, home=home, resident=resident, now=self.now, **told)
        return Response(hold_row(made), status=201)


class HoldCall(Keeper):
    @extend_schema(request=shapes.WhyShape, responses={204: None})
    def delete(self, request, pk):
        """Lift a hold, and say why."""
        found = self.their(Hold.objects.visible_to(self.actor), pk)
        lift_hold(actor=self.actor, hold=found, why=words_of(json_object(request), "why"), now=self.now)
        return Response(status=204)
