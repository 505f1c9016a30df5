"""Label sheets as PDF, drawn from plain values."""

import io
from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from redbag.bags.layouts import LAYOUTS, Label, Layout
from redbag.bags.lettering import BOLD, Box, Words, write
from redbag.bags.qr import QUIET_ZONE, matrix, runs, scannable

HEADING = "CARE HOME RED BAG"
KEEP, RETURN = "Keep with the patient.", "Send home with the patient."
FOUND, FOUND_NO_PHONE = "Found it? Scan or ring", "Found it? Scan this"
BELONGS = "Belongs in the red bag"


def draw(*, layout: str, labels: Sequence[Label], cut_guides: bool = False) -> bytes:
    """A PDF with one label after the other, filling pages along the rows.

    `layout` is a key of LAYOUTS that is no ZPL. The same labels always give the same bytes, so a retry cannot differ
    from the first try. Text too long for its place gets smaller, it never leaves the label.
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
        (_draw_tag if stock.tag else _draw_label)(canvas, stock, label)
        if cut_guides or stock.cut:
            _outline(canvas, stock)
        canvas.restoreState()
    canvas.save()
    return pages.getvalue()


def calibration_page(layout: str) -> bytes:
    """A PDF page with every label's outline, scales in millimetres and a line of known length, for plain paper."""
    stock = LAYOUTS[layout]
    canvas, pages = _paper(stock, title=f"Red Bag calibration page ({layout})")
    for place in range(stock.per_page):
        canvas.saveState()
        canvas.translate(*stock.corner(place))
        _outline(canvas, stock)
        if not place:
            _scales(canvas, stock)
        canvas.restoreState()
    width, height, ruler = stock.page[0] * mm, stock.page[1] * mm, stock.ruler * mm
    left, middle, clear = (width - ruler) / 2, height / 2, 3 * mm
    canvas.line(left, middle, left + ruler, middle)
    for end in (left, left + ruler):
        canvas.line(end, middle - 2 * mm, end, middle + 2 * mm)
    _say_how(canvas, stock, middle, clear)
    canvas.save()
    return pages.getvalue()


def _say_how(canvas: Canvas, stock: Layout, middle: float, clear: float) -> None:
    """The words of the calibration page, above and below its line."""
    length = f"This line must be {stock.ruler:g} mm long. If not, print at 100 % (actual size)."
    fit = "Hold this page and a sheet of labels against the light: the outlines must meet. Scales are in mm."
    inset = (stock.inset + 5) * mm  # clear of the scales of a single label
    wide = min(stock.label[0] * stock.columns - 12, 120) * mm
    x = 0 if stock.columns == 1 else (stock.page[0] * mm - wide) / 2 - inset
    half = (stock.label[1] / 2 if stock.rows == 1 else stock.label[1]) * mm
    deep = half - 2 * clear
    above = Box(x=x + inset, y=middle + clear, width=wide - inset, height=deep)
    below = Box(x=x + inset, y=middle - clear - deep, width=wide - inset, height=deep)
    write(canvas, above, [Words(text=stock.title, size=8, font=BOLD), Words(text=length, size=8)])
    write(canvas, below, [Words(text=fit, size=8)])


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
    rows = matrix(scannable(label.url))
    qr = _side(stock, rows)
    code = Words(text=label.code, size=stock.code_pt, font=BOLD)
    name, finder = _name(stock, label), _finder(stock, label)
    if width > height:
        lead = stock.lead * mm
        _draw_qr(canvas, rows, x=lead, y=height - qr, side=qr)
        quiet = (qr - stock.qr * mm) / 2
        below = Box(x=lead + quiet, y=inset, width=stock.qr * mm, height=height - qr - inset)
        beside = Box(x=lead + qr, y=inset, width=width - lead - qr - inset, height=height - 2 * inset)
        write(canvas, below, [code], centred=True)
        write(canvas, beside, name + finder)
    else:
        top = height * 0.27
        above = Box(x=inset, y=height - top, width=width - 2 * inset, height=top - inset)
        below = Box(x=inset, y=inset, width=width - 2 * inset, height=height - top - qr - inset)
        write(canvas, above, name, centred=True)
        _draw_qr(canvas, rows, x=(width - qr) / 2, y=height - top - qr, side=qr)
        write(canvas, below, [code, *finder], centred=True)


