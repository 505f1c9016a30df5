"""The words of a section: its lines as plain text, and its tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

LONGEST_HTML = 400_000
FAR_BACK = 30
LONGEST_LINE = 200
LINES = frozenset(
    "br caption dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tbody tfoot thead tr ul".split()  # noqa: SIM905
)
CELLS = frozenset(("td", "th"))
UNSEEN = {tag: re.compile(rf"</{tag}", re.IGNORECASE) for tag in ("script", "style")}
TAG = re.compile(r"""<(/?)([a-z][^\s<>/"']*+)(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>""", re.IGNORECASE)
NOT_SAID = re.compile(r"<!\[CDATA\[|<(?:\?|!(?!--))[^<>]*+>")
BETWEEN_CELLS = " | "
SPACES = re.compile(r"\s+")


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
    """A narrative: `text` line by line, and its tables.

    What lies beyond LONGEST_HTML, or in a script that never ends, is `cut`.
    """

    text: str = ""
    tables: tuple[Table, ...] = ()
    cut: bool = False


def read_narrative(html: str) -> Read:
    """What a narrative says, however broken it is. Scripts, styles, pictures, links and comments are not in it."""
    kept = html[:LONGEST_HTML]
    words = _Words()
    for kind, said in _pieces(kept):
        words.takes(kind, said)
    return Read(text=words.text(), tables=tuple(words.tables), cut=len(kept) < len(html) or words.cut)


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """Text, start and end of each tag, in their order, and `cut` where a script never ends.

    A tag or comment that is never closed is text. Every character is looked at a few times at most, however many
    tags are left open: one document must not hold up the others.
    """
    at, comments_end = 0, True
    while (begins := html.find("<", at)) >= 0:
        yield "text", html[at:begins]
        at = begins
        if html.startswith("<!--", at) and comments_end:
            ends = html.find("-->", at + len("<!--"))
            comments_end = ends >= 0
            at = ends + len("-->") if comments_end else at
        elif not_said := NOT_SAID.match(html, at):
            at = not_said.end()
        elif tag := TAG.match(html, at):
            at, name = tag.end(), tag[2].lower()
            alone = tag[0].endswith("/>")
            if not tag[1]:
                yield "start", name
            if tag[1] or alone:
                yield "end", name
            elif name in UNSEEN:
                if not (closed := UNSEEN[name].search(html, at)):
                    yield "cut", ""
                    return
                at = closed.start()
        else:
            yield "text", "<"
            at += 1
    yield "text", html[at:]


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


@dataclass
class _Open:
    over: str
    rows: list[Row] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    headings: list[bool] = field(default_factory=list)


class _Words:
    """Collects lines and tables. A table inside a table is read as lines of the cell it stands in."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.tables: list[Table] = []
        self.table: _Open | None = None
        self.cell: list[str] | None = None
        self.inside = 0
        self.cut = False

    def takes(self, kind: str, said: str) -> None:
        if kind == "start":
            self._starts(said)
        elif kind == "end":
            self._ends(said)
        elif kind == "cut":
            self.cut = True
        elif said:
            self._says(SPACES.sub(" ", _unescaped(said.replace("]]>", ""))))

    def _starts(self, tag: str) -> None:
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

    def _ends(self, tag: str) -> None:
        if tag in CELLS and self.inside == 1:
            self._cell_ends()
        elif tag == "tr" and self.inside == 1:
            self._row_ends()
        elif tag == "caption" and self.inside == 1 and self.table is not None:
            self.table.over = f"{self.table.over} {self._line_before()}".strip()[:LONGEST_LINE]
        elif tag == "table" and self.inside:
            self.inside -= 1
            if not self.inside:
                self._table_ends()
        if tag in LINES:
            self._says("\n" if self.cell is None else " ")

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
