"""What somebody wants to keep, judged by what is in it, and made anew: nothing of the upload itself stays."""

from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from redbag.documents.drawing import CannotBeDrawn, draw_page
from redbag.documents.files import checked_size, clean_pdf, page_count
from redbag.documents.pictures import fresh_jpeg
from redbag.errors import BadInput

PDF, JPEG = "application/pdf", "image/jpeg"
MOST_PAGES = 60
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
PHONE_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
FIRST_BYTES = 1024

USE = "Choose a PDF, or a photo as JPEG, PNG or WebP."
HEIC = (
    "This is a HEIC picture, which cannot be opened here. Take the photo from this page, or on an iPhone choose "
    "Settings, Camera, Formats, Most Compatible, and take it again."
)
SVG = "This is an SVG drawing, which can hold programs. Save it as PDF, or take a photo of it."
OFFICE = "This is a Word file or a ZIP folder, not a PDF. Open it, save the document as PDF, and choose that file."
OLD_OFFICE = "This is a Word or Excel file. Open it, save the document as PDF, and choose that file."
OTHER_PICTURE = "Pictures of this kind cannot be opened here. Save it as JPEG or PNG, or take a photo of it."
WEB_PAGE = "This is a web page. Print it to PDF, and choose that file."
UNKNOWN = f"We do not know this kind of file. {USE}"
NOT_A_PHOTO = "This is a PDF. For a picture of a person or of skin, take or choose a photo."


@dataclass(frozen=True)
class Remade:
    """A file made anew from an upload."""

    content: bytes
    content_type: str
    pages: int


def read_chosen(chosen: UploadedFile | None) -> bytes | None:
    """A file that came with a form, read no further than shows that it is too large; None when none was chosen."""
    return None if chosen is None else chosen.read(settings.MAX_UPLOAD_BYTES + 1)


def remade(file: bytes, *, picture_only: bool = False) -> Remade:
    """The upload made anew as PDF or JPEG; BadInput says what to do when that cannot be done, Busy asks to wait.

    What the file is called and what the sender says it is count for nothing.
    """
    checked_size(file)
    if _is_picture(file):
        return Remade(fresh_jpeg(file), JPEG, 1)
    if b"%PDF-" not in file[:FIRST_BYTES]:
        raise BadInput({"file": _what_it_is(file)})
    if picture_only:
        raise BadInput({"file": NOT_A_PHOTO})
    cleaned = clean_pdf(file, most_pages=MOST_PAGES)
    try:
        draw_page(cleaned, 1)
    except CannotBeDrawn as cannot:
        raise BadInput({"file": str(cannot)}) from None
    return Remade(cleaned, PDF, page_count(cleaned))


def _is_picture(file: bytes) -> bool:
    return file.startswith(PICTURES) or (file[:4] == b"RIFF" and file[8:12] == b"WEBP")


def _what_it_is(file: bytes) -> str:
    """Why this file cannot be taken, and what to do."""
    start = file[:FIRST_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if file[4:8] == b"ftyp" and any(brand in file[8:40] for brand in PHONE_BRANDS):
        return HEIC
    if b"<svg" in start:
        return SVG
    if start.startswith((b"<!doctype html", b"<html")):
        return WEB_PAGE
    if file.startswith(b"PK"):
        return OFFICE
    if file.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        return OLD_OFFICE
    if file.startswith((b"GIF8", b"II*\0", b"MM\0*", b"BM", b"\0\0\1\0")):
        return OTHER_PICTURE
    return UNKNOWN
