"""Labels may be printed on a 203 dpi label printer, so that is how they are read here."""

import io
import re
from xml.etree import ElementTree

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from redbag.bags.codes import new_code, shown
from redbag.bags.layouts import LAYOUTS, Label
from redbag.bags.qr import qr_svg
from redbag.bags.sheets import calibration_page, draw
from redbag.bags.tokens import found_in, new_token

MM = 72 / 25.4
PDFS = [name for name, stock in LAYOUTS.items() if not stock.zpl]
FOR_BAGS = [name for name in PDFS if not LAYOUTS[name].tag]
TAGS = [name for name in PDFS if LAYOUTS[name].tag]
HOSTS = ["http://127.0.0.1:8000", "https://redbag.example", "https://red-bag.a-rather-long-area-name.nhs.uk"]


def label(number=1, *, host=HOSTS[1], tracker=None, home_phone="020 7946 0123", token=None, thing="Denture pot"):
    return Label(
        tracker=f"OAK-{number:04}" if tracker is None else tracker,
        url=f"{host}/b/{token or new_token()}",
        code=shown(new_code()),
        home_phone=home_phone,
        thing=thing,
    )


def pages(pdf):
    return list(pdfium.PdfDocument(pdf))


def words(page):
    return " ".join(page.get_textpage().get_text_range().split())


def decoded(page, *, dpi=203):
    picture = page.render(scale=dpi / 72, grayscale=True).to_pil()
    return zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)


def boxes(page):
    """The kind and bounds (left, bottom, right, top, in points) of everything drawn on a page."""
    return [(item.type, item.get_bounds()) for item in page.get_objects()]


def label_box(layout, place):
    stock = LAYOUTS[layout]
    left, bottom = stock.corner(place)
    return left, bottom, left + stock.label[0] * MM, bottom + stock.label[1] * MM


def inside(inner, outer, *, slack=0.01):
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def apart(one, other, *, slack=0.01):
    beside = one[2] <= other[0] + slack or other[2] <= one[0] + slack
    return beside or one[3] <= other[1] + slack or other[3] <= one[1] + slack


def qr_box(page):
    """The bounds of the QR symbol on a page with one label: the largest square thing."""
    squares = [
        box
        for kind, box in boxes(page)
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH and abs((box[2] - box[0]) - (box[3] - box[1])) < 0.01
    ]
    return max(squares, key=lambda box: box[2] - box[0])


@pytest.mark.parametrize("layout", PDFS)
@pytest.mark.parametrize("host", HOSTS)
def test_every_label_is_read_at_203_dpi(layout, host):
    count = LAYOUTS[layout].per_page + 2
    labels = [label(number, host=host) for number in range(count)]
    found = [code for page in pages(draw(layout=layout, labels=labels)) for code in decoded(page)]
    assert sorted(code.text for code in found) == sorted(one.url.upper() for one in labels)
    assert {code.ec_level for code in found} == {"Q"}
    assert {found_in(code.text) for code in found} == {found_in(one.url) for one in labels}


@pytest.mark.parametrize("layout", FOR_BAGS)
def test_a_label_says_what_a_finder_needs_and_nothing_else(layout):
    one = label(42)
    [page] = pages(draw(layout=layout, labels=[one]))
    told = words(page)
    expected = [
        "CARE HOME RED BAG",
        "OAK-0042",
        "Keep with the patient.",
        "Send home with the patient.",
        "Found it? Scan or ring",
        "020 7946 0123",
        one.code,
    ]
    assert sorted(told.split()) == sorted(" ".join(expected).split())


@pytest.mark.parametrize("layout", TAGS)
def test_a_tag_says_what_it_hangs_on_and_its_bag_and_names_nobody(layout):
    one = label(42)
    [page] = pages(draw(layout=layout, labels=[one]))
    told = f"Denture pot Belongs in the red bag OAK-0042 {one.code} 020 7946 0123"
    assert sorted(words(page).split()) == sorted(told.split())


def test_the_squares_are_as_large_as_the_manual_says():
    assert {name: LAYOUTS[name].qr for name in TAGS} == {"tag62": 25, "L7651": 15}
    assert min(stock.qr for stock in LAYOUTS.values() if not stock.tag) == 25


