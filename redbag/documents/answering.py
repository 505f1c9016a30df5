"""How documents and photos are answered: pictures to be looked at, files to be saved and never run."""

from collections.abc import Callable

from cryptography.fernet import InvalidToken
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from redbag.documents import previews
from redbag.documents.drawing import CannotBeDrawn
from redbag.documents.models import Document
from redbag.documents.reading import portrait_of
from redbag.errors import Gone
from redbag.residents.models import Resident

SHUT_IN = "default-src 'none'; frame-ancestors 'none'; sandbox"
ASKED_AGAIN = "private, no-cache"
NOT_KEPT = "private, no-store"
CANNOT_BE_READ = "The file of this paper or picture cannot be read any more. Add it again from the original."


def page_answer(document: Document, number: int) -> HttpResponse:
    """A page as a picture; 404 for a page there is not or that cannot be drawn, Gone when the file cannot be read."""
    try:
        jpeg = _read(lambda: previews.page_picture(document, number))
    except (LookupError, CannotBeDrawn):
        raise Http404 from None
    return _shut_in(HttpResponse(jpeg, content_type="image/jpeg"), NOT_KEPT)


def portrait_answer(request: HttpRequest, resident: Resident, *, small: bool) -> HttpResponse:
    """The photo of a resident; 404 when there is none."""
    return photo_answer(request, portrait_of(resident), small=small)


def photo_answer(request: HttpRequest, document: Document | None, *, small: bool) -> HttpResponse:
    """A photo of a person as a square; 404 when there is none.

    A browser may hold the small one, but asks each time whether it may still show it: whoever calls this has asked for
    the permission before, so that nobody who may not look is told that it is the same.
    """
    if document is None:
        raise Http404
    if not small:
        return _shut_in(_face(document, small=False), NOT_KEPT)
    name = f'"{document.digest}"'
    answer = get_conditional_response(request, etag=name) or _face(document, small=True)
    answer["ETag"] = name
    patch_vary_headers(answer, ["Cookie"])
    return _shut_in(answer, ASKED_AGAIN)


def picture_answer(read: Callable[[], bytes]) -> HttpResponse:
    """A picture of ours that `read` reads, to be looked at; Gone when its file cannot be read."""
    return _shut_in(HttpResponse(_read(read), content_type="image/jpeg"), NOT_KEPT)


def _face(document: Document, *, small: bool) -> HttpResponse:
    jpeg = _read(lambda: previews.portrait_picture(document, small=small))
    return HttpResponse(jpeg, content_type="image/jpeg")


def file_answer(document: Document) -> HttpResponse:
    """The document itself, to be saved under a name that says nothing of the person."""
    answer = HttpResponse(_read(lambda: previews.whole(document)), content_type=document.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{document.file_name}"'
    return _shut_in(answer, NOT_KEPT)


def _read(read: Callable[[], bytes]) -> bytes:
    """What was kept, or Gone when its file is missing or was sealed with a key that is there no more."""
    try:
        return read()
    except (FileNotFoundError, InvalidToken):
        raise Gone(CANNOT_BE_READ) from None


def _shut_in(answer: HttpResponse, cached: str) -> HttpResponse:
    answer["Content-Security-Policy"] = SHUT_IN
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = cached
    return answer
