"""How documents and photos are answered: pictures to be looked at, files to be saved and never run."""

from django.http import Http404, HttpResponse

from redbag.documents import previews
from redbag.documents.drawing import CannotBeDrawn
from redbag.documents.models import Document
from redbag.documents.reading import portrait_of
from redbag.residents.models import Resident

SHUT_IN = "default-src 'none'; sandbox"
KEPT = "private, max-age=600"
NOT_KEPT = "private, no-store"


def page_answer(document: Document, number: int) -> HttpResponse:
    """A page as a picture; 404 for a page there is not or that cannot be drawn."""
    try:
        return _picture(previews.page_picture(document, number), NOT_KEPT)
    except (LookupError, FileNotFoundError, CannotBeDrawn):
        raise Http404 from None


def portrait_answer(resident: Resident, *, small: bool) -> HttpResponse:
    """The photo of a resident; 404 when there is none."""
    return photo_answer(portrait_of(resident), small=small)


def photo_answer(document: Document | None, *, small: bool) -> HttpResponse:
    """A photo of a person as a square; 404 when there is none."""
    if document is None:
        raise Http404
    try:
        return _picture(previews.portrait_picture(document, small=small), KEPT)
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
