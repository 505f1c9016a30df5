"""What must be ready before somebody goes home, line by line: what is known by itself, what people said. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

READY, NOT_READY, WITHOUT = "ready", "not_ready", "without"
SAYS = (READY, NOT_READY, WITHOUT)
REASONS = {
    "later_today": "follows later today",
    "on_paper": "goes on paper in the bag",
    "follows": "follows by transport",
    "pharmacy_closed": "pharmacy is closed",
    "in_hand": "given in hand",
    "not_needed": "not needed",
    "home_has": "the home has it",
    "family": "family brings it",
    "mail": "being sent by mail",
    "not_found": "cannot be found",
    "new_form": "a new one was made here",
    "cancelled": "cancelled by a clinician",
    "home_fetches": "the home fetches them",
    "family_drives": "family takes them",
    "unknown": "not known here",
    "nobody_to_tell": "nobody to tell",
    "not_reached": "not reached",
    "home_rung": "rang the home and agreed it",
    "on_letter": "written on the letter",
    "on_mar": "written on the MAR chart",
    "by_phone": "told the home by phone",
}
NOTHING_LACKS = {"not_needed", "home_has", "in_hand", "new_form", "cancelled", "home_fetches", "family_drives"}


@dataclass(frozen=True)
class Line:
    """One line of the list.

    `lacks` is what is said when it is not ready. `known` that the service sees by itself whether it is ready, so nobody
    can say so. `where` are the ways in which it can be ready, `without` the reasons to send somebody without it.
    """

    name: str
    title: str
    lacks: str
    without: Sequence[str]
    known: bool = False
    where: Sequence[str] = ()


LINES = (
    Line("letter", "Discharge letter", "discharge letter", ("later_today", "on_paper"), known=True),
    Line(
        "medicines",
        "Medicines to take out (TTOs)",
        "medicines to take out",
        ("follows", "pharmacy_closed", "in_hand", "family", "home_has", "not_needed"),
    ),
    Line(
        "last_doses",
        "Last doses given: what and when",
        "last doses: what and when",
        ("by_phone", "not_needed"),
        where=("on_letter", "on_mar"),
    ),
    Line(
        "cpr_form",
        "Original CPR form in the bag",
        "original CPR form",
        ("in_hand", "new_form", "cancelled", "mail", "not_found"),
    ),
    Line(
        "belongings",
        "Belongings, checked against the list",
        "belongings",
        ("follows", "in_hand", "family", "mail", "not_found"),
        known=True,
    ),
    Line("bag", "The red bag", "the red bag", ("follows", "family", "mail", "not_found"), known=True),
    Line("checklist", "Checklist in the bag", "checklist", ("in_hand", "mail", "not_needed")),
    Line("transport", "Transport booked", "transport", ("home_fetches", "family_drives")),
    Line("skin", "Skin looked at", "a look at the skin", ("by_phone",), where=("on_letter",)),
    Line(
        "infection",
        "Infection status told",
        "infection status",
        ("not_needed", "unknown"),
        where=("on_letter", "by_phone"),
    ),
    Line("family", "Family told", "word to the family", ("nobody_to_tell", "not_reached")),
    Line("home", "Home ready to take them", "the home's yes", ("home_rung",), known=True),
)
BY_NAME = {line.name: line for line in LINES}


@dataclass(frozen=True)
class Known:
    """What the service sees of a line by itself, in words, and since when it is so.

    Of a line that people answer, `words` are only beside what they say. `denies` is what somebody may say of it
    that does not settle it while this is so.
    """

    ready: bool = False
    words: str = ""
    since: datetime | None = None
    denies: str = ""


@dataclass(frozen=True)
class Mark:
    """What somebody said of a line."""

    line: str
    says: str
    reason: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """How a line stands. `mark` is what somebody said, None when nobody did or the world has moved on since."""

    line: Line
    state: str
    words: str
    mark: Mark | None

    @property
    def lacking(self) -> bool:
        """Whether somebody goes without it and will miss it."""
        return self.state == WITHOUT and self.mark is not None and self.mark.reason not in NOTHING_LACKS

    @property
    def reason(self) -> str:
        """The reason or the way that was given, in words."""
        return REASONS.get(self.mark.reason, "") if self.mark else ""


def standings(*, asked: Collection[str], known: Mapping[str, Known], marks: Iterable[Mark]) -> list[Standing]:
    """How each of the lines that are `asked` stands, in their order; of one line the last mark counts."""
    last = {mark.line: mark for mark in sorted(marks, key=lambda mark: mark.at)}
    return [_standing(line, known.get(line.name, Known()), last.get(line.name)) for line in LINES if line.name in asked]


def _standing(line: Line, seen: Known, mark: Mark | None) -> Standing:
    """What is seen to be ready is; what was said before things changed counts no more."""
    if mark is not None and seen.since is not None and mark.at < seen.since:
        mark = None
    if mark is not None and mark.says == seen.denies:
        return Standing(line, NOT_READY, seen.words, mark if mark.says == WITHOUT else None)
    if not line.known:
        return Standing(line, mark.says if mark else NOT_READY, seen.words, mark)
    if seen.ready:
        return Standing(line, READY, seen.words, None)
    if mark is None or mark.says != WITHOUT:
        return Standing(line, NOT_READY, seen.words, None)
    return Standing(line, WITHOUT, seen.words, mark)


def problems(*, line: str, says: str, reason: str, note: str = "") -> dict[str, str]:
    """What is wrong with a mark before anybody keeps it, by field."""
    known = BY_NAME.get(line)
    if known is None:
        return {"line": f"Choose one of: {', '.join(BY_NAME)}."}
    if says not in SAYS:
        return {"says": f"Choose one of: {', '.join(SAYS)}."}
    if known.known and says == READY:
        return {"says": "This shows as ready by itself. You can only say that they go without it, and why."}
    allowed = {READY: known.where, WITHOUT: known.without, NOT_READY: ()}[says]
    if says == WITHOUT and not reason:
        return {"reason": "Say why they go without it."}
    if reason == "home_rung" and not note:
        return {"note": "Write whom you spoke to at the home, and what they agreed."}
    return {"reason": f"Choose one of: {', '.join(allowed)}."} if reason and reason not in allowed else {}


def missing_words(rows: Iterable[Standing]) -> list[str]:
    """What is not ready, in few words each, in the order of the list."""
    return [f"{row.line.lacks}: {row.words}" if _tells(row) else row.line.lacks for row in rows if _is_missing(row)]


def without_words(rows: Iterable[Standing]) -> list[str]:
    """What somebody goes without and will miss, each with why."""
    return [f"{row.line.lacks}: {row.reason}" for row in rows if row.lacking]


def _is_missing(row: Standing) -> bool:
    return row.state == NOT_READY


def _tells(row: Standing) -> bool:
    return bool(row.words) and row.line.known
