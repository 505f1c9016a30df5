"""Calls about papers and pictures of a resident, and about those that travel with a transfer."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.response import Response

from redbag.api import documents_shapes as shapes
from redbag.api.door import Door, json_object
from redbag.documents import actions, answering, looking_again
from redbag.documents.models import Document
from redbag.documents.reading import in_order, travelling_documents
from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.models import Organisation
from redbag.residents.models import Resident
from redbag.transfers.facts import can_be_kept
from redbag.transfers.models import Transfer
from redbag.transfers.scanning import FOUND, look_up

TYPED = ("kind", "title", "dated_on", "look_again_on", "restricted")
PICTURE = {(200, "image/jpeg"): OpenApiTypes.BINARY}
FILE = {(200, "application/pdf"): OpenApiTypes.BINARY, (200, "image/jpeg"): OpenApiTypes.BINARY}
SMALL = OpenApiParameter("small", bool, description="160 points instead of 480, 8 KB at most")
SAID = [OpenApiParameter(name, str, description="when the file is the whole body") for name in TYPED]


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


class DocumentsCall(Door):
    parser_classes = [MultiPartParser, Anything]

    def resident(self, pk) -> Resident:
        resident = self.find(Resident.objects.visible_to(self.actor).select_related("home"), pk)
        self.allow(resident.home)
        return resident

    @extend_schema(responses=shapes.documents_shape())
    def get(self, request, pk):
        """Every paper and picture kept of a resident; `hidden` counts the restricted ones the caller may not see."""
        resident = self.resident(pk)
        home = resident.home
        record_view("documents", resident, actor=self.actor, at=self.now, organisation=home, resident=resident)
        rows = in_order(Document.objects.visible_to(self.actor).kept().filter(resident=resident))
        hidden = Document.objects.hidden_from(self.actor).kept().filter(resident=resident).count()
        return Response({"results": [document_row(self, each) for each in rows], "next": None, "hidden": hidden})

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
        values = {name: said[name] for name in TYPED if name in said}
        if wrong := {
            name: "Leave out characters that cannot be kept." for name in values if not _is_text(values[name])
        }:
            raise BadInput(wrong)
        chosen = None if whole else request.data.get("file")
        file = (
            request.data if whole else chosen.read(settings.MAX_UPLOAD_BYTES + 1) if hasattr(chosen, "read") else None
        )
        kept = actions.add_document(actor=self.actor, resident=resident, file=file, values=values, now=self.now)
        return Response(document_row(self, kept), status=201)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and can_be_kept(value)


class DocumentCall(Door):
    def mine(self, pk) -> Document:
        """The document, if the caller may see it; one taken off only for those who may bring it back."""
        found = self.find(Document.objects.visible_to(self.actor).select_related("resident__home"), pk)
        self.allow(found.resident.home)
        if found.removed_at and not actions.may_remove(self.actor, found):
            raise NotFound
        return found

    def note(self, page: str, document: Document) -> None:
        home = document.resident.home
        record_view(page, document, actor=self.actor, at=self.now, organisation=home, resident=document.resident)

    @extend_schema(responses=shapes.DocumentShape)
    def get(self, request, pk):
        """What is known of one document."""
        document = self.mine(pk)
        self.note("document", document)
        return Response(document_row(self, document))


class DocumentFileCall(DocumentCall):
    @extend_schema(responses=FILE)
    def get(self, request, pk):
        """The document itself, as it is kept: made anew when it came, without anything that acts."""
        document = self.mine(pk)
        self.note("document_file", document)
        return answering.file_answer(document)


class DocumentPageCall(DocumentCall):
    @extend_schema(responses=PICTURE)
    def get(self, request, pk, number):
        """One page as a picture; 1 is the first."""
        document = self.mine(pk)
        self.note("document", document)
        return answering.page_answer(document, number)


class DocumentStillRightCall(DocumentCall):
    http_method_names = ["post", "options"]

    @extend_schema(request=None, responses=shapes.DocumentShape)
    def post(self, request, pk):
        """Somebody looked and it is still right; 409 where only the paper itself states its date."""
        document = self.mine(pk)
        kept = actions.say_still_right(actor=self.actor, document=document, now=self.now)
        return Response(document_row(self, kept))


class DocumentRemoveCall(DocumentCall):
    http_method_names = ["post", "options"]

    @extend_schema(request=shapes.DocumentRemoval, responses=shapes.DocumentShape)
    def post(self, request, pk):
        """Take a document off every list, with the reason; a senior, a manager or whoever added it may."""
        document = self.mine(pk)
        why = str(json_object(request).get("why") or "")
        kept = actions.remove_document(actor=self.actor, document=document, why=why, now=self.now)
        return Response(document_row(self, kept))


class DocumentBringBackCall(DocumentCall):
    http_method_names = ["post", "options"]

    @extend_schema(request=None, responses=shapes.DocumentShape)
    def post(self, request, pk):
        """A document that was taken off is on the lists again."""
        document = self.mine(pk)
        kept = actions.bring_back(actor=self.actor, document=document, now=self.now)
        return Response(document_row(self, kept))


class PortraitCall(DocumentsCall):
    http_method_names = ["get", "head", "options"]

    @extend_schema(responses=PICTURE, parameters=[SMALL])
    def get(self, request, pk):
        """The photo of a resident, square; 404 when there is none."""
        resident = self.resident(pk)
        record_view("portrait", resident, actor=self.actor, at=self.now, organisation=resident.home, resident=resident)
        return answering.portrait_answer(resident, small=_small(request))


class ScanPhotoCall(Door):
    @extend_schema(responses=PICTURE, parameters=[SMALL])
    def get(self, request, text):
        """The photo of the person a label leads to, for whoever the scan opens to; 404 otherwise."""
        look = look_up(text=text, actor=self.actor, now=self.now)
        if look.view == FOUND or look.transfer is None:
            raise NotFound
        return answering.portrait_answer(look.transfer.resident, small=_small(request))


def _small(request) -> bool:
    return request.query_params.get("small") == "true"


class TransferDocumentsCall(Door):
    def travelling(self, pk) -> list[Document]:
        """The documents that travel with a transfer the caller may read."""
        transfer = self.find(Transfer.objects.visible_to(self.actor, now=self.now).select_related("resident"), pk)
        return travelling_documents(transfer.resident, until=transfer.closed_at)

    def one(self, pk, document) -> Document:
        """One of them; the look is in the journal."""
        found = next((each for each in self.travelling(pk) if each.pk == document), None)
        if found is None:
            raise NotFound
        where: Organisation | None = self.actor.home()
        resident = found.resident_id
        record_view("transfer_document", found, actor=self.actor, at=self.now, organisation=where, resident=resident)
        return found

    @extend_schema(responses=shapes.documents_shape())
    def get(self, request, pk):
        """The papers and pictures that travel: not restricted, not taken off, decisions first."""
        rows = [document_row(self, each) for each in self.travelling(pk)]
        return Response({"results": rows, "next": None, "hidden": 0})


class TransferDocumentFileCall(TransferDocumentsCall):
    @extend_schema(responses=FILE)
    def get(self, request, pk, document) -> HttpResponse:
        """A document that travels, to be saved."""
        return answering.file_answer(self.one(pk, document))


class TransferDocumentPageCall(TransferDocumentsCall):
    @extend_schema(responses=PICTURE)
    def get(self, request, pk, document, number) -> HttpResponse:
        """One page of a document that travels as a picture."""
        return answering.page_answer(self.one(pk, document), number)
