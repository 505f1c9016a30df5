"""Labels in ZPL, the language of Zebra label printers: text, from plain values.

The printer draws the QR itself. Magnification is a whole number of dots from 1 to 10, as all firmware knows it; the
symbol is printed some dots lower than it is told to be, so it is kept that much away from what stands below.
"""

from collections.abc import Sequence

from qrcode import ERROR_CORRECT_H, ERROR_CORRECT_Q

from redbag.bags.layouts import LAYOUTS, Label, Layout
from redbag.bags.qr import QUIET_ZONE, matrix, scannable
from redbag.bags.sheets import FOUND, FOUND_NO_PHONE, HEADING, KEEP, RETURN

MOST_MAGNIFIED = 10
LOWER = 10  # dots
MM_PER_INCH = 25.4
PLAIN = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;/?!+-()'&@=%#*")
WIDEST = 0.62  # of a letter of the printer's own font, in parts of its height, with room to spare


def draw(*, layout: str, labels: Sequence[Label]) -> bytes:
    """One ZPL format for each label, in order; the same labels always give the same bytes."""
    if not labels:
        raise ValueError("there is no label to draw")
    stock = LAYOUTS[layout]
    return "".join(_format(stock, _words(stock, label)) for label in labels).encode()


def calibration(layout: str) -> bytes:
    """A frame at the edge of the label and a line of known length."""
    stock = LAYOUTS[layout]
    width, height = (_dots(stock, side) for side in stock.label)
    left, ruler = _dots(stock, (stock.label[0] - stock.ruler) / 2), _dots(stock, stock.ruler)
    said = f"This line must be {stock.ruler:g} mm long, and the frame whole."
    return _format(
        stock,
        [
            f"^FO0,0^GB{width},{height},2^FS",
            f"^FO{left},{height // 2}^GB{ruler},2,2^FS",
            _text(stock, said, x=left, y=height // 2 + 10, size=9, width=ruler),
        ],
    ).encode()


def _words(stock: Layout, label: Label) -> list[str]:
    inset, width, height = (_dots(stock, length) for length in (stock.inset, *stock.label))
    symbol, quiet, side = _symbol(stock, label.url)
    code = _text(stock, label.code, x=quiet, y=side + LOWER, size=stock.code_pt, width=side - 2 * quiet)
    lines = [
        (HEADING, stock.text_pt * 1.4),
        (label.tracker, stock.tracker_pt),
        (KEEP, stock.text_pt),
        (RETURN, stock.text_pt),
        (FOUND if label.home_phone else FOUND_NO_PHONE, stock.text_pt),
        (label.home_phone, stock.text_pt * 1.6),
    ]
    room, beside = width - inset - side, []
    sizes = [_height(stock, words, size, room) for words, size in lines]
    gap, y = max(0, (height - 2 * inset - sum(sizes)) // (len(lines) - 1)), inset
    for (words, size), tall in zip(lines, sizes, strict=True):
        if words:
            beside.append(_text(stock, words, x=side, y=y, size=size, width=room))
        y += tall + gap
    return [symbol, code, *beside]


def _symbol(stock: Layout, url: str) -> tuple[str, int, int]:
    """The QR's field, its quiet zone and its side with the quiet zone, both in dots.

    A short address makes so small a symbol that no magnification is large enough; stronger correction makes it larger.
    """
    text = scannable(url)
    for level, correction in (("Q", ERROR_CORRECT_Q), ("H", ERROR_CORRECT_H)):  # noqa: B007, the last one tried
        modules = len(matrix(text, correction=correction))
        magnified = -(-_dots(stock, stock.qr) // modules)
        if magnified <= MOST_MAGNIFIED:
            break
    magnified = min(magnified, MOST_MAGNIFIED)
    quiet = QUIET_ZONE * magnified
    field = f"^FO{quiet},{quiet}^BQN,2,{magnified}^FH^FD{level}A,{_escaped(text)}^FS"
    return field, quiet, modules * magnified + 2 * quiet


def _text(stock: Layout, words: str, *, x: int, y: int, size: float, width: int) -> str:
    """One line of text, as large as asked and no wider than `width` dots."""
    return f"^FO{x},{y}^A0N,{_height(stock, words, size, width)}^FH^FD{_escaped(words)}^FS"


def _height(stock: Layout, words: str, size: float, width: int) -> int:
    return min(round(size / 72 * stock.dpi), int(width / (WIDEST * max(1, len(words)))))


def _format(stock: Layout, fields: list[str]) -> str:
    width, height = (_dots(stock, side) for side in stock.label)
    head = f"^XA^CI28^PW{width}^LL{height}^LH0,0^PQ1"
    return "\n".join([head, *fields, "^XZ"]) + "\n"


def _escaped(words: str) -> str:
    """The words with everything that means something to the printer, or is no plain ASCII, as bytes in hex."""
    return "".join(sign if sign in PLAIN else "".join(f"_{byte:02X}" for byte in sign.encode()) for sign in words)


def _dots(stock: Layout, millimetres: float) -> int:
    return round(millimetres / MM_PER_INCH * stock.dpi)
