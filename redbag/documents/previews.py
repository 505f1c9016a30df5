"""Pictures of a document's pages and of a person's face: made when somebody first looks, kept encrypted beside it."""

from collections.abc import Callable

from django.core.files.storage import default_storage

from redbag.documents.drawing import draw_page
from redbag.documents.models import Document
from redbag.documents.pictures import PORTRAIT, SMALL_PORTRAIT, portrait
from redbag.documents.uploads import PDF
from redbag.vault import keep_file, read_file


def whole(document: Document) -> bytes:
    """The document itself, as it is kept; FileNotFoundError when its file is gone."""
    return read_file(document.file)


def page_picture(document: Document, number: int) -> bytes:
    """A page as a JPEG, 1 being the first; raises LookupError for a page there is not, CannotBeDrawn, and Busy."""
    if not 1 <= number <= document.pages:
        raise LookupError(number)
    if document.content_type != PDF:
        return whole(document)
    return _kept(document, f"page-{number}", lambda: draw_page(whole(document), number))


def portrait_picture(document: Document, *, small: bool = False) -> bytes:
    """The person's face as a square JPEG of 480 points; of 160 and at most 8 KB when it is to be small."""
    side = SMALL_PORTRAIT if small else PORTRAIT
    return _kept(document, f"portrait-{side}", lambda: portrait(whole(document), side=side))


def _kept(document: Document, part: str, make: Callable[[], bytes]) -> bytes:
    name = f"{document.file.rpartition('/')[0]}/{part}"
    try:
        return read_file(name)
    except FileNotFoundError:
        made = make()
    kept = keep_file(name, made)
    if kept != name:  # somebody made it at the same time
        default_storage.delete(kept)
    return made