def _draw_tag(canvas: Canvas, stock: Layout, label: Label) -> None:
    """A tag for a single thing: QR on the left, beside it what it is and which bag it belongs in."""
    inset, (width, height) = stock.inset * mm, (stock.label[0] * mm, stock.label[1] * mm)
    rows = matrix(scannable(label.url))
    qr = _side(stock, rows)
    _draw_qr(canvas, rows, x=0, y=(height - qr) / 2, side=qr)
    gap = 0.4 * mm  # some letters reach a little over their left edge
    beside = Box(x=qr + gap, y=inset, width=width - qr - gap - inset, height=height - 2 * inset)
    words = [
        Words(text=label.thing, size=stock.text_pt * 1.3, font=BOLD),
        Words(text=BELONGS, size=stock.text_pt),
        Words(text=label.tracker, size=stock.tracker_pt, font=BOLD),
        Words(text=label.code, size=stock.code_pt, font=BOLD),
        Words(text=label.home_phone, size=stock.text_pt),
    ]
    write(canvas, beside, [each for each in words if each.text])


def _side(stock: Layout, rows: list[list[bool]]) -> float:
    """The side of a symbol with its quiet zone, in points."""
    return stock.qr * mm * (len(rows) + 2 * QUIET_ZONE) / len(rows)


def _name(stock: Layout, label: Label) -> list[Words]:
    return [
        Words(text=HEADING, size=stock.text_pt * 1.45, font=BOLD, on_black=True),
        Words(text=label.tracker, size=stock.tracker_pt, font=BOLD),
    ]


def _finder(stock: Layout, label: Label) -> list[Words]:
    told = [
        Words(text=KEEP, size=stock.text_pt),
        Words(text=RETURN, size=stock.text_pt),
        Words(text=FOUND if label.home_phone else FOUND_NO_PHONE, size=stock.text_pt),
    ]
    if label.home_phone:
        told.append(Words(text=label.home_phone, size=stock.text_pt * 1.5, font=BOLD))
    return told


def _outline(canvas: Canvas, stock: Layout) -> None:
    canvas.setLineWidth(0.25)
    canvas.setStrokeGray(0.6)
    canvas.rect(0, 0, stock.label[0] * mm, stock.label[1] * mm, stroke=1, fill=0)
    canvas.setStrokeGray(0)


def _scales(canvas: Canvas, stock: Layout) -> None:
    """Millimetres along the left and the lower edge of a label, every fifth and tenth longer, as one path."""
    path = canvas.beginPath()
    for across, length in ((True, stock.label[0]), (False, stock.label[1])):
        for tick in range(1, int(length)):
            deep = 3 if tick % 10 == 0 else 2 if tick % 5 == 0 else 1
            path.moveTo(*((tick * mm, 0) if across else (0, tick * mm)))
            path.lineTo(*((tick * mm, deep * mm) if across else (deep * mm, tick * mm)))
    canvas.drawPath(path, stroke=1, fill=0)


def _draw_qr(canvas: Canvas, rows: list[list[bool]], *, x: float, y: float, side: float) -> None:
    """Fill the dark modules as one path; `side` includes the quiet zone."""
    module = side / (len(rows) + 2 * QUIET_ZONE)
    canvas.saveState()
    canvas.translate(x + QUIET_ZONE * module, y + side - QUIET_ZONE * module)
    canvas.scale(module, -module)  # count modules downwards, in whole numbers
    canvas.addLiteral("\n".join(f"{left} {top} {run} 1 re" for left, top, run in runs(rows)) + " f")
    canvas.restoreState()
