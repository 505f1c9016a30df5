"""Calls about letters that came on paper or by mail, and the return note."""

import base64
import binascii

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import letters_shapes as shapes
from redbag.api.discharges import Pdf, own_summaries
from redbag.api.documents import ResidentDoor
from redbag.api.door import Door, json_object
from redbag.api.parsing import Json
from redbag.discharges import copying
from redbag.discharges.files import page_of, pages_of
from redbag.discharges.models import DischargeSummary
from redbag.discharges.taking_off import take_off
from redbag.documents import answering
from redbag.documents.drawing import CannotBeDrawn
from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.packs.return_note import print_return_note
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer

TOLD = ("hospital", "hospital_name", "dated_on", "no_date", "headings")
MOST_IMAGES = 60
IN_ADDRESS = [
    OpenApiParameter(name, str, description="when the PDF is the whole body")
    for name in ("hospital", "hospital_name", "dated_on", "seen", "transfer", "replaces", "return_note")
]
PAGE = {(200, "image/jpeg"): OpenApiTypes.BINARY}
FILE = {(200, "application/pdf"): OpenApiTypes.BINARY}


def copied_row(summary: DischargeSummary) -> dict:
    """A letter that the home put in itself."""
    return {
        "id": summary.pk,
        "resident": summary.resident_id,
        "transfer": summary.transfer_id,
        "source": summary.source,
        "state": summary.state,
        "version": summary.version,
        "follows": summary.follows_id,
        "hospital_name": summary.hospital_name,
        "dated_on": summary.dated_on,
        "return_note": summary.return_note,
        "pages": pages_of(summary),
        "file": f"/api/v1/discharge-summaries/{summary.pk}/file",
        "written_by": summary.written_by_name,
        "sent_at": summary.sent_at,
    }


def told(said: dict) -> dict:
    """What was said of a letter, as the actions read it."""
    seen = said.get("seen") or []
    values = {name: said[name] for name in TOLD if name in said}
    return {**values, "seen": seen if isinstance(seen, list) else str(seen).split(",")}


def journey_of(door: Door, said: dict, resident: Resident) -> Transfer | None:
    """The journey that a body names, which must be the resident's; 404 otherwise."""
    if not said.get("transfer"):
        return None
    rows = Transfer.objects.visible_to(door.actor, now=door.now).filter(resident=resident)
    return door.find(rows, id_in(said["transfer"], "transfer"))


def id_in(said: object, name: str) -> str:
    if not isinstance(said, str) or len(said) > 36:
        raise BadInput({name: "Send an id."})
    return said


class CopiedLettersCall(ResidentDoor):
    parser_classes = [Json, Pdf]

    @extend_schema(
        request={"application/json": shapes.CopiedLetterNew, "application/pdf": OpenApiTypes.BINARY},
        parameters=IN_ADDRESS,
        responses={201: shapes.CopiedLetterShape},
    )
    def post(self, request, pk):
        """File a letter that came on paper: its photos as JSON, or a PDF as the whole body, the rest in the address."""
        resident = self.resident(pk)
        whole = isinstance(request.data, bytes)
        said = request.query_params.dict() if whole else json_object(request)
        replaces = None
        if said.get("replaces"):
            replaces = self.find(own_summaries(self).filter(resident=resident), id_in(said["replaces"], "replaces"))
        summary = copying.copy_at_once(
            actor=self.actor,
            resident=resident,
            files=[request.data] if whole else _images(said),
            values=told(said),
            transfer=journey_of(self, said, resident),
            replaces=replaces,
            return_note=said.get("return_note") in (True, "true"),
            now=self.now,
        )
        return Response(copied_row(summary), status=201)


def _images(said: dict) -> list[bytes]:
    images = said.get("images")
    if not isinstance(images, list) or not images or len(images) > MOST_IMAGES:
        raise BadInput({"images": f"Send a list of 1 to {MOST_IMAGES} photos or PDFs, each in base64."})
    try:
        return [base64.b64decode(each, validate=True) for each in images]
    except (binascii.Error, ValueError, TypeError):
        raise BadInput({"images": "Send each photo or PDF in base64."}) from None


class NotTheirsCall(Door):
    @extend_schema(request=shapes.NotTheirs, responses=shapes.NotTheirsShape)
    def post(self, request, pk):
        """Take off a letter that the home filed with the wrong resident, and file it with the right one if there is."""
        summary, said = self.find(own_summaries(self), pk), json_object(request)
        self.allow(summary.home_id)
        other = None
        if said.get("resident"):
            rows = Resident.objects.visible_to(self.actor).filter(home=summary.home_id).select_related("home")
            other = self.find(rows, id_in(said["resident"], "resident"))
        with transaction.atomic():
            copy = take_off(actor=self.actor, summary=summary, belongs_to=other, now=self.now)
            filed = None
            if copy is not None:
                filed = copying.finish_copy(actor=self.actor, copy=copy, values=told(said), now=self.now)
        return Response({"taken_off": summary.pk, "filed": copied_row(filed) if filed else None})


class SummaryPageCall(Door):
    @extend_schema(responses=PAGE)
    def get(self, request, pk, number):
        """One page of a summary that came as a PDF, as a picture; 1 is the first."""
        summary = self.find(own_summaries(self), pk)
        where, whose = self.actor.home(), summary.resident_id
        record_view("discharge", summary, actor=self.actor, at=self.now, organisation=where, resident=whose)
        try:
            return answering.picture_answer(lambda: page_of(summary, number))
        except (LookupError, CannotBeDrawn):
            raise NotFound from None


class ReturnNoteCall(Door):
    @extend_schema(responses=FILE)
    def get(self, request, pk):
        """The return note for a ward that does not use Red Bag, who the patient is filled in."""
        transfer = self.find(Transfer.objects.visible_to(self.actor, now=self.now), pk)
        self.allow(transfer.home_id)
        handed = print_return_note(actor=self.actor, transfer=transfer, now=self.now)
        return HttpResponse(handed.content, headers=handed.headers)
