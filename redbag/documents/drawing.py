"""Pictures of the pages of a PDF."""

from redbag.documents.guarded import Stumbled, run
from redbag.errors import Refused

CANNOT = "We cannot draw page {} of this PDF. Print it and take a photo of the page, or save it again as PDF."


class CannotBeDrawn(Refused):
    code = "cannot_be_drawn"


def draw_page(pdf: bytes, number: int) -> bytes:
    """The page (1 is the first) as a JPEG, 1600 points on its long side; CannotBeDrawn, or Busy when none is free.

    pdfium is not safe to use from several threads, so each page has a process.
    """
    try:
        return run("page_to_jpeg.py", pdf, str(number))
    except Stumbled:
        raise CannotBeDrawn(CANNOT.format(number)) from None
