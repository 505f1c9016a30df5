"""Calls about papers and pictures of a resident."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.response import Response

from redbag.api import documents_shapes as shapes
from redbag.api.door import Door, json_object
from redbag.documents import actions, answering, looking_again
from redbag.documents.models import Document
from redbag.documents.reading import hidden_but_removable, hidden_count, in_order, record_look
from redbag.documents.uploads import read_chosen
from redbag.errors import BadInput
from redbag.journal.recording import EXPORTED, record_view
from redbag.residents.models import Resident
from redbag.transfers.facts import can_be_kept

PICTURE = {(200, "image/jpeg"): OpenApiTypes.BINARY}
FILE = {(200, "application/pdf"): OpenApiTypes.BINARY, (200, "image/jpeg"): OpenApiTypes.BINARY}
SMALL = OpenApiParameter("small", bool, description="160 points instead of 480, 8 KB at most")
SAID = [OpenApiParameter(name, str, description="when the file is the whole body") for name in actions.TYPED]


class Anything(BaseParser):
    """A file as the whole body; what it is its content says, not its name or type."""

    media_type = "*/*"

    def parse(self, stream, media_type=None, parser_context=None):
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        return stream.read()


def document_row(door: Door, document: Document) -> dict:
    """A document as the API shows it."""
    return {
        "id": document.pk,
        "resident": document.resident_id,
        "kind": document.kind,
        "title": document.title,
        "name": document.name,
        "content_type": document.content_type,
        "digest": document.digest,
        "size": document.size,
        "pages": document.pages,
        "dated_on": document.dated_on,
        "look_again_on": document.look_again_on,
        "said": looking_again.words(document, timezone.localdate(door.now)),
        "is_decision": document.is_decision,
        "restricted": document.restricted,
        "added_at": document.added_at,
        "added_by": document.added_by_name,
        "removed_at": document.removed_at,
        "removed_by": document.removed_by_name or None,
        "removed_why": document.removed_why or None,
    }


def slip_row(document: Document) -> dict:
    """What somebody who added a restricted document is told of it, to take it off and nothing else."""
    return {
        "id": document.pk,
        "kind": document.kind,
        "added_at": document.added_at,
        "removed_at": document.removed_at,
    }


class ResidentDoor(Door):
    def resident(self, pk) -> Resident:
        """The resident, if the caller may see them and do this."""
        resident = self.find(Resident.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(resident.home)
        return resident


class DocumentsCall(ResidentDoor):
    parser_classes = [MultiPartParser, Anything]

    @extend_schema(responses=shapes.documents_shape())
    def get(self, request, pk):
        """Every paper and picture kept of a resident; `hidden` counts the restricted ones the caller may not see."""
        resident = self.resident(pk)
        home = resident.home
        record_view("documents", resident, actor=self.actor, at=self.now, organisation=home, resident=resident)
        rows = in_order(Document.objects.visible_to(self.actor).kept().of_person(resident.pk))
        told = {"results": [document_row(self, each) for each in rows], "next": None}
        slips = [slip_row(each) for each in hidden_but_removable(resident, actor=self.actor)]
        return Response({**told, "hidden": hidden_count(resident, actor=self.actor), "hidden_yours": slips})

    @extend_schema(
        request={
            "multipart/form-data": shapes.DocumentNew,
            **dict.fromkeys(
                ("application/pdf", "image/jpeg", "image/png", "image/webp", "application/octet-stream"),
                OpenApiTypes.BINARY,
            ),
        },
        parameters=SAID,
        responses={201: shapes.DocumentShape},
    )
    def post(self, request, pk):
        """Keep a paper or picture, sent as a form with `file`, or as the whole body with the rest in the address."""
        resident = self.resident(pk)
        whole = isinstance(request.data, bytes)
        said = request.query_params if whole else request.data
        values = {name: said[name] for name in actions.TYPED if name in said}
        if wrong := {
            name: "Leave out characters that cannot be kept." for name in values if not _is_text(values[name])
        }:
            raise BadInput(wrong)
        file = request.data if whole else read_chosen(request.FILES.get("file"))
        kept = actions.add_document(actor=self.actor, resident=resident, file=file, values=values, now=self.now)
        return Response(document_row(self, kept), status=201)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and can_be_kept(value)


class DocumentDoor(Door):
    def mine(self, pk) -> Document:
        """The document, if the caller may look at it."""
        return self.one_of(Document.objects.readable_by(self.actor), pk)

    def slip(self, pk) -> Document:
        """The document, if the caller may look at it, or take it off because they added it."""
        return self.one_of(Document.objects.known_to(self.actor), pk)

    def one_of(self, rows: QuerySet, pk) -> Document:
        found = self.find(rows.select_related("resident__home"), pk)
        self.allow(found.resident.home)
        return found

    def note(self, page: str, document: Document) -> None:
        record_look(page, document, actor=self.actor, now=self.now)


class DocumentCall(DocumentDoor):
    @extend_schema(responses=shapes.DocumentShape)
    def get(self, request, pk):
        """What is known of one document."""
        document = self.mine(pk)
        self.note("document", document)
        return Response(document_row(self, document))

    @extend_schema(request=shapes.DocumentChange, responses=shapes.DocumentShape)
    def patch(self, request, pk):
        """Restrict a document to the nurse in charge and managers, or open it to everybody again."""
        document = self.mine(pk)
        restricted = json_object(request).get("restricted")
        if not isinstance(restricted, bool):
            raise BadInput({"restricted": "Send true or false."})
        kept = actions.restrict_document(actor=self.actor, document=document, restricted=restricted, now=self.now)
        return Response(document_row(self, kept))


class DocumentFileCall(DocumentDoor):
    @extend_schema(responses=FILE)
    def get(self, request, pk):
        """The document itself, as it is kept: made anew when it came, without anything that acts."""
        document = self.mine(pk)
        record_look("document", document, actor=self.actor, now=self.now, way=EXPORTED)
        return answering.file_answer(document)


class DocumentPageCall(DocumentDoor):
    @extend_schema(responses=PICTURE)
    def get(self, request, pk, number):
        """One page as a picture; 1 is the first."""
        document = self.mine(pk)
        self.note("document", document)
        return answering.page_answer(document, number)


class DocumentStillRightCall(DocumentDoor):
    @extend_schema(request=None, responses=shapes.DocumentShape)
    def post(self, request, pk):
        """Somebody looked and it is still right; 409 where only the paper itself states its date."""
        document = self.mine(pk)
        kept = actions.say_still_right(actor=self.actor, document=document, now=self.now)
        return Response(document_row(self, kept))


class DocumentRemoveCall(DocumentDoor):
    @extend_schema(request=shapes.DocumentRemoval, responses=shapes.DocumentShape)
    def post(self, request, pk):
        """Take a document off every list, with the reason; a senior, a manager or whoever added it may."""
        document = self.slip(pk)
        why = str(json_object(request).get("why") or "")
        kept = actions.remove_document(actor=self.actor, document=document, why=why, now=self.now)
        return Response(document_row(self, kept))


class DocumentBringBackCall(DocumentDoor):
    @extend_schema(request=None, responses=shapes.DocumentShape)
    def post(self, request, pk):
        """A document that was taken off is on the lists again."""
        document = self.slip(pk)
        kept = actions.bring_back(actor=self.actor, document=document, now=self.now)
        return Response(document_row(self, kept))


class PortraitCall(ResidentDoor):
    @extend_schema(responses=PICTURE, parameters=[SMALL])
    def get(self, request, pk):
        """The photo of a resident, square; 404 when there is none."""
        resident = self.resident(pk)
        record_view("portrait", resident, actor=self.actor, at=self.now, organisation=resident.home, resident=resident)
        return answering.portrait_answer(request, resident, small=small(request))


def small(request) -> bool:
    """Whether the small photo was asked for."""
    return request.query_params.get("small") == "true"
