"""Pages put together: photos and PDFs of ours become one PDF, in their order and the right way up."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from PIL import Image

from redbag.documents.uploads import JPEG

A4 = (595, 842)  # points
MARGIN = 14


@dataclass(frozen=True)
class Part:
    """A file of ours (see `uploads.remade`), and by how many degrees to the right it is to be turned."""

    content: bytes
    content_type: str
    turn: int = 0


def joined(parts: Sequence[Part]) -> bytes:
    """One PDF of all the parts; a photo fills a page of A4, as the part lies."""
    out, opened = io.BytesIO(), []
    with pikepdf.new() as whole:
        for part in parts:
            before = len(whole.pages)
            if part.content_type == JPEG:
                _add_photo(whole, part.content)
            else:
                opened.append(pikepdf.open(io.BytesIO(part.content)))
                whole.pages.extend(opened[-1].pages)
            for page in list(whole.pages)[before:]:
                page.rotate(part.turn, relative=True)
        whole.save(out)
    for each in opened:
        each.close()
    return out.getvalue()


def _add_photo(pdf: pikepdf.Pdf, jpeg: bytes) -> None:
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
        wide, high = picture.size
    across, down = A4 if high >= wide else A4[::-1]
    scale = min((across - 2 * MARGIN) / wide, (down - 2 * MARGIN) / high)
    left, below = (across - wide * scale) / 2, (down - high * scale) / 2
    stream = pikepdf.Stream(pdf, jpeg)
    stream.stream_dict.update(
        pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=wide,
            Height=high,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
    )
    page = pdf.add_blank_page(page_size=(across, down))
    name = page.add_resource(stream, pikepdf.Name.XObject)
    drawn = f"q {wide * scale:.3f} 0 0 {high * scale:.3f} {left:.3f} {below:.3f} cm {name} Do Q"
    page.contents_add(drawn.encode())