@pytest.mark.parametrize("layout", PDFS)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tracker": "MILLBROOK-HOUSE-AND-GARDENS-000000123456"},
        {"tracker": "The red bag of the room at the end of the corridor, number 17"},
        {"home_phone": "020 7946 0123 extension 4455, at night 07700 900123"},
        {"tracker": "", "home_phone": ""},
        {"host": "http://a.b"},
        {"host": "https://" + "a-very-long-name-of-a-host." * 3 + "example"},
        {"host": "https://redbag.example/with/a/path"},
    ],
)
@pytest.mark.parametrize("cut_guides", [True, False])
def test_nothing_leaves_its_label_or_enters_the_quiet_zone(layout, changes, cut_guides):
    [page] = pages(draw(layout=layout, labels=[label(**changes)], cut_guides=cut_guides))
    rim = label_box(layout, 0)
    symbol = qr_box(page)
    [code] = decoded(page, dpi=300)
    modules = (symbol[2] - symbol[0]) / (int(code.extra["Version"]) * 4 + 17)
    quiet = (
        symbol[0] - 4 * modules,
        symbol[1] - 4 * modules,
        symbol[2] + 4 * modules,
        symbol[3] + 4 * modules,
    )
    assert symbol[2] - symbol[0] == pytest.approx(LAYOUTS[layout].qr * MM, abs=0.01)
    assert inside(quiet, rim)
    others = [box for kind, box in boxes(page) if box != symbol and not inside(rim, box, slack=0.5)]
    assert len(others) >= (3 if LAYOUTS[layout].tag else 5)
    for box in others:
        assert inside(box, rim)
        assert apart(box, quiet)
    texts = [box for kind, box in boxes(page) if kind == pdfium_c.FPDF_PAGEOBJ_TEXT]
    assert all(apart(one, other) for one in texts for other in texts if one is not other)


@pytest.mark.parametrize("layout", PDFS)
def test_a_full_page_stays_within_the_labels_of_the_sheet(layout):
    stock = LAYOUTS[layout]
    [page] = pages(draw(layout=layout, labels=[label(number) for number in range(stock.per_page)]))
    rims = [label_box(layout, place) for place in range(stock.per_page)]
    assert page.get_size() == pytest.approx((stock.page[0] * MM, stock.page[1] * MM), abs=0.01)
    assert all(inside(rim, (0, 0, *page.get_size())) for rim in rims)
    assert all(apart(one, other) for one in rims for other in rims if one is not other)
    counts = [sum(inside(box, rim, slack=0.3) for _, box in boxes(page)) for rim in rims]
    assert len(set(counts)) == 1
    assert sum(counts) == len(boxes(page))


@pytest.mark.parametrize(
    ("layout", "across", "down"), [("L7160", 3, 7), ("L7163", 2, 7), ("L4785", 2, 5), ("L7651", 5, 13)]
)
def test_sheets_are_centred_on_a4(layout, across, down):
    rims = [label_box(layout, place) for place in range(across * down)]
    left, right = min(rim[0] for rim in rims), max(rim[2] for rim in rims)
    bottom, top = min(rim[1] for rim in rims), max(rim[3] for rim in rims)
    assert left == pytest.approx(210 * MM - right, abs=0.1)
    assert bottom == pytest.approx(297 * MM - top, abs=0.1)


def test_labels_run_along_the_rows_and_on_to_the_next_page():
    labels = [label(number) for number in range(23)]
    first, second = pages(draw(layout="L7160", labels=labels))
    assert [re.findall(r"OAK-\d{4}", words(page)) for page in (first, second)] == [
        [one.tracker for one in labels[:21]],
        [one.tracker for one in labels[21:]],
    ]


def test_the_same_labels_give_the_same_bytes():
    labels = [label(number) for number in range(5)]
    assert draw(layout="L7160", labels=labels) == draw(layout="L7160", labels=labels)


