"""Calls about the papers and pictures that travel with a transfer, and the photo a label leads to."""

from django.db.models import Model
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from redbag.api import documents_shapes as shapes
from redbag.api.documents import FILE, PICTURE, SMALL, document_row, small
from redbag.api.door import Door
from redbag.documents import answering
from redbag.documents.models import Document
from redbag.documents.reading import travelling_document, travelling_documents
from redbag.journal.recording import EXPORTED, VIEWED, record_view
from redbag.transfers.models import Transfer
from redbag.transfers.scanning import FOUND, look_up


class ScanPhotoCall(Door):
    @extend_schema(responses=PICTURE, parameters=[SMALL])
    def get(self, request, text):
        """The photo of the person a label leads to, for whoever the scan opens to; 404 otherwise."""
        look = look_up(text=text, actor=self.actor, now=self.now)
        if look.view == FOUND or look.transfer is None:
            raise NotFound
        return answering.portrait_answer(request, look.transfer.resident, small=small(request))


class TravellingDoor(Door):
    def transfer(self, pk) -> Transfer:
        """The transfer, if the caller may read it."""
        return self.find(Transfer.objects.visible_to(self.actor, now=self.now).select_related("resident"), pk)

    def one(self, pk, document, way: str = VIEWED) -> Document:
        """One of the documents that travel; the look is in the journal."""
        transfer = self.transfer(pk)
        found = travelling_document(transfer.resident, document, until=transfer.ended_at)
        if found is None:
            raise NotFound
        self.note("transfer_document", found, transfer, way)
        return found

    def note(self, page: str, subject: Model, transfer: Transfer, way: str = VIEWED) -> None:
        where, resident = self.actor.home(), transfer.resident_id
        record_view(page, subject, actor=self.actor, at=self.now, organisation=where, resident=resident, way=way)


class TransferDocumentsCall(TravellingDoor):
    @extend_schema(responses=shapes.documents_shape())
    def get(self, request, pk):
        """The papers and pictures that travel: not restricted, not taken off, decisions first."""
        transfer = self.transfer(pk)
        self.note("transfer_documents", transfer, transfer)
        papers = travelling_documents(transfer.resident, until=transfer.ended_at)
        rows = [document_row(self, each) for each in papers]
        return Response({"results": rows, "next": None, "hidden": 0, "hidden_yours": []})


class TransferDocumentFileCall(TravellingDoor):
    @extend_schema(responses=FILE)
    def get(self, request, pk, document) -> HttpResponse:
        """A document that travels, to be saved."""
        return answering.file_answer(self.one(pk, document, EXPORTED))


class TransferDocumentPageCall(TravellingDoor):
    @extend_schema(responses=PICTURE)
    def get(self, request, pk, document, number) -> HttpResponse:
        """One page of a document that travels as a picture."""
        return answering.page_answer(self.one(pk, document), number)
