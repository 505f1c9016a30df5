"""QR symbols: their modules, and one as SVG. Drawing only, from plain text."""

import re
from collections.abc import Iterator

import qrcode
from qrcode.util import ALPHA_NUM, MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

QUIET_ZONE = 4  # modules of white around a QR symbol, ISO/IEC 18004
MASK = 4  # any of the eight can be read; a fixed one saves trying them all

# Scheme and host never mind case, and the service answers to /B/TOKEN as to /b/TOKEN; a longer path may mind.
CASELESS_ADDRESS = re.compile(r"https?://[a-z0-9.:-]+/b/[a-z2-7]+", re.ASCII | re.IGNORECASE)


def scannable(url: str) -> str:
    """The address in upper case where that changes nothing, because a QR of capitals is smaller."""
    return url.upper() if CASELESS_ADDRESS.fullmatch(url) else url


def matrix(text: str, *, correction: int = qrcode.ERROR_CORRECT_Q) -> list[list[bool]]:
    """Rows of dark (True) and light modules, error correction Q unless told otherwise, no quiet zone."""
    data = text.encode()
    mode = MODE_ALPHA_NUM if set(data) <= set(ALPHA_NUM) else MODE_8BIT_BYTE
    code = qrcode.QRCode(error_correction=correction, mask_pattern=MASK, border=0)
    code.add_data(QRData(data, mode=mode), optimize=0)
    code.make(fit=True)
    return code.get_matrix()


def runs(rows: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """Dark modules side by side as one bar each: column and row of its left end, and its length."""
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                yield start, y, x - start
            x += 1


def qr_svg(text: str) -> str:
    """A QR symbol of this text, word for word, as an SVG element with quiet zone: no style, no script."""
    rows = matrix(text)
    side = len(rows) + 2 * QUIET_ZONE
    bars = ((x + QUIET_ZONE, y + QUIET_ZONE, run) for x, y, run in runs(rows))
    dark = "".join(f"M{x} {y}h{run}v1h-{run}z" for x, y, run in bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" '
        f'role="img" aria-label="QR code"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{dark}"/></svg>'
    )
