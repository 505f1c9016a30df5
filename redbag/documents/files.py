"""PDFs that hospitals upload: checked by what is in them, and cleaned of everything that acts by itself."""

import io
from collections.abc import Iterator

import pikepdf
from django.conf import settings

from redbag.errors import BadInput

ACTING_KEYS = (
    "/AA",
    "/AF",
    "/EF",
    "/EmbeddedFiles",
    "/JavaScript",
    "/JS",
    "/OpenAction",
    "/RichMediaContent",
    "/XFA",
)
ACTING = (
    "/GoToE",
    "/ImportData",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/Rendition",
    "/RichMediaExecute",
    "/Sound",
    "/SubmitForm",
)
MEGABYTE = 1024 * 1024


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


def clean_pdf(file: bytes) -> bytes:
    """The PDF without scripts, attachments and actions that start by themselves; BadInput says what to do otherwise."""
    checked_size(file)
    if b"%PDF-" not in file[:1024]:
        raise BadInput({"file": "This is not a PDF. Save the document as PDF and choose that file."})
    try:
        with pikepdf.open(io.BytesIO(file)) as pdf:
            if pdf.is_encrypted:
                raise pikepdf.PasswordError
            pages = len(pdf.pages)
            for dictionary in _dictionaries(pdf):
                _disarm(dictionary)
            cleaned = io.BytesIO()
            pdf.save(cleaned)
    except pikepdf.PasswordError:
        raise BadInput({"file": "This PDF is locked. Save a copy without a password and choose that file."}) from None
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError):
        raise BadInput({"file": "This PDF is damaged. Save it again as PDF and choose that file."}) from None
    if not pages:
        raise BadInput({"file": "This PDF has no pages. Save it again and choose it once more."})
    return cleaned.getvalue()


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


def _disarm(dictionary: pikepdf.Object) -> None:
    if dictionary.get("/S") in ACTING and dictionary.get("/Type") != "/StructElem":
        for key in list(dictionary.keys()):
            del dictionary[key]
        return
    for key in ACTING_KEYS:
        if key in dictionary:
            del dictionary[key]