def test_the_pdf_has_a_title_a_language_embedded_fonts_and_asks_not_to_be_scaled():
    with pikepdf.open(io.BytesIO(draw(layout="L7163", labels=[label()]))) as pdf:
        assert str(pdf.docinfo.Title) == "Red Bag labels (L7163)"
        assert str(pdf.Root.Lang) == "en-GB"
        assert str(pdf.Root.ViewerPreferences.PrintScaling) == "/None"
        fonts = [font for font in pdf.pages[0].Resources.Font.values() if "/FontDescriptor" in font]
        assert len(fonts) == 2
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)
        assert "/XObject" not in pdf.pages[0].Resources  # the QR is drawn, not a picture


@pytest.mark.parametrize(
    ("tracker", "printed"),
    [
        ("Łódź-7", "Łódz-7"),
        ("Tŷ Gŵyn 3", "Ty Gwyn 3"),
        ("Café-1", "Café-1"),
        ("袋-9", "?-9"),
        ("A\nB", "A?B"),
    ],
)
def test_letters_the_font_lacks_are_printed_plain_and_never_as_a_box(tracker, printed):
    [page] = pages(draw(layout="L7163", labels=[label(tracker=tracker)]))
    assert printed in words(page)


def test_an_address_whose_path_may_mind_case_is_left_as_it_is():
    token = new_token()
    [page] = pages(draw(layout="L7160", labels=[label(host="https://area.example/redbag", token=token)]))
    assert [code.text for code in decoded(page)] == [f"https://area.example/redbag/b/{token}"]


def test_an_address_in_capitals_keeps_the_symbol_small():
    [page] = pages(draw(layout="L7160", labels=[label(host="https://redbag.nhs-area.example")]))
    [code] = decoded(page)
    assert int(code.extra["Version"]) <= 4


def test_nothing_to_print_is_an_error():
    with pytest.raises(ValueError, match="no label"):
        draw(layout="L7160", labels=[])


@pytest.mark.parametrize("layout", PDFS)
def test_the_calibration_page_has_every_outline_scales_and_a_line_of_true_length(layout):
    stock = LAYOUTS[layout]
    [page] = pages(calibration_page(layout))
    paths = [box for kind, box in boxes(page) if kind == pdfium_c.FPDF_PAGEOBJ_PATH]
    for place in range(stock.per_page):
        assert any(box == pytest.approx(label_box(layout, place), abs=0.5) for box in paths)
    left, right = ((box[0] + box[2]) / 2 for box in paths if box[2] - box[0] < 3)  # the ends of the line
    assert right - left == pytest.approx(stock.ruler * MM, abs=0.01)
    first = label_box(layout, 0)
    scales = [(first[0], first[1], first[0] + int(stock.label[0] - 1) * MM, first[1] + int(stock.label[1] - 1) * MM)]
    assert any(box == pytest.approx(scales[0], abs=1.5) and inside(box, first, slack=0.6) for box in paths)
    assert f"This line must be {stock.ruler} mm long." in words(page)
    assert all(inside(box, (0, 0, *page.get_size()), slack=0.5) for _, box in boxes(page))


@pytest.mark.parametrize("text", ["https://redbag.example/b/abc?x=1", "HTTPS://H/B/ABC", "482913", "Łukasz & <b>"])
def test_an_svg_qr_is_read_back_word_for_word(text):
    root = ElementTree.fromstring(qr_svg(text))
    side = int(root.attrib["viewBox"].split()[3])
    picture = Image.new("L", (side * 8, side * 8), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", root[1].attrib["d"]):
        left, top = int(x) * 8, int(y) * 8
        pen.rectangle((left, top, left + int(run) * 8 - 1, top + 7), fill=0)
        assert 4 <= int(x) <= int(x) + int(run) <= side - 4
        assert 4 <= int(y) < side - 4
    [code] = zxingcpp.read_barcodes(picture)
    assert code.text == text


def test_an_svg_qr_holds_paths_and_nothing_a_strict_page_would_refuse():
    svg = qr_svg("https://redbag.example/b/abc")
    root = ElementTree.fromstring(svg)
    assert [child.tag for child in root.iter()] == [
        "{http://www.w3.org/2000/svg}" + tag for tag in ("svg", "path", "path")
    ]
    assert "style" not in svg
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "QR code"
