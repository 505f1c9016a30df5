"""Calls about discharge summaries: the hospital sends one, the home reads and acknowledges it."""

from io import BytesIO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from redbag.api.deliveries import delivery_row
from redbag.api.discharges_shapes import Acknowledge, AcknowledgementShape, DischargeNew, DischargeShape
from redbag.api.door import Door, json_object
from redbag.api.parsing import Json
from redbag.discharges import actions
from redbag.discharges.content import beside
from redbag.discharges.files import file_of
from redbag.discharges.held_words import because, codes
from redbag.discharges.models import DischargeSummary
from redbag.discharges.standing import also_counting, cautions
from redbag.discharges.typed_lists import typed_lists
from redbag.errors import NotAllowed
from redbag.journal.recording import EXPORTED, VIEWED, record_view
from redbag.organisations.access import Permission
from redbag.organisations.models import Organisation
from redbag.transfers.models import Transfer
from redbag.vault import read_file

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


LISTS = ("medicines", "allergies", "allergies_say")
BESIDE = ("draft", "relation", *LISTS)
FILES = (Pdf, FhirJson, FhirXml)
TOLD = (DischargeSummary.State.SENT, DischargeSummary.State.SUPERSEDED)
FILE_BODIES = {parser.media_type: OpenApiTypes.BINARY for parser in FILES}


def own_summaries(door: Door):
    """The summaries the caller may see, with what is shown with them."""
    found = DischargeSummary.objects.visible_to(door.actor, now=door.now)
    return found.select_related("transfer", "home", "resident", "organisation", "acknowledgement")


def short_row(door: Door, summary: DischargeSummary) -> dict:
    """A discharge summary in a list. Where the person lives is said once it was sent, to who had their journey;
    who it is to their home alone."""
    at_home = door.actor.may(Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id)
    knows = at_home or summary.transfer_id is not None
    return {
        "id": summary.pk,
        "transfer": summary.transfer_id,
        "home": summary.home.ods_code if knows and summary.home and summary.state in TOLD else None,
        "resident": summary.resident_id if at_home and summary.state in TOLD else None,
        "hospital": summary.organisation.ods_code,
        "hospital_name": summary.hospital,
        "source": summary.source,
        "version": summary.version,
        "relation": summary.relation,
        "follows": summary.follows_id,
        "state": summary.state,
        "form": summary.form,
        "written_at": summary.written_at,
        "sent_at": summary.sent_at,
        "opened_at": summary.opened_at,
    }


def summary_row(door: Door, summary: DischargeSummary) -> dict:
    """A discharge summary with its headings, who has read it, how it was carried, and why it is held if it is."""
    said = summary.read()
    held = summary.state == DischargeSummary.State.HELD
    owed = summary.deliveries().select_related("letter", "endpoint").order_by("created_at")
    carried = [{**delivery_row(each, attempts=False), "address": None} for each in owed]
    return short_row(door, summary) | {
        "headings": {section.slug: section.text for section in summary.sections()},
        "missing_headings": [heading.slug for heading in summary.missing()],
        "file": f"/api/v1/discharge-summaries/{summary.pk}/file" if summary.file else None,
        "attachments": [each["title"] for each in said.get("attachments", [])],
        "not_understood": said.get("not_understood", []),
        "cautions": cautions(summary),
        "also_counting": [each.pk for each in also_counting(summary, own_summaries(door))],
        "written_by": summary.written_by_name,
        "discharged_at": summary.discharged_at,
        "acknowledged": _acknowledged(summary),
        "medicines": said.get("medicines", []),
        "allergies": said.get("allergies", []),
        "allergies_say": said.get("allergies_say", ""),
        "urgent_for": summary.urgent_for,
        "deliveries": carried,  # to which address is the home's own business
        "held_for": codes(summary) if held else [],
        "held_because": because(summary) if held else [],
        "held_at": summary.held_at if held else None,
        "settled": _settled(summary),
        "ward": beside(summary.identity, "ward"),
    }


def _acknowledged(summary: DischargeSummary) -> dict | None:
    """Who has read it, trained in medicines or not, and what they say they did."""
    read = getattr(summary, "acknowledgement", None)
    return read and {"name": read.name, "role": read.role, "at": read.at, "trained": read.trained, "did": read.did}


def _settled(summary: DischargeSummary) -> dict | None:
    """Who at the hospital said whose it is, or took it back."""
    if summary.settled_at is None:
        return None
    return {"at": summary.settled_at, "by": summary.settled_by_name, "taken_back": summary.sent_at is None}


def answered(door: Door, summary: DischargeSummary) -> Response:
    """The summary, with 201 when this call made it and 200 when it was there."""
    status = 201 if summary.written_at == door.now else 200
    return Response(summary_row(door, own_summaries(door).get(pk=summary.pk)), status=status)


