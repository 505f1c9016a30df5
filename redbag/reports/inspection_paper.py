"""Sets an inspection pack in type: stories in, a PDF/A out that says the same for the same stories and moment."""

import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pikepdf
import typst
from django.conf import settings
from django.utils import timezone

from redbag.packs.phrases import moment
from redbag.packs.typesetting import FONTS, printable
from redbag.templatetags.redbag import day

HERE = Path(__file__).parent
FIGURES = (
    ("hand_overs", "Hand-overs"),
    ("unconfirmed", "Hand-overs not confirmed by the other side"),
    ("unexpected", "Hand-overs that were not the usual next step"),
    ("late", "Things of any kind told more than two days later"),
    ("corrections", "Corrections"),
    ("checks", "Checks of contents"),
    ("not_found", "Things not found"),
    ("letters", "Discharge summaries sent, every version"),
    ("taken_on", "Discharge summaries read and taken on, every version"),
    ("looks", "Looks, prints, copies and refusals"),
    ("entries", "Entries of the journal made anew"),
    ("checked", "Files, copies and rows checked anew"),
    ("do_not_fit", "Of these, that do not fit"),
    ("journal_faults", "Faults in the journal's seals"),
)
IS_CONFIDENTIAL = "Confidential: about people who are cared for."
HOW_TO_CHECK = (
    "At {address} anybody who works with Red Bag at the home, or for its area, can upload this file, or the data made"
    " with it, and is told when, by whom and about what it was made. Of a printed pack the first characters of the"
    " content SHA-256 below are enough."
)
CONTENT = (
    "The content SHA-256 is that of the data (JSON) made with this paper. The paper's own SHA-256 cannot stand in it:"
    " it was written in the journal when it was made, and the check shows it."
)
SEALS = (
    "Every entry of the journal is chained to the one before it by SHA-256. Once a day a statement of how far the chain"
    " has come is signed (Ed25519). The signed statements and the keys are public at {address}."
)
FITS = "Everything that was checked anew for this pack fits."


@dataclass(frozen=True)
class Heading:
    """What a pack says of itself: its number, whose, for whom, when, and of which days (or of one journey)."""

    number: str
    home: str
    for_whom: str
    at: datetime
    first_day: date | None = None
    last_day: date | None = None

    @property
    def days(self) -> str:
        """The days it is about, in words; empty for one journey."""
        return f"{day(self.first_day)} to {day(self.last_day)}" if self.first_day else ""


@dataclass(frozen=True)
class Printed:
    """A pack as PDF, and how many pages it has."""

    content: bytes
    pages: int


def cover_of(stories: Sequence[dict], heading: Heading) -> dict:
    """The figures of a period, every journey in one line, and every fault with the journey it is in."""
    sums: Counter = Counter()
    for story in stories:
        sums.update(story["figures"])
    rows = [("Journeys", len(stories)), *((label, sums[name]) for name, label in FIGURES)]
    faults = [f"{story['journey']['code']}: {fault}" for story in stories for fault in story["faults"]]
    return {
        "days": heading.days,
        "figures": [[label, f"{count:,}"] for label, count in rows],
        "journeys": [_line(story) for story in stories],
        "faults": faults,
        "fits_words": FITS,
    }


def set_in_type(stories: Sequence[dict], heading: Heading, *, content_digest: str) -> Printed:
    """The pack as PDF/A, tagged, every page numbered; of a period with a cover before the journeys."""
    local = timezone.localtime(heading.at)
    title = f"Inspection pack, {heading.days}" if heading.days else f"Inspection pack, {stories[0]['journey']['code']}"
    facts = {
        "title": title,
        "home": heading.home,
        "for_whom": heading.for_whom,
        "number": heading.number,
        "made": moment(heading.at),
        "date": [local.year, local.month, local.day],
        "content_digest": content_digest,
        "confidential": IS_CONFIDENTIAL,
        "demo": settings.DEMO,
        "not_live": settings.CAUTION,
        "cover": cover_of(stories, heading) if heading.days else None,
        "journeys": [{**story, "fits_words": FITS} for story in stories],
        "how": _how(),
    }
    content = typst.compile(
        HERE / "inspection.typ",
        root=HERE,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]),
        sys_inputs={"facts": json.dumps(printable(facts))},
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
    )
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return Printed(content, len(pdf.pages))


def _line(story: dict) -> dict:
    journey = story["journey"]
    told = {name: journey[name] for name in ("code", "name", "packed", "ended", "stage")}
    return told | {"exceptions": story["exceptions"], "faults": len(story["faults"])}


def _how() -> list[str]:
    """How somebody who holds the paper can check it later."""
    address = f"{settings.PUBLIC_URL}/inspection/check"
    return [
        HOW_TO_CHECK.format(address=address),
        CONTENT,
        SEALS.format(address=f"{settings.PUBLIC_URL}/journal/checkpoints"),
    ]
