"""Sets facts in type: plain values in, a PDF out. Nothing in the values is ever taken for a command."""

import io
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pikepdf
import typst
from reportlab.pdfbase.ttfonts import TTFont

HERE = Path(__file__).parent
FONTS = HERE.parent / "static" / "vendor" / "fonts"
FACES = ("NotoSans_400Regular.ttf", "NotoSans_700Bold.ttf")
UNPRINTABLE = "[?]"
BREAKS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "}


@dataclass(frozen=True)
class Step:
    """How small the type is (points), whether lines run on in one paragraph, and how much of what is long is shown.

    With `letters` and `rows` at 0 everything is shown.
    """

    size: float
    dense: bool = False
    letters: int = 0
    rows: int = 0


STEPS = (
    Step(11),
    Step(10.5),
    Step(10),
    Step(9.5),
    Step(9),
    Step(9, dense=True),
    Step(8.5, dense=True),
    Step(8.5, dense=True, letters=600, rows=40),
    Step(8.5, dense=True, letters=400, rows=30),
    Step(8.5, dense=True, letters=300, rows=20),
    Step(8.5, dense=True, letters=200, rows=14),
    Step(8.5, dense=True, letters=120, rows=9),
    Step(8.5, dense=True, letters=80, rows=6),
    Step(8.5, dense=True, letters=40, rows=4),
    Step(8.5, dense=True, letters=20, rows=2),
)
"""From large to small, and only then by leaving things to the full pack."""


@dataclass(frozen=True)
class Printed:
    """A paper as PDF, how many pages it has, and with which step its first page was set."""

    content: bytes
    pages: int
    step: Step


def summary(facts_at: Callable[[Step], Mapping]) -> Printed:
    """The emergency summary in the largest type with which it is one page; `facts_at` says what a step shows.

    The fewest words are left to the full pack, and the paper says how many. Should the last step still be longer than
    a page, it is two pages: nothing is lost.
    """
    first = _set("summary", facts_at(STEPS[0]), STEPS[0])
    if first.pages == 1:
        return first
    fitting, low, high = None, 1, len(STEPS) - 1
    while low <= high:
        middle = (low + high) // 2
        tried = _set("summary", facts_at(STEPS[middle]), STEPS[middle])
        if tried.pages == 1:
            fitting, high = tried, middle - 1
        else:
            low = middle + 1
    return fitting or _set("summary", facts_at(STEPS[-1]), STEPS[-1])


def pack(facts: Mapping, step: Step) -> Printed:
    """The full pack; its first page is the emergency summary set with the step that fits."""
    return _set("pack", facts, step)


def folder(facts: Mapping) -> Printed:
    """A grab folder: its front, a page for each of `people` with the step that fits it, and blank forms."""
    return _set("folder", facts, STEPS[0])


def letter(facts: Mapping) -> bytes:
    """A letter that asks for one thing, as PDF."""
    return _set("letter", facts, STEPS[0]).content


def note(facts: Mapping, step: Step) -> bytes:
    """The return note, as PDF."""
    return _set("note", facts, step).content


def _set(kind: str, facts: Mapping, step: Step) -> Printed:
    told = {"facts": json.dumps(printable(facts)), "size": str(step.size)}
    content = typst.compile(
        HERE / f"{kind}.typ",
        root=HERE,
        font_paths=_fonts(),
        sys_inputs=told,
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],  # kept for years, and read aloud by a screen reader
    )
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return Printed(content, len(pdf.pages), step)


def printable(value):
    """The value with every letter that the typeface lacks shown as [?], in composed form."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value)
        for mark, plain in BREAKS.items():
            text = text.replace(mark, plain)
        return "".join(_letter(each) for each in text)
    if isinstance(value, Mapping):
        return {key: printable(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [printable(each) for each in value]
    return value


def _letter(letter: str) -> str:
    if letter == "\n" or ord(letter) in _covered():
        return letter
    if unicodedata.category(letter) in ("Cc", "Cf", "Mn"):
        return ""
    closest = unicodedata.normalize("NFKD", letter)
    known = "".join(each for each in closest if ord(each) in _covered())
    return known if known.strip() or closest.isspace() else UNPRINTABLE


@lru_cache
def _covered() -> frozenset[int]:
    """The letters that both faces have."""
    faces = [TTFont(name, str(FONTS / name)).face.charToGlyph for name in FACES]
    both = frozenset.intersection(*(frozenset(face) for face in faces))
    return frozenset(each for each in both if unicodedata.category(chr(each)) not in ("Cc", "Cf", "Co"))


@lru_cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
