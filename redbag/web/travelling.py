"""What crew and ward read of a resident's papers during a journey, and the photo a label leads to."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.documents import answering, looking_again
from redbag.documents.models import Document
from redbag.documents.reading import travelling_document, travelling_documents
from redbag.journal.recording import EXPORTED, VIEWED, record_view
from redbag.organisations.access import Permission
from redbag.transfers.models import Transfer
from redbag.transfers.scanning import FOUND, look_up
from redbag.web import showing
from redbag.web.transfers import their_transfer


def their_paper(
    request: HttpRequest, transfer_id: UUID, document_id: UUID, way: str = VIEWED
) -> tuple[Transfer, Document]:
    """A document that travels, by way of a transfer they may read; 404 otherwise. The look is in the journal."""
    transfer = their_transfer(request, transfer_id)
    kept = travelling_document(transfer.resident, document_id, until=transfer.ended_at)
    if kept is None:
        raise Http404
    where = request.actor.first_place()
    now, resident = timezone.now(), transfer.resident
    record_view("transfer_document", kept, actor=request.actor, at=now, organisation=where, resident=resident, way=way)
    return transfer, kept


@never_cache
def transfer_document(request: HttpRequest, transfer_id: UUID, document_id: UUID) -> HttpResponse:
    """One document of the patient, page under page, for those who may read the journey."""
    transfer, kept = their_paper(request, transfer_id, document_id)
    inside, today = request.actor.may(Permission.PACK, transfer.home_id), timezone.localdate()
    seen = {
        "document": kept,
        "transfer": transfer,
        "name_of": transfer.resident.called if inside else transfer.resident.patient_name,
        "words": looking_again.words(kept, today) if kept.is_decision or kept.to_look_at(today) else "",
        "pages": showing.pages(kept, transfer),
    }
    return render(request, "pages/documents/travelling.html", seen)


def transfer_document_page(request: HttpRequest, transfer_id: UUID, document_id: UUID, number: int) -> HttpResponse:
    """One page of a document as a picture."""
    return answering.page_answer(their_paper(request, transfer_id, document_id)[1], number)


def transfer_document_file(request: HttpRequest, transfer_id: UUID, document_id: UUID) -> HttpResponse:
    """The document itself, to be saved."""
    return answering.file_answer(their_paper(request, transfer_id, document_id, EXPORTED)[1])


def transfer_photo(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The photo of the patient on a journey's page, which is the journal's entry."""
    transfer = their_transfer(request, transfer_id)
    papers = travelling_documents(transfer.resident, until=transfer.ended_at)
    photo = next((each for each in papers if each.kind == Document.Kind.PHOTO), None)
    where = request.actor.first_place()
    now, resident = timezone.now(), transfer.resident
    record_view("transfer", transfer, actor=request.actor, at=now, organisation=where, resident=resident)
    return answering.photo_answer(request, photo, small="small" in request.GET)


def label_photo(request: HttpRequest, text: str) -> HttpResponse:
    """The photo of the person a label leads to, for whoever its page opens to; looking it up is the journal's entry."""
    look = look_up(text=text, actor=request.actor or None, now=timezone.now())
    if look.view == FOUND or look.transfer is None:
        raise Http404
    return answering.portrait_answer(request, look.transfer.resident, small="small" in request.GET)
