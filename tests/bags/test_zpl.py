"""Labels for Zebra printers. No printer here: the commands are read as the language's manual says, and drawn.

What is not shown: the printer's own letters, of which only the height and an upper bound of the width are known.
"""

import re

import pytest
import qrcode
import zxingcpp
from PIL import Image

from redbag.bags.layouts import LAYOUTS
from redbag.bags.zpl import calibration, draw
from tests.bags.test_sheets import HOSTS, apart, inside, label

ZPL = [name for name, stock in LAYOUTS.items() if stock.zpl]
LOWER = 10  # dots by which firmware prints a QR lower than its place
FIELD = re.compile(r"\^FO(\d+),(\d+)(\^A0N,(\d+)|\^BQN,2,(\d+)|\^GB(\d+),(\d+),\d+)(?:\^FH\^FD([^^~]*))?\^FS")


def said(escaped):
    """Text as the printer reads it: after ^FH, an underscore and two hex digits are a byte of UTF-8."""
    raw = re.sub(rb"_([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), escaped.encode("ascii"))
    return raw.decode()


def formats(content):
    """Each label as its width and length in dots, and its fields: kind, box (left, top, right, bottom), text."""
    for one in content.decode("ascii").split("^XZ\n")[:-1]:
        head, *lines = one.strip().split("\n")
        width, length = map(int, re.fullmatch(r"\^XA\^CI28\^PW(\d+)\^LL(\d+)\^LH0,0\^PQ1", head).groups())
        yield width, length, [field(line) for line in lines]


def field(line):
    left, top, _, size, magnified, wide, deep, text = FIELD.fullmatch(line).groups()
    left, top, text = int(left), int(top), said(text or "")
    if size:
        return "text", (left, top, left + int(0.62 * int(size) * len(text)), top + int(size)), text
    if wide:
        return "box", (left, top, left + int(wide), top + int(deep)), text
    assert 1 <= int(magnified) <= 10
    assert text[:3] in ("QA,", "HA,")  # error correction, and that the printer finds the mode
    return "qr", (left, top, int(magnified)), text


def symbol(field):
    """The QR drawn dot by dot with nothing round it, and its box with the quiet zone."""
    _, (left, top, magnified), text = field
    correction = {"Q": qrcode.ERROR_CORRECT_Q, "H": qrcode.ERROR_CORRECT_H}[text[0]]
    code = qrcode.QRCode(error_correction=correction, border=0)
    code.add_data(text[3:])
    code.make(fit=True)
    rows = code.get_matrix()
    picture = Image.new("L", (len(rows) * magnified,) * 2, 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.paste(0, (x * magnified, y * magnified, (x + 1) * magnified, (y + 1) * magnified))
    quiet, side = 4 * magnified, len(rows) * magnified
    return picture, (left - quiet, top - quiet, left + side + quiet, top + side + quiet)


@pytest.mark.parametrize("layout", ZPL)
@pytest.mark.parametrize("host", [*HOSTS, "http://a.b"])
def test_every_label_is_read_and_its_square_is_25_mm_or_larger(layout, host):
    labels = [label(number, host=host) for number in range(3)]
    read = []
    for width, length, fields in formats(draw(layout=layout, labels=labels)):
        assert (width, length) == (round(100 / 25.4 * LAYOUTS[layout].dpi), round(50 / 25.4 * LAYOUTS[layout].dpi))
        drawn, _ = symbol(next(one for one in fields if one[0] == "qr"))
        assert drawn.width / LAYOUTS[layout].dpi * 25.4 >= 24.9
        page = Image.new("L", (width, length), 255)
        page.paste(drawn, (40, 40))
        [code] = zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode)
        assert code.ec_level in ("Q", "H")
        read.append(code.text.upper())
    assert read == [one.url.upper() for one in labels]


@pytest.mark.parametrize("layout", ZPL)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tracker": "MILLBROOK-HOUSE-AND-GARDENS-12"},
        {"tracker": "", "home_phone": ""},
        {"host": "http://a.b"},
        {"host": "https://" + "a-very-long-name-of-a-host." * 3 + "example"},
    ],
)
def test_nothing_leaves_the_label_or_enters_the_quiet_zone(layout, changes):
    [(width, length, fields)] = formats(draw(layout=layout, labels=[label(**changes)]))
    _, quiet = symbol(next(one for one in fields if one[0] == "qr"))
    shifted = (quiet[0], quiet[1], quiet[2], quiet[3] + LOWER)
    assert inside(shifted, (0, 0, width, length))
    texts = [box for kind, box, _ in fields if kind == "text"]
    assert len(texts) >= 5
    for box in texts:
        assert inside(box, (0, 0, width, length))
        assert apart(box, shifted)
    assert all(apart(one, other) for one in texts for other in texts if one is not other)


def test_a_label_says_what_a_finder_needs_and_nothing_else():
    one = label(42)
    [(_, _, fields)] = formats(draw(layout="zebra203", labels=[one]))
    assert [text for kind, _, text in fields if kind == "text"] == [
        one.code,
        "CARE HOME RED BAG",
        "OAK-0042",
        "Keep with the patient.",
        "Send home with the patient.",
        "Found it? Scan or ring",
        "020 7946 0123",
    ]


def test_what_means_something_to_the_printer_is_only_text():
    tracker = "^XA~JA_5E Tŷ 3"
    content = draw(layout="zebra203", labels=[label(tracker=tracker)])
    assert content.count(b"^XA") == content.count(b"^XZ") == 1
    assert b"~" not in content
    [(_, _, fields)] = formats(content)
    assert tracker in [text for _, _, text in fields]


@pytest.mark.parametrize("layout", ZPL)
def test_the_calibration_label_has_a_frame_and_a_line_of_true_length(layout):
    [(width, length, fields)] = formats(calibration(layout))
    frame, line = [box for kind, box, _ in fields if kind == "box"]
    assert frame == (0, 0, width, length)
    assert (line[2] - line[0]) / LAYOUTS[layout].dpi * 25.4 == pytest.approx(LAYOUTS[layout].ruler, abs=0.2)
    assert f"This line must be {LAYOUTS[layout].ruler} mm long" in fields[2][2]
