"""Label sheets as PDF, and QR symbols as SVG: drawing only, from plain values."""

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import qrcode
from qrcode.util import ALPHA_NUM, MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

QUIET_ZONE = 4  # modules of white around a QR symbol, ISO/IEC 18004
MASK = 4  # any of the eight can be read; a fixed one saves trying them all

# Scheme and host never mind case, and the service answers to /B/TOKEN as to /b/TOKEN; a longer path may mind.
CASELESS_ADDRESS = re.compile(r"https?://[a-z0-9.:-]+/b/[a-z2-7]+", re.ASCII | re.IGNORECASE)

PLAIN, BOLD = "RedBag", "RedBagBold"
pdfmetrics.registerFont(TTFont(PLAIN, "Vera.ttf"))  # ships with reportlab, embedded as a subset
pdfmetrics.registerFont(TTFont(BOLD, "VeraBd.ttf"))
GLYPHS = pdfmetrics.getFont(PLAIN).face.charToGlyph
ASCENT, LEADING = 0.93, 1.17  # of this font, in parts of its size

HEADING = "CARE HOME RED BAG"
KEEP, RETURN = "Keep with the patient.", "Send home with the patient."
FOUND, FOUND_NO_PHONE = "Found it? Scan or ring", "Found it? Scan this"


@dataclass(frozen=True, kw_only=True)
class Label:
    """What one label says. It goes out on the street with the bag: no name, no NHS number."""

    tracker: str  # the bag's number in the home's own register
    url: str  # what the QR opens
    code: str  # the short code, as shown to people
    home_phone: str  # may be empty


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Label stock in millimetres, pairs across then down; margin and pitch lead to its top left corner."""

    title: str
    page: tuple[float, float]
    columns: int
    rows: int
    label: tuple[float, float]
    margin: tuple[float, float] = (0, 0)
    pitch: tuple[float, float] = (0, 0)
    inset: float  # kept free of text at each edge: paper shifts, and rolls do not print there
    qr: float  # side of the QR symbol, without its quiet zone
    tracker_pt: float
    text_pt: float
    code_pt: float
    ruler: float  # length of the line on the calibration page

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Bottom left corner of a label in PDF points, counted along the rows from 0."""
        row, column = divmod(place, self.columns)
        left = self.margin[0] + column * self.pitch[0]
        top = self.margin[1] + row * self.pitch[1]
        return left * mm, (self.page[1] - top - self.label[1]) * mm


LAYOUTS = {
    "L7160": Layout(
        title="Avery L7160, A4, 21 labels of 63.5 x 38.1 mm",
        page=(210, 297),
        columns=3,
        rows=7,
        label=(63.5, 38.1),
        margin=(7.21, 15.15),
        pitch=(66.04, 38.1),
        inset=1.5,
        qr=25,
        tracker_pt=18,
        text_pt=7,
        code_pt=11,
        ruler=100,
    ),
    "L7163": Layout(
        title="Avery L7163, A4, 14 labels of 99.1 x 38.1 mm",
        page=(210, 297),
        columns=2,
        rows=7,
        label=(99.1, 38.1),
        margin=(4.65, 15.15),
        pitch=(101.6, 38.1),
        inset=1.5,
        qr=25,
        tracker_pt=30,
        text_pt=10,
        code_pt=11,
        ruler=100,
    ),
    "roll62": Layout(
        title="Continuous roll, 62 mm wide, cut every 90 mm",
        page=(62, 90),
        columns=1,
        rows=1,
        label=(62, 90),
        inset=2,
        qr=32,
        tracker_pt=30,
        text_pt=9,
        code_pt=16,
        ruler=50,
    ),
}


