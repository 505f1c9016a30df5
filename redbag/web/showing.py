"""How documents and photos are answered: pictures to be looked at, files to be saved and never run."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.urls import reverse

from redbag.documents import previews
from redbag.documents.drawing import CannotBeDrawn
from redbag.documents.models import Document
from redbag.documents.reading import portrait_of
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer

SHUT_IN = "default-src 'none'; sandbox"
KEPT = "private, max-age=600"
NOT_KEPT = "private, no-store"


@dataclass(frozen=True)
class Page:
    """A page of a document as a picture: where it is and what it is to somebody who does not see it."""

    source: str
    words: str


def pages(document: Document, transfer: Transfer | None = None) -> list[Page]:
    """Every page of a document, by way of a transfer for those who read it there."""
    return [Page(_address(document, transfer, n), page_words(document, n)) for n in range(1, document.pages + 1)]


def _address(document: Document, transfer: Transfer | None, number: int) -> str:
    if transfer is None:
        return reverse("web:document_page", args=[document.pk, number])
    return reverse("web:transfer_document_page", args=[transfer.pk, document.pk, number])


def page_words(document: Document, number: int) -> str:
    """What a page is, in words: Page 1 of 3 of DNACPR form."""
    return document.name if document.pages == 1 else f"Page {number} of {document.pages} of {document.name}"


def page_answer(document: Document, number: int) -> HttpResponse:
    """A page as a picture; 404 for a page there is not or that cannot be drawn."""
    try:
        return _picture(previews.page_picture(document, number), NOT_KEPT)
    except (LookupError, FileNotFoundError, CannotBeDrawn):
        raise Http404 from None


def portrait_answer(resident: Resident, *, small: bool) -> HttpResponse:
    """The photo of a resident; 404 when there is none."""
    kept = portrait_of(resident)
    if kept is None:
        raise Http404
    try:
        return _picture(previews.portrait_picture(kept, small=small), KEPT)
    except FileNotFoundError:
        raise Http404 from None


def _picture(jpeg: bytes, cached: str) -> HttpResponse:
    return _shut_in(HttpResponse(jpeg, content_type="image/jpeg"), cached)


def file_answer(document: Document) -> HttpResponse:
    """The document itself, to be saved under a name that says nothing of the person."""
    try:
        answer = HttpResponse(previews.whole(document), content_type=document.content_type)
    except FileNotFoundError:
        raise Http404 from None
    answer["Content-Disposition"] = f'attachment; filename="{document.file_name}"'
    return _shut_in(answer, NOT_KEPT)


def _shut_in(answer: HttpResponse, cached: str) -> HttpResponse:
    answer["Content-Security-Policy"] = SHUT_IN
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = cached
    return answer
