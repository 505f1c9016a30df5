"""Calls about requests for everything held about a resident: noted, gathered, looked through, sent."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from redbag.api import records_shapes as shapes
from redbag.api.door import json_object
from redbag.api.problems import Unprocessable
from redbag.api.records import Keeper, day_of, words_of
from redbag.api.shapes import listed
from redbag.retention import asking, looking_through
from redbag.retention.models import RecordExport, RecordRequest


def request_row(asked: RecordRequest) -> dict:
    """A request for everything held."""
    names = ("id", "asked_by", "standing", "identity_seen", "received_on", "due_on", "extended_why", "outcome")
    return {
        **{name: getattr(asked, name) for name in (*names, "closed_at")},
        "resident": asked.resident_id,
        "exports": list(asked.exports.order_by("asked_at").values_list("pk", flat=True)),
    }


def export_row(export: RecordExport) -> dict:
    """An export, with what must be looked at."""
    rows = list(export.passages.order_by("-first", "pk"))
    return {
        **{name: getattr(export, name) for name in ("id", "state", "done", "total", "kept_until")},
        "request": export.request_id,
        "undecided": sum(not each.decision for each in rows),
        "passages": [
            {"id": each.pk, "names": each.names_found}
            | {name: getattr(each, name) for name in ("heading", "text", "first", "decision", "reason")}
            for each in rows
        ],
    }


class RequestsCall(Keeper):
    @extend_schema(responses=listed(shapes.RequestShape))
    def get(self, request):
        """Requests that have no answer yet, the one due first on top."""
        rows = list(RecordRequest.objects.visible_to(self.actor).open().order_by("due_on"))
        self.looked_through((each.home_id, each.resident_id) for each in rows)
        return Response({"results": [request_row(each) for each in rows], "next": None})

    @extend_schema(request=shapes.NewRequestShape, responses={201: shapes.RequestShape})
    def post(self, request):
        """Note that somebody asked for everything held about a resident."""
        body = json_object(request)
        if not body.get("resident"):
            raise Unprocessable({"resident": "Say whose record."})
        told = {name: words_of(body, name) for name in ("asked_by", "standing", "identity_seen")}
        made = asking.note_request(
            actor=self.actor,
            resident=self.their_resident(body["resident"]),
            received_on=day_of(body, "received_on"),
            now=self.now,
            **told,
        )
        return Response(request_row(made), status=201)


class RequestCall(Keeper):
    @extend_schema(responses=shapes.RequestShape)
    def get(self, request, pk):
        """One request."""
        found = self.their(RecordRequest.objects.visible_to(self.actor), pk)
        self.looked("record_request", found, home=found.home_id, resident=found.resident_id)
        return Response(request_row(found))

    @extend_schema(request=shapes.RequestClosedShape, responses=shapes.RequestShape)
    def patch(self, request, pk):
        """Say what came of a request."""
        found, body = self.their(RecordRequest.objects.visible_to(self.actor), pk), json_object(request)
        told = {name: words_of(body, name) for name in ("outcome", "words", "identity_seen")}
        asking.close_request(actor=self.actor, asked=found, now=self.now, **told)
        return self.get(request, pk)


class ExtendCall(Keeper):
    @extend_schema(request=shapes.WhyShape, responses=shapes.RequestShape)
    def post(self, request, pk):
        """Take two months more, once, and say why."""
        found, why = self.their(RecordRequest.objects.visible_to(self.actor), pk), words_of(json_object(request), "why")
        asking.extend_request(actor=self.actor, asked=found, why=why, now=self.now)
        return Response(request_row(self.their(RecordRequest.objects.visible_to(self.actor), pk)))


class GatherCall(Keeper):
    @extend_schema(request=None, responses={202: shapes.ExportShape})
    def post(self, request, pk):
        """Have everything gathered, in the background."""
        found = self.their(RecordRequest.objects.visible_to(self.actor), pk)
        return Response(export_row(asking.ask_export(actor=self.actor, asked=found, now=self.now)), status=202)


class ExportCall(Keeper):
    @extend_schema(responses=shapes.ExportShape)
    def get(self, request, pk):
        """How far an export is, and the passages somebody must look at."""
        found = self.their(RecordExport.objects.visible_to(self.actor), pk)
        self.looked("record_export", found, home=found.home_id, resident=found.request.resident_id)
        return Response(export_row(found))

    @extend_schema(request=shapes.DecisionsShape, responses=shapes.ExportShape)
    def patch(self, request, pk):
        """Say what is shown and what is left out; with `make`, have it written out."""
        found, body = self.their(RecordExport.objects.visible_to(self.actor), pk), json_object(request)
        said = {"actor": self.actor, "export": found, "now": self.now}
        if rows := body.get("decisions"):
            looking_through.decide(decisions=_decisions(rows), **said)
        if body.get("make") is True:
            looking_through.ask_making(**said)
        return self.get(request, pk)


def _decisions(rows: object) -> dict[int, tuple[str, str]]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unprocessable({"decisions": "Send a list of objects with passage, decision and reason."})
    return {
        row["passage"]: (words_of(row, "decision"), words_of(row, "reason"))
        for row in rows
        if isinstance(row.get("passage"), int)
    }


class ExportPaperCall(Keeper):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request, pk):
        """The paper that is sent, as PDF; fetching it is written in the journal."""
        return self.hand_out(pk, "paper")

    def hand_out(self, pk, form: str) -> HttpResponse:
        found = self.their(RecordExport.objects.visible_to(self.actor), pk)
        handed = looking_through.hand_out(actor=self.actor, export=found, form=form, now=self.now)
        named = f'attachment; filename="{handed.name}"'
        return HttpResponse(handed.content, content_type=handed.content_type, headers={"Content-Disposition": named})


class ExportDataCall(ExportPaperCall):
    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request, pk):
        """A ZIP with the record as JSON, the paper and files; fetching it is written in the journal."""
        return self.hand_out(pk, "data")