class WriteCall(Door):
    parser_classes = [Json, *FILES]

    @extend_schema(
        request={"application/json": DischargeNew, **FILE_BODIES},
        responses={201: DischargeShape, 200: DischargeShape},
        parameters=[
            OpenApiParameter("draft", bool, description="for files; JSON says it in the body"),
            OpenApiParameter("relation", str, description="for files: appends, when it adds to the one before"),
        ],
    )
    def post(self, request, pk):
        """Send what the hospital says home, by heading or as a file; with `draft` it is kept and not sent. A document
        that names somebody else than the patient of the transfer is held, with why. The same document again is
        answered as the first time, with 200."""
        visible = Transfer.objects.visible_to(self.actor, now=self.now)
        transfer = self.find(visible.select_related("home", "resident", "destination"), pk)
        hospital = self._hospital(transfer)
        sent_as = request.content_type.partition(";")[0].strip()
        form = next((each.form for each in FILES if each.media_type == sent_as), None)
        headings, file, draft = None, None, request.query_params.get("draft") == "true"
        relation, typed = request.query_params.get("relation", ""), ""
        if form:
            file = request.data if isinstance(request.data, bytes) else b""
        else:
            body = json_object(request)
            draft, relation = draft or body.get("draft") is True, body.get("relation", relation)
            headings = {name: text for name, text in body.items() if name not in BESIDE}
            headings = body.get("headings", headings)
            typed = typed_lists(**{name: body.get(name) for name in LISTS}, headings=headings)
        summary = actions.write_summary(
            actor=self.actor,
            transfer=transfer,
            organisation=hospital,
            headings=headings,
            file=file,
            form=form or Form.HEADINGS,
            draft=draft,
            relation=relation,
            typed=typed,
            now=self.now,
        )
        return answered(self, summary)

    def _hospital(self, transfer: Transfer) -> Organisation:
        """The party to the transfer that the caller writes for."""
        mine = self.actor.organisations_with(Permission.WRITE_DISCHARGE)
        parties = {transfer.destination_id, *transfer.parties.values_list("organisation", flat=True)}
        place = next((pk for pk in mine if pk in parties), None)
        if place is None:
            raise NotAllowed("Only the hospital writes a discharge summary.")
        return Organisation.objects.get(pk=place)


class SummaryCall(Door):
    @extend_schema(responses=DischargeShape)
    def get(self, request, pk):
        """One discharge summary. The first time a signed-in person at the home reads it, the hospital can see that; a
        key that fetches it has not read it."""
        summary = self.find(own_summaries(self), pk)
        actions.opened(actor=self.actor, summary=summary, now=self.now)
        self.note("discharge", summary)
        return Response(summary_row(self, summary))

    def note(self, page: str, summary: DischargeSummary, way: str = VIEWED) -> None:
        record_view(
            page,
            summary,
            actor=self.actor,
            at=self.now,
            organisation=self.actor.home(),
            resident=summary.resident_id,
            way=way,
        )


class FileCall(SummaryCall):
    @extend_schema(
        responses={
            (200, parser.media_type): OpenApiTypes.OBJECT if parser is FhirJson else OpenApiTypes.BINARY
            for parser in FILES
        },
        parameters=[OpenApiParameter("attachment", int, description="1 for the first PDF inside it")],
    )
    def get(self, request, pk):
        """The original, as it came (a PDF without its active content), or a PDF inside it."""
        summary = self.find(own_summaries(self), pk)
        if not summary.file:
            raise NotFound
        self.note("discharge", summary, EXPORTED)
        asked = request.query_params.get("attachment")
        if asked is not None:
            return self._attachment(summary, asked)
        kind = next(parser.media_type for parser in FILES if parser.form == summary.form)
        name = f"discharge-summary.{actions.SUFFIX[Form(summary.form)]}"
        return FileResponse(BytesIO(file_of(summary)), as_attachment=True, filename=name, content_type=kind)

    def _attachment(self, summary: DischargeSummary, asked: str) -> FileResponse:
        kept = summary.read().get("attachments", [])
        if not asked.isdecimal() or not 1 <= int(asked) <= len(kept):
            raise NotFound
        content = read_file(kept[int(asked) - 1]["file"])
        name = f"discharge-summary-attachment-{asked}.pdf"
        return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=Pdf.media_type)


class AcknowledgeCall(Door):
    @extend_schema(request=Acknowledge, responses=AcknowledgementShape)
    def post(self, request, pk):
        """A named person at the home has read it. An organisation's key sends `name` and `role`."""
        summary = self.find(own_summaries(self), pk)
        self.allow(summary.home)
        body = json_object(request)
        done = actions.acknowledge(
            actor=self.actor,
            summary=summary,
            name=body.get("name"),
            role=body.get("role"),
            did=body.get("did"),
            now=self.now,
        )
        return Response({"id": done.pk, "name": done.name, "role": done.role, "at": done.at})
