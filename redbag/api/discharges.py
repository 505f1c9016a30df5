"""Calls about discharge summaries: the hospital sends one, the home reads and acknowledges it."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import default_storage
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from redbag.api import shapes
from redbag.api.deliveries import delivery_row
from redbag.api.door import Door, json_object
from redbag.api.parsing import Json
from redbag.discharges import actions
from redbag.discharges.models import DischargeSummary
from redbag.errors import NotAllowed
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.organisations.models import Organisation
from redbag.transfers.models import Transfer

Form = DischargeSummary.Form


class Bytes(BaseParser):
    """A file as the whole body."""

    def parse(self, stream, media_type=None, parser_context=None):
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        return stream.read()


class Pdf(Bytes):
    media_type = "application/pdf"
    form = Form.PDF


class FhirJson(Bytes):
    media_type = "application/fhir+json"
    form = Form.FHIR_JSON


class FhirXml(Bytes):
    media_type = "application/fhir+xml"
    form = Form.FHIR_XML


FILES = (Pdf, FhirJson, FhirXml)
FILE_BODIES = {parser.media_type: OpenApiTypes.BINARY for parser in FILES}


def own_summaries(door: Door):
    """The summaries the caller may see, with what is shown with them."""
    found = DischargeSummary.objects.visible_to(door.actor, now=door.now)
    return found.select_related("transfer", "home", "resident", "organisation", "acknowledgement")


def summary_row(door: Door, summary: DischargeSummary) -> dict:
    """A discharge summary with its headings, who has read it and how it was carried."""
    read = getattr(summary, "acknowledgement", None)
    owed = summary.deliveries().select_related("letter", "endpoint").order_by("created_at")
    carried = [{**delivery_row(each, attempts=False), "address": None} for each in owed]
    return {
        "id": summary.pk,
        "transfer": summary.transfer_id,
        "version": summary.version,
        "state": summary.state,
        "form": summary.form,
        "hospital": summary.organisation.ods_code,
        "headings": {section.slug: section.text for section in summary.sections()},
        "missing_headings": [heading.slug for heading in summary.missing()],
        "file": f"/api/v1/discharge-summaries/{summary.pk}/file" if summary.file else None,
        "written_by": summary.written_by_name,
        "sent_at": summary.sent_at,
        "opened_at": summary.opened_at,
        "acknowledged": {"name": read.name, "role": read.role, "at": read.at} if read else None,
        "deliveries": carried,  # to which address is the home's own business
    }


class WriteCall(Door):
    parser_classes = [Json, *FILES]

    @extend_schema(
        request={"application/json": shapes.DischargeNew, **FILE_BODIES},
        responses={201: shapes.DischargeShape},
        parameters=[OpenApiParameter("draft", bool, description="for files; JSON says it in the body")],
    )
    def post(self, request, pk):
        """Send what the hospital says home, by heading or as a file; with `draft` it is kept and not sent."""
        visible = Transfer.objects.visible_to(self.actor, now=self.now)
        transfer = self.find(visible.select_related("home", "resident", "destination"), pk)
        hospital = self._hospital(transfer)
        sent_as = request.content_type.partition(";")[0].strip()
        form = next((each.form for each in FILES if each.media_type == sent_as), None)
        headings, file, draft = None, None, request.query_params.get("draft") == "true"
        if form:
            file = request.data if isinstance(request.data, bytes) else b""
        else:
            body = json_object(request)
            draft = draft or body.get("draft") is True
            headings = body.get("headings", {name: text for name, text in body.items() if name != "draft"})
        summary = actions.write_summary(
            actor=self.actor,
            transfer=transfer,
            organisation=hospital,
            headings=headings,
            file=file,
            form=form or Form.HEADINGS,
            draft=draft,
            now=self.now,
        )
        return Response(summary_row(self, own_summaries(self).get(pk=summary.pk)), status=201)

    def _hospital(self, transfer: Transfer) -> Organisation:
        """The party to the transfer that the caller writes for."""
        mine = self.actor.organisations_with(Permission.WRITE_DISCHARGE)
        parties = {transfer.destination_id, *transfer.parties.values_list("organisation", flat=True)}
        place = next((pk for pk in mine if pk in parties), None)
        if place is None:
            raise NotAllowed("Only the hospital writes a discharge summary.")
        return Organisation.objects.get(pk=place)


class SummaryCall(Door):
    @extend_schema(responses=shapes.DischargeShape)
    def get(self, request, pk):
        """One discharge summary. The first time somebody at the home reads it, the hospital can see that."""
        summary = self.find(own_summaries(self), pk)
        actions.opened(actor=self.actor, summary=summary, now=self.now)
        self.note("discharge", summary)
        return Response(summary_row(self, summary))

    def note(self, page: str, summary: DischargeSummary) -> None:
        record_view(
            page,
            summary,
            actor=self.actor,
            at=self.now,
            organisation=self.actor.home(),
            resident=summary.resident_id,
        )


class FileCall(SummaryCall):
    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request, pk):
        """The original, as it came (a PDF without its active content)."""
        summary = self.find(own_summaries(self), pk)
        if not summary.file:
            raise NotFound
        self.note("discharge_file", summary)
        kind = next(parser.media_type for parser in FILES if parser.form == summary.form)
        name = "discharge-summary." + summary.file.rsplit(".", 1)[-1]
        return FileResponse(default_storage.open(summary.file), as_attachment=True, filename=name, content_type=kind)


class AcknowledgeCall(Door):
    @extend_schema(request=shapes.Acknowledge, responses=shapes.AcknowledgementShape)
    def post(self, request, pk):
        """A named person at the home has read it. An organisation's key sends `name` and `role`."""
        summary = self.find(own_summaries(self), pk)
        self.allow(summary.home)
        body = json_object(request)
        done = actions.acknowledge(
            actor=self.actor, summary=summary, name=body.get("name"), role=body.get("role"), now=self.now
        )
        return Response({"id": done.pk, "name": done.name, "role": done.role, "at": done.at})