@dataclass(frozen=True, kw_only=True)
class _Box:
    """A rectangle in points; x and y are its bottom left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class _Words:
    text: str
    size: float
    font: str = PLAIN
    on_black: bool = False


def draw(*, layout: str, labels: Sequence[Label], cut_guides: bool = False) -> bytes:
    """A PDF with one label after the other, filling pages along the rows.

    `layout` is a key of LAYOUTS. The same labels always give the same bytes, so a retry cannot differ from
    the first try. Text too long for its place gets smaller, it never leaves the label.
    """
    if not labels:
        raise ValueError("there is no label to draw")
    stock = LAYOUTS[layout]
    canvas, pages = _paper(stock, title=f"Red Bag labels ({layout})")
    for index, label in enumerate(labels):
        place = index % stock.per_page
        if index and not place:
            canvas.showPage()
        canvas.saveState()
        canvas.translate(*stock.corner(place))
        _draw_label(canvas, stock, label)
        if cut_guides:
            _outline(canvas, stock)
        canvas.restoreState()
    canvas.save()
    return pages.getvalue()


def calibration_page(layout: str) -> bytes:
    """A PDF page with every label's outline and a line of known length, to print on plain paper first."""
    stock = LAYOUTS[layout]
    canvas, pages = _paper(stock, title=f"Red Bag calibration page ({layout})")
    for place in range(stock.per_page):
        canvas.saveState()
        canvas.translate(*stock.corner(place))
        _outline(canvas, stock)
        canvas.restoreState()
    width, height, ruler = stock.page[0] * mm, stock.page[1] * mm, stock.ruler * mm
    left, middle, clear = (width - ruler) / 2, height / 2, 3 * mm
    canvas.line(left, middle, left + ruler, middle)
    for end in (left, left + ruler):
        canvas.line(end, middle - 2 * mm, end, middle + 2 * mm)
    length = f"This line must be {stock.ruler:g} mm long. If not, print at 100 % (actual size)."
    fit = "Hold this page and a sheet of labels against the light: the outlines must meet."
    x, y = stock.corner(stock.per_page // 2)  # the label in the middle
    wide, half = (stock.label[0] - 2 * stock.inset) * mm, stock.label[1] / 2 * mm
    above = _Box(x=x + stock.inset * mm, y=middle + clear, width=wide, height=half - 2 * clear)
    below = _Box(x=x + stock.inset * mm, y=y + clear, width=wide, height=half - 2 * clear)
    _write(canvas, above, [_Words(text=stock.title, size=8, font=BOLD), _Words(text=length, size=8)])
    _write(canvas, below, [_Words(text=fit, size=8)])
    canvas.save()
    return pages.getvalue()


def qr_svg(text: str) -> str:
    """A QR symbol of this text, word for word, as an SVG element with quiet zone: no style, no script."""
    matrix = _matrix(text)
    side = len(matrix) + 2 * QUIET_ZONE
    bars = ((x + QUIET_ZONE, y + QUIET_ZONE, run) for x, y, run in _runs(matrix))
    dark = "".join(f"M{x} {y}h{run}v1h-{run}z" for x, y, run in bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" '
        f'role="img" aria-label="QR code"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{dark}"/></svg>'
    )


def _paper(stock: Layout, *, title: str) -> tuple[Canvas, io.BytesIO]:
    pages = io.BytesIO()
    size = (stock.page[0] * mm, stock.page[1] * mm)
    canvas = Canvas(pages, pagesize=size, invariant=1, pageCompression=1, lang="en-GB")
    canvas.setTitle(title)
    canvas.setViewerPreference("PrintScaling", "None")  # or the printer shrinks it to its own margins
    return canvas, pages


def _draw_label(canvas: Canvas, stock: Layout, label: Label) -> None:
    """Put a label's parts in their places: QR on the left of a wide label, in the middle of a tall one."""
    inset, (width, height) = stock.inset * mm, (stock.label[0] * mm, stock.label[1] * mm)
    matrix = _matrix(_scannable(label.url))
    qr = stock.qr * mm * (len(matrix) + 2 * QUIET_ZONE) / len(matrix)
    name = [
        _Words(text=HEADING, size=stock.text_pt * 1.45, font=BOLD, on_black=True),
        _Words(text=label.tracker, size=stock.tracker_pt, font=BOLD),
    ]
    code = _Words(text=label.code, size=stock.code_pt, font=BOLD)
    finder = [
        _Words(text=KEEP, size=stock.text_pt),
        _Words(text=RETURN, size=stock.text_pt),
        _Words(text=FOUND if label.home_phone else FOUND_NO_PHONE, size=stock.text_pt),
    ]
    if label.home_phone:
        finder.append(_Words(text=label.home_phone, size=stock.text_pt * 1.5, font=BOLD))
    if width > height:
        _draw_qr(canvas, matrix, x=0, y=height - qr, side=qr)
        quiet = (qr - stock.qr * mm) / 2
        below = _Box(x=quiet, y=inset, width=stock.qr * mm, height=height - qr - inset)
        beside = _Box(x=qr, y=inset, width=width - qr - inset, height=height - 2 * inset)
        _write(canvas, below, [code], centred=True)
        _write(canvas, beside, name + finder)
    else:
        top = height * 0.27
        above = _Box(x=inset, y=height - top, width=width - 2 * inset, height=top - inset)
        below = _Box(x=inset, y=inset, width=width - 2 * inset, height=height - top - qr - inset)
        _write(canvas, above, name, centred=True)
        _draw_qr(canvas, matrix, x=(width - qr) / 2, y=height - top - qr, side=qr)
        _write(canvas, below, [code, *finder], centred=True)


def _write(canvas: Canvas, box: _Box, words: Sequence[_Words], *, centred: bool = False) -> None:
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


def _lines(words: _Words, size: float, width: float) -> list[tuple[str, float]]:
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


def _outline(canvas: Canvas, stock: Layout) -> None:
    canvas.setLineWidth(0.25)
    canvas.setStrokeGray(0.6)
    canvas.rect(0, 0, stock.label[0] * mm, stock.label[1] * mm, stroke=1, fill=0)
    canvas.setStrokeGray(0)


def _scannable(url: str) -> str:
    """The address in upper case where that changes nothing, because a QR of capitals is smaller."""
    return url.upper() if CASELESS_ADDRESS.fullmatch(url) else url


def _matrix(text: str) -> list[list[bool]]:
    """Rows of dark (True) and light modules, error correction Q, no quiet zone."""
    data = text.encode()
    mode = MODE_ALPHA_NUM if set(data) <= set(ALPHA_NUM) else MODE_8BIT_BYTE
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, mask_pattern=MASK, border=0)
    code.add_data(QRData(data, mode=mode), optimize=0)
    code.make(fit=True)
    return code.get_matrix()


def _runs(matrix: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """Dark modules side by side as one bar each: column and row of its left end, and its length."""
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                yield start, y, x - start
            x += 1


def _draw_qr(canvas: Canvas, matrix: list[list[bool]], *, x: float, y: float, side: float) -> None:
    """Fill the dark modules as one path; `side` includes the quiet zone."""
    module = side / (len(matrix) + 2 * QUIET_ZONE)
    canvas.saveState()
    canvas.translate(x + QUIET_ZONE * module, y + side - QUIET_ZONE * module)
    canvas.scale(module, -module)  # count modules downwards, in whole numbers
    canvas.addLiteral("\n".join(f"{left} {top} {run} 1 re" for left, top, run in _runs(matrix)) + " f")
    canvas.restoreState()
