"""What labels say, and the stock they are printed on."""

from dataclasses import dataclass, replace

from reportlab.lib.units import mm


@dataclass(frozen=True, kw_only=True)
class Label:
    """What one label says. It goes out on the street with the bag: no name, no NHS number."""

    tracker: str  # the bag's number in the home's own register
    url: str  # what the QR opens
    code: str  # the short code, as shown to people
    home_phone: str  # may be empty
    thing: str = ""  # on a tag: what it hangs on


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Label stock in millimetres, pairs across then down; margin and pitch lead to its top left corner.

    A layout with `dpi` is for a label printer that draws by itself, from ZPL; all others are PDF.
    """

    title: str
    page: tuple[float, float]
    columns: int = 1
    rows: int = 1
    label: tuple[float, float]
    margin: tuple[float, float] = (0, 0)
    pitch: tuple[float, float] = (0, 0)
    inset: float  # kept free of text at each edge: paper shifts, and rolls do not print there
    lead: float = 0  # kept free at the left as well: some rolls do not print where they are torn off
    qr: float  # side of the QR symbol, without its quiet zone; of ZPL at least that
    tracker_pt: float
    text_pt: float
    code_pt: float
    ruler: float  # length of the line on the calibration page
    tag: bool = False  # for single things, not for bags
    cut: bool = False  # on plain paper, to be cut along lines
    dpi: int = 0

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    @property
    def zpl(self) -> bool:
        return bool(self.dpi)

    def corner(self, place: int) -> tuple[float, float]:
        """Bottom left corner of a label in PDF points, counted along the rows from 0."""
        row, column = divmod(place, self.columns)
        left = self.margin[0] + column * self.pitch[0]
        top = self.margin[1] + row * self.pitch[1]
        return left * mm, (self.page[1] - top - self.label[1]) * mm


A4 = (210, 297)
BADGES = Layout(
    title="Avery L4785 badges, A4, 10 labels of 80 x 50 mm",
    page=A4,
    columns=2,
    rows=5,
    label=(80, 50),
    margin=(17.5, 13.5),
    pitch=(95, 55),
    inset=2,
    qr=28,
    tracker_pt=26,
    text_pt=8,
    code_pt=12,
    ruler=100,
)
ZEBRA = Layout(
    title="Zebra printer (ZPL), 203 dpi, labels of 100 x 50 mm",
    page=(100, 50),
    label=(100, 50),
    inset=2,
    qr=25,
    tracker_pt=36,
    text_pt=9,
    code_pt=14,
    ruler=80,
)
LAYOUTS = {
    "L7160": Layout(
        title="Avery L7160, A4, 21 labels of 63.5 x 38.1 mm",
        page=A4,
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
        page=A4,
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
    "L4785": BADGES,
    "plain": replace(BADGES, title="Plain A4 paper, 10 labels of 80 x 50 mm to cut out", cut=True),
    "roll62": Layout(
        title="Brother roll, 62 mm wide, cut every 90 mm",
        page=(62, 90),
        label=(62, 90),
        inset=2,
        qr=32,
        tracker_pt=30,
        text_pt=9,
        code_pt=16,
        ruler=50,
    ),
    "D99012": Layout(
        title="Dymo 99012 roll, labels of 89 x 36 mm",
        page=(89, 36),
        label=(89, 36),
        inset=1.5,
        lead=3,
        qr=25,
        tracker_pt=24,
        text_pt=8,
        code_pt=9,
        ruler=70,
    ),
    "zebra203": replace(ZEBRA, dpi=203),
    "zebra300": replace(ZEBRA, title="Zebra printer (ZPL), 300 dpi, labels of 100 x 50 mm", dpi=300),
    "tag62": Layout(
        title="Small tags: Brother roll, 62 mm wide, cut every 40 mm (square of 25 mm)",
        page=(62, 40),
        label=(62, 40),
        inset=2,
        qr=25,
        tracker_pt=16,
        text_pt=9,
        code_pt=10,
        ruler=50,
        tag=True,
    ),
    "L7651": Layout(
        title="Small tags: Avery L7651, A4, 65 labels of 38.1 x 21.2 mm (square of 15 mm)",
        page=A4,
        columns=5,
        rows=13,
        label=(38.1, 21.2),
        margin=(4.75, 10.7),
        pitch=(40.6, 21.2),
        inset=1,
        qr=15,
        tracker_pt=9,
        text_pt=6,
        code_pt=6.5,
        ruler=100,
        tag=True,
    ),
}
