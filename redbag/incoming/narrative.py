"""The words of a section: HTML made safe to show, its lines as plain text, and its tables."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

LONGEST_HTML = 400_000
LONGEST_SHOWN = 100_000
DEEPEST = 100
FAR_BACK = 30
LONGEST_LINE = 200
NEVER_CLOSED = frozenset(("br", "col", "hr", "img", "input", "link", "meta"))
LINES = frozenset(
    "br caption dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tbody tfoot thead tr ul".split()  # noqa: SIM905
)
CELLS = frozenset(("td", "th"))
UNSEEN = frozenset(("script", "style"))
MARKED = frozenset(("b", "em", "i", "small", "span", "strong", "sub", "sup", "u"))
SHOWN = (LINES | CELLS | MARKED) - {"section"}
ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
BETWEEN_CELLS = " | "
SPACES = re.compile(r"\s+")
SAFE_NUMBER = re.compile(r"[1-9]\d?\Z")


@dataclass(frozen=True)
class Row:
    """One row of a table: its cells, each in one line, and which of them are headings."""

    cells: tuple[str, ...]
    headings: tuple[bool, ...]


@dataclass(frozen=True)
class Table:
    """A table, and the line that stands over it."""

    rows: tuple[Row, ...]
    over: str = ""


@dataclass(frozen=True)
class Read:
    """A narrative: `html` with nothing but text, lists and tables, `text` line by line, and its tables.

    One that is very long, deeply nested or would lose words has no `html`. What lies beyond LONGEST_HTML, or in a
    script that never ends, is `cut`.
    """

    html: str = ""
    text: str = ""
    tables: tuple[Table, ...] = ()
    cut: bool = False


def read_narrative(html: str) -> Read:
    """What a narrative says. Scripts, styles, pictures, links, ids and whatever acts by itself are not in it."""
    kept = html[:LONGEST_HTML]
    parser = _parsed(kept)
    text = parser.text()
    safe = CLEANER.clean(kept).strip() if parser.deepest <= DEEPEST else ""
    whole = len(safe) <= LONGEST_SHOWN and _parsed(safe).text().split() == text.split()
    return Read(
        html=safe if whole else "",
        text=text,
        tables=tuple(parser.tables),
        cut=len(kept) < len(html) or parser.unseen > 0,
    )


def _parsed(html: str) -> "_Words":
    parser = _Words()
    parser.feed(html)
    parser.close()
    return parser


def _harmless(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "scope":
        return value if value in ("col", "row") else None
    return value if SAFE_NUMBER.match(value) else None


CLEANER = nh3.Cleaner(
    tags=set(SHOWN),
    clean_content_tags=set(UNSEEN),
    attributes=ATTRIBUTES,
    attribute_filter=_harmless,
    url_schemes=set(),
    link_rel=None,
)


@dataclass
class _Open:
    over: str
    rows: list[Row] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    headings: list[bool] = field(default_factory=list)


class _Words(HTMLParser):
    """Collects lines and tables. A table inside a table is read as lines of the cell it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tables: list[Table] = []
        self.table: _Open | None = None
        self.inside = self.unseen = self.depth = self.deepest = 0
        self.cell: list[str] | None = None

    def handle_starttag(self, tag, attrs):
        self.unseen += tag in UNSEEN
        self.depth += tag not in NEVER_CLOSED
        self.deepest = max(self.deepest, self.depth)
        if tag == "table":
            self.inside += 1
            if self.inside == 1:
                self.table = _Open(self._line_before())
        if self.table is not None and self.inside == 1:
            self._starts_in_table(tag)
        if tag in LINES:
            self._says("\n" if self.cell is None else " ")
        elif tag in CELLS and self.inside > 1:
            self._says(" ")

    def _starts_in_table(self, tag: str) -> None:
        if tag == "tr":
            self._row_ends()
        elif tag in CELLS:
            self._cell_ends()
            self._says(BETWEEN_CELLS if self.table and self.table.cells else "")
            self.cell = []
            if self.table:
                self.table.headings.append(tag == "th")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in NEVER_CLOSED:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        self.depth -= tag not in NEVER_CLOSED
        self.unseen -= tag in UNSEEN and self.unseen > 0
        if tag in CELLS and self.inside == 1:
            self._cell_ends()
        elif tag == "tr" and self.inside == 1:
            self._row_ends()
        elif tag == "caption" and self.inside == 1 and self.table is not None:
            self.table.over = f"{self.table.over} {self._line_before()}".strip()
        elif tag == "table" and self.inside:
            self.inside -= 1
            if not self.inside:
                self._table_ends()
        if tag in LINES:
            self._says("\n" if self.cell is None else " ")

    def handle_data(self, data):
        if not self.unseen:
            self._says(SPACES.sub(" ", data))

    def _line_before(self) -> str:
        """The last line that was said, whether or not it has ended."""
        said = "".join(self.parts[-FAR_BACK:]).strip()
        return said.rpartition("\n")[2].strip()[:LONGEST_LINE]

    def _says(self, words: str) -> None:
        self.parts.append(words)
        if self.cell is not None:
            self.cell.append(words)

    def _cell_ends(self) -> None:
        if self.cell is not None and self.table is not None:
            self.table.cells.append(" ".join("".join(self.cell).split()))
        self.cell = None

    def _row_ends(self) -> None:
        self._cell_ends()
        if self.table is not None:
            if any(self.table.cells):
                self.table.rows.append(Row(tuple(self.table.cells), tuple(self.table.headings)))
            self.table.cells, self.table.headings = [], []

    def _table_ends(self) -> None:
        self._row_ends()
        if self.table is not None and self.table.rows:
            self.tables.append(Table(tuple(self.table.rows), self.table.over))
        self.table = None

    def text(self) -> str:
        """What was said, one line for each line; rows stay on one line where their cells are."""
        if self.table is not None:
            self._table_ends()
        lines = (" ".join(line.split()) for line in "".join(self.parts).splitlines())
        return "\n".join(line for line in lines if line.strip("| "))
