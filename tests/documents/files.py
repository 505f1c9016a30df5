"""Files that people bring: good, odd, and made to harm. Drawn here, so nobody real is in them."""

import io
import struct
import zipfile
import zlib

import pikepdf
from PIL import Image, ImageDraw

from tests.discharges.documents import pdf

GPS = {1: "N", 2: (51.0, 30.0, 12.0), 3: "W", 4: (0.0, 7.0, 5.0)}
SECRET_PLACE = "51 Secret Street"


def drawn(*, size=(900, 1200), mode="RGB") -> Image.Image:
    """A picture with a red square in its upper left corner, so that one sees which way is up."""
    picture = Image.new("RGB", size, "#d9c7b0")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 3, size[1] // 3), fill="#c02020")
    return picture.convert(mode)


def saved(picture: Image.Image, form: str = "JPEG", **more) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def face() -> bytes:
    """A JPEG that may stand for a portrait."""
    return saved(drawn())


def with_place(*, orientation: int = 1) -> bytes:
    """A JPEG that tells where it was taken, with what, and which way up it is."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = orientation, "SpyPhone", SECRET_PLACE
    exif[0x8825] = GPS
    return saved(drawn(), exif=exif, comment=SECRET_PLACE.encode(), icc_profile=b"icc " + SECRET_PLACE.encode())


def huge_png(wide: int = 20_000, high: int = 20_000) -> bytes:
    """A few bytes that say they are 400 million points."""
    header = struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 4096)
    parts = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def zipped() -> bytes:
    """A ZIP folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as folder:
        folder.writestr("evil.html", "<script>alert('zip')</script>")
    return out.getvalue()


def animated(form: str) -> bytes:
    """Three pictures one after the other."""
    frames = [drawn(size=(60, 60)), Image.new("RGB", (60, 60), "blue"), Image.new("RGB", (60, 60), "green")]
    return saved(frames[0], form, save_all=True, append_images=frames[1:])


def many_pages(count: int) -> bytes:
    """A PDF of so many empty pages."""
    return pdf(pages=count)


def acting_page(document: pikepdf.Pdf) -> None:
    """Put films, attached files and a link to another machine on the first page."""
    page = document.pages[0]
    spec = pikepdf.AttachedFileSpec(document, b"MZ-on-page", filename="page.exe").obj
    note, name = pikepdf.Dictionary, pikepdf.Name
    notes = [
        note(Type=name.Annot, Subtype=name.FileAttachment, Rect=[0, 0, 9, 9], FS=spec),
        note(Type=name.Annot, Subtype=name.RichMedia, Rect=[0, 0, 9, 9], RichMediaContent=note(x=1)),
        note(Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 9, 9], A=note(S=name.GoToR, F="\\\\evil\\share")),
        note(Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 9, 9], A=note(S=name.URI, URI="https://www.nhs.uk/")),
    ]
    page.obj.Annots = pikepdf.Array([document.make_indirect(each) for each in notes])
    outside = document.make_stream(b"q Q")
    outside["/F"] = pikepdf.String("/etc/passwd")
    page.obj.Contents = outside
