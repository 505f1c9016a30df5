"""PDFs that hospitals upload: checked by what is in them, and cleaned of everything that acts by itself."""

import io
from collections.abc import Iterator

import pikepdf
from django.conf import settings

from redbag.errors import BadInput

ACTING_KEYS = (
    "/AA",
    "/AF",
    "/Collection",
    "/EF",
    "/EmbeddedFiles",
    "/JavaScript",
    "/JS",
    "/OPI",
    "/OpenAction",
    "/Ref",
    "/RichMediaContent",
    "/XFA",
)
ACTING = (
    "/GoTo3DView",
    "/GoToE",
    "/GoToR",
    "/ImportData",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/Rendition",
    "/RichMediaExecute",
    "/Sound",
    "/SubmitForm",
)
ACTING_NOTES = ("/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound")
OUTSIDE = ("/F", "/FFilter", "/FDecodeParms")
MEGABYTE = 1024 * 1024
DAMAGED = "This PDF is damaged. Save it again as PDF and choose that file."


def checked_size(file: bytes) -> bytes:
    """The file, unless it is empty or too large: then BadInput."""
    if not file:
        raise BadInput({"file": "This file is empty. Save it again and choose it once more."})
    if len(file) > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES // MEGABYTE
        raise BadInput(
            {"file": f"This file is larger than {limit} MB. Save it in a smaller size, or send it in two parts."}
        )
    return file


def clean_pdf(file: bytes, *, most_pages: int | None = None) -> bytes:
    """The PDF without scripts, attachments and actions that start by themselves; BadInput says what to do otherwise.

    It is written anew, so that what lay before or behind the PDF in the file is gone, and looked through once more.
    """
    checked_size(file)
    if b"%PDF-" not in file[:1024]:
        raise BadInput({"file": "This is not a PDF. Save the document as PDF and choose that file."})
    try:
        cleaned = _rewritten(file, most_pages)
        with pikepdf.open(io.BytesIO(cleaned)) as pdf:
            if any(_acts(dictionary) for dictionary in _dictionaries(pdf)):
                raise BadInput({"file": "This PDF does things by itself. Print it to PDF and choose that file."})
    except pikepdf.PasswordError:
        raise BadInput({"file": "This PDF is locked. Save a copy without a password and choose that file."}) from None
    except BadInput:
        raise
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError):
        raise BadInput({"file": DAMAGED}) from None
    return cleaned


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of ours has."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def _rewritten(file: bytes, most_pages: int | None) -> bytes:
    with pikepdf.open(io.BytesIO(file)) as pdf:
        if pdf.is_encrypted:
            raise pikepdf.PasswordError
        pages = len(pdf.pages)
        if not pages:
            raise BadInput({"file": "This PDF has no pages. Save it again and choose it once more."})
        if most_pages and pages > most_pages:
            raise BadInput({"file": f"This PDF has {pages} pages, {most_pages} at most. Send the part that is needed."})
        for page in pdf.pages:
            _take_acting_notes(page.obj)
        for dictionary in _dictionaries(pdf):
            _disarm(dictionary)
        cleaned = io.BytesIO()
        pdf.save(cleaned)
    return cleaned.getvalue()


def _take_acting_notes(page: pikepdf.Object) -> None:
    """Take films, sounds and attached files off a page."""
    notes = page.get("/Annots")
    if isinstance(notes, pikepdf.Array):
        page["/Annots"] = pikepdf.Array([each for each in notes if not _is_acting_note(each)])


def _is_acting_note(note: pikepdf.Object) -> bool:
    return isinstance(note, pikepdf.Dictionary) and note.get("/Subtype") in ACTING_NOTES


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary in the file, those inside others too."""
    waiting = [pdf.trailer, *pdf.objects]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            waiting += [one[key] for key in one.keys() if _lies_inside(one[key])]  # noqa: SIM118 (a stream iterates differently)
        elif isinstance(one, pikepdf.Array):
            waiting += [each for each in one if _lies_inside(each)]


def _lies_inside(value: object) -> bool:
    containers = pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array
    return isinstance(value, containers) and not value.is_indirect


def _does(dictionary: pikepdf.Object) -> bool:
    """Whether this is an action that reaches out of the document."""
    return dictionary.get("/S") in ACTING and dictionary.get("/Type") != "/StructElem"


def _lies_outside(dictionary: pikepdf.Object) -> bool:
    """Whether the content of a stream is to be fetched from another file."""
    return isinstance(dictionary, pikepdf.Stream) and isinstance(
        dictionary.get("/F"), pikepdf.String | pikepdf.Dictionary
    )


def _acts(dictionary: pikepdf.Object) -> bool:
    return _does(dictionary) or _lies_outside(dictionary) or any(key in dictionary for key in ACTING_KEYS)


def _disarm(dictionary: pikepdf.Object) -> None:
    if _does(dictionary):
        for key in list(dictionary.keys()):
            del dictionary[key]
        return
    outside = OUTSIDE if _lies_outside(dictionary) else ()
    for key in (*ACTING_KEYS, *outside):
        if key in dictionary:
            del dictionary[key]
