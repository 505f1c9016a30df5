"""The lines of a table that somebody pasted or saved as CSV. Pure: no text is too odd, and no line is lost."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

SPANS = 20  # lines that one cell in quotation marks may have at most
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class NotText(ValueError):
    """The file is not a table in text; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """The cells of a line, by its number in the text; `fault` says in words why they cannot be told apart."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.fault and not any(self.cells)


def text_of(file: bytes) -> str:
    """A file's text: UTF-8, UTF-16 with its mark, else Windows-1252. NotText for a workbook or a picture."""
    if file.startswith((WORKBOOK, OLD_WORKBOOK)):
        raise NotText("This is a workbook, not a CSV file. In the spreadsheet choose “Save as”, then “CSV UTF-8”.")
    mark = next((name for start, name in BOMS if file.startswith(start)), "utf-8")
    try:
        text = file.decode(mark)
    except UnicodeDecodeError:
        text = file.decode("cp1252", "replace")
    if "\0" in text:
        raise NotText("This is not a CSV file. Save the sheet as “CSV UTF-8” and choose that file.")
    return tidy(text)


def tidy(text: str) -> str:
    """The text with lines that end in one character, and without characters that no database keeps."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return plain.encode("utf-8", "replace").decode()


def rows_of(text: str, delimiter: str) -> Iterator[Row]:
    """Every line of the text, in order. A quotation mark that never closes spoils its own line alone."""
    lines, place = text.split("\n"), 0
    while place < len(lines):
        row, used = _row(lines, place, delimiter)
        yield row
        place += used


def _row(lines: list[str], place: int, delimiter: str) -> tuple[Row, int]:
    number, fault = place + 1, ""
    last = min(place + SPANS, len(lines)) if '"' in lines[place] else place + 1
    for end in range(place + 1, last + 1):
        try:
            cells = next(csv.reader(["\n".join(lines[place:end])], delimiter=delimiter, strict=True), [])
        except csv.Error as wrong:
            fault = str(wrong)
            if "unexpected end" not in fault:
                break
        else:
            return Row(number, tuple(" ".join(cell.split()) for cell in cells)), end - place
    words = "A quotation mark opens here and does not close. Take it away." if '"' in lines[place] else fault
    return Row(number, (lines[place][:200],), words), 1
