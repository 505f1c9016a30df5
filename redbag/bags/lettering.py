"""Words on labels: fonts that are embedded, and text that gets smaller rather than leave its place."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

PLAIN, BOLD = "RedBag", "RedBagBold"
pdfmetrics.registerFont(TTFont(PLAIN, "Vera.ttf"))  # ships with reportlab, embedded as a subset
pdfmetrics.registerFont(TTFont(BOLD, "VeraBd.ttf"))
GLYPHS = pdfmetrics.getFont(PLAIN).face.charToGlyph
ASCENT, LEADING = 0.93, 1.17  # of this font, in parts of its size


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle in points; x and y are its bottom left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Words:
    """A paragraph: its size in points, its font, and whether it is white on black."""

    text: str
    size: float
    font: str = PLAIN
    on_black: bool = False


def write(canvas: Canvas, box: Box, words: Sequence[Words], *, centred: bool = False) -> None:
    """Write paragraphs from the top of a box to its bottom, smaller all together when they would not fit."""
    scale = 1.0
    while True:
        paragraphs = [(one, _lines(one, one.size * scale, box.width)) for one in words]
        needed = sum(size * LEADING for _, lines in paragraphs for _, size in lines)
        if needed <= box.height:
            break
        scale *= min(0.97, box.height / needed)
    gap = (box.height - needed) / (len(words) - 1) if len(words) > 1 else 0
    top = box.y + box.height
    for one, lines in paragraphs:
        if one.on_black:
            deep = sum(size * LEADING for _, size in lines)
            canvas.rect(box.x, top - deep, box.width, deep, stroke=0, fill=1)
            canvas.setFillGray(1)
        for text, size in lines:
            canvas.setFont(one.font, size)
            if centred or one.on_black:
                canvas.drawCentredString(box.x + box.width / 2, top - ASCENT * size, text)
            else:
                canvas.drawString(box.x, top - ASCENT * size, text)
            top -= size * LEADING
        canvas.setFillGray(0)
        top -= gap


def _lines(words: Words, size: float, width: float) -> list[tuple[str, float]]:
    """A paragraph broken at spaces, with a size for each line; one long word gets smaller by itself."""
    padding = size * 0.3 if words.on_black else 0
    lines = simpleSplit(_printable(words.text), words.font, size, width - padding)
    widths = [pdfmetrics.stringWidth(line, words.font, size) for line in lines]
    return [(line, size * min(1, (width - padding) / long)) for line, long in zip(lines, widths, strict=True) if long]


def _printable(text: str) -> str:
    """The text, with letters the font lacks (Welsh w with circumflex, some Polish) in plain shape."""
    return "".join(letter if ord(letter) in GLYPHS else _plain(letter) for letter in unicodedata.normalize("NFC", text))


def _plain(letter: str) -> str:
    kept = "".join(part for part in unicodedata.normalize("NFKD", letter) if ord(part) in GLYPHS)
    return kept or "?"
