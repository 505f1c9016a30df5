"""Marks on the skin: what they can be, where they are in words, and how two maps of one person differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from redbag.summaries.body_parts import SIDES, place_name
from redbag.summaries.fields import said_day

MOST_MARKS = 60
LONGEST_NOTE = 500
LONGEST_WHERE = 100
PARTS = ("id", "kind", "category", "side", "x", "y", "where", "note", "first_seen")
PRESSURE = "pressure"


@dataclass(frozen=True)
class Kind:
    """A kind of mark: its words, and the letter and shape by which a picture tells it from the others."""

    label: str
    letter: str
    shape: str


KINDS: Mapping[str, Kind] = {
    "bruise": Kind("Bruise", "B", "circle"),
    "wound": Kind("Wound", "W", "diamond"),
    PRESSURE: Kind("Pressure area", "P", "square"),
    "rash": Kind("Rash", "R", "hexagon"),
    "burn": Kind("Burn or scald", "H", "triangle"),
    "swelling": Kind("Swelling", "S", "oval"),
    "scar_or_device": Kind("Scar, stoma or device site", "D", "shield"),
    "other": Kind("Other", "O", "cross"),
}
CATEGORIES: Mapping[str, str] = {
    "1": "category 1",
    "2": "category 2",
    "3": "category 3",
    "4": "category 4",
    "unstageable": "unstageable",
    "deep_tissue": "deep tissue injury",
    "moisture": "moisture damage",
}
"""Categories of pressure ulcers (EPUAP, NPIAP and PPPIA 2019), and moisture damage, which is often taken for one."""
SEVERITY = ("moisture", "1", "", "2", "deep_tissue", "3", "unstageable", "4")
SERIOUS = SEVERITY[SEVERITY.index("") :]


def problems(marks: object, *, today: date) -> dict[str, str]:
    """What is wrong with marks somebody sent, by `marks.<place>.<field>`; empty when nothing is."""
    if not isinstance(marks, Sequence) or isinstance(marks, str) or len(marks) > MOST_MARKS:
        return {"marks": f"Send a list of at most {MOST_MARKS} marks."}
    wrong = {
        f"marks.{place}.{name}": fault
        for place, mark in enumerate(marks)
        for name, fault in problems_of(mark, today=today).items()
    }
    ids = [str(mark["id"]).lower() for mark in marks if isinstance(mark, Mapping) and mark.get("id")]
    if len(ids) != len(set(ids)):
        wrong["marks"] = "Each mark has an id of its own: one comes twice."
    return wrong


def problems_of(mark: object, *, today: date) -> dict[str, str]:
    """What is wrong with one mark, by field."""
    if not isinstance(mark, Mapping) or set(mark) - set(PARTS):
        return {"mark": f"A mark holds: {', '.join(PARTS)}."}
    wrong = {}
    if mark.get("id") and not _is_uuid(mark["id"]):
        wrong["id"] = "Send a UUID, or leave it out for a new mark."
    if mark.get("kind") not in KINDS:
        wrong["kind"] = f"Choose what it is: {', '.join(each.label.lower() for each in KINDS.values())}."
    category = mark.get("category") or ""
    if category and mark.get("kind") != PRESSURE:
        wrong["category"] = "Only a pressure area has a category."
    elif category and category not in CATEGORIES:
        wrong["category"] = f"Choose one of: {', '.join(CATEGORIES.values())}."
    if mark.get("side") not in SIDES:
        wrong["side"] = "Choose front or back."
    for name in ("x", "y"):
        if not _in_the_picture(mark.get(name)):
            wrong[name] = "Send a whole number from 0 to 1000."
    for name, longest in (("where", LONGEST_WHERE), ("note", LONGEST_NOTE)):
        words = mark.get(name) or ""
        if not isinstance(words, str) or len(words) > longest:
            wrong[name] = f"Use at most {longest} letters."
    if fault := _fault_of_day(mark.get("first_seen") or "", today):
        wrong["first_seen"] = fault
    return wrong


def _is_uuid(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


def _in_the_picture(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000


def _fault_of_day(value: object, today: date) -> str:
    day = day_of(value)
    if value and day is None:
        return "Enter a real date, such as 3 11 2026 for 3 November 2026."
    return "This day is still to come." if day and day > today else ""


def day_of(value: object) -> date | None:
    """The day in ISO text; None when it is none."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def tidy(mark: Mapping) -> dict:
    """A mark as it is kept, with every part; where it is comes from its position when nobody said it."""
    where = (mark.get("where") or "").strip() or place_name(mark["side"], mark["x"], mark["y"])
    return {
        "id": str(UUID(str(mark["id"]))),
        "kind": mark["kind"],
        "category": mark.get("category") or "",
        "side": mark["side"],
        "x": mark["x"],
        "y": mark["y"],
        "where": where,
        "note": (mark.get("note") or "").strip(),
        "first_seen": mark.get("first_seen") or "",
    }


def called(mark: Mapping) -> str:
    """What a mark is, in words: "bruise", "pressure area category 2", "moisture damage"."""
    kind, category = mark["kind"], mark.get("category") or ""
    if kind != PRESSURE:
        return "mark of another kind" if kind == "other" else KINDS[kind].label.lower()
    if category == "moisture":
        return CATEGORIES[category]
    joined = " " if CATEGORIES.get(category, "").startswith("category") else ", "
    return f"pressure area{joined}{CATEGORIES.get(category, 'category not known')}"


def said(mark: Mapping) -> str:
    """A mark on one line: "bruise, left forearm, front, since 3 Nov 2026"."""
    day = day_of(mark.get("first_seen"))
    since = f", since {said_day(day)}" if day else ""
    return f"{called(mark)}, {mark['where']}{since}"


@dataclass(frozen=True)
class Difference:
    """A mark that came (no `before`), went (no `after`), or is called something else than it was."""

    before: Mapping | None
    after: Mapping | None


def differences(before: Sequence[Mapping], after: Sequence[Mapping]) -> list[Difference]:
    """How two maps differ: what came first, then what is called something else, then what went.

    A mark is the same when its id is, else when kind and words of its place are; no mark is left out, and the other
    way round the same pairs are found.
    """
    pairs = _by_id(before, after)
    pairs += _by_place(_left(before, pairs, 0), _left(after, pairs, 1))
    found = [Difference(None, mark) for mark in _left(after, pairs, 1)]
    found += [Difference(was, now) for was, now in pairs if called(was) != called(now)]
    return found + [Difference(mark, None) for mark in _left(before, pairs, 0)]


def _by_id(before: Sequence[Mapping], after: Sequence[Mapping]) -> list[tuple[Mapping, Mapping]]:
    known = {mark["id"]: mark for mark in after}
    return [(mark, known[mark["id"]]) for mark in before if mark["id"] in known]


def _by_place(before: Sequence[Mapping], after: Sequence[Mapping]) -> list[tuple[Mapping, Mapping]]:
    """Marks of one kind at one place, the first with the first."""
    waiting: dict[tuple, list[Mapping]] = {}
    for mark in after:
        waiting.setdefault(_spot(mark), []).append(mark)
    return [(mark, waiting[_spot(mark)].pop(0)) for mark in before if waiting.get(_spot(mark))]


def _spot(mark: Mapping) -> tuple:
    return mark["kind"], mark["side"], mark["where"].casefold()


def _left(marks: Sequence[Mapping], pairs: Iterable[tuple[Mapping, Mapping]], place: int) -> list[Mapping]:
    taken = {pair[place]["id"] for pair in pairs}
    return [mark for mark in marks if mark["id"] not in taken]


def told(difference: Difference, *, map_of: str, seen: str) -> str:
    """A difference as people read it, saying who saw what when and nothing of why.

    `map_of` is the day of the home's map, empty when there was none; `seen` the moment of the look on return.
    """
    was, now = difference.before, difference.after
    the_map = f"the home's map of {map_of}"
    if was is None and now is not None:
        unseen = f"not on {the_map}" if map_of else "the home has no earlier map"
        return f"Seen on return {seen}; {unseen}: {called(now)}, {now['where']}"
    if now is None and was is not None:
        return f"On {the_map}; not seen on return {seen}: {called(was)}, {was['where']}"
    return f"On {the_map}: {called(was)}. Seen on return {seen}: {called(now)}, {now['where']}"


def worth_a_thought(difference: Difference) -> bool:
    """Whether the home should think of an incident form, safeguarding and telling the family.

    So it is for a new bruise, a new pressure area of category 2 or more (or of a category nobody knows), and one that
    reached such a category since.
    """
    was, now = difference.before, difference.after
    if now is None or now["kind"] not in ("bruise", PRESSURE):
        return False
    if now["kind"] == "bruise":
        return was is None
    if now["category"] not in SERIOUS:
        return False
    return was is None or was["kind"] != PRESSURE or _rank(now) > _rank(was)


def _rank(mark: Mapping) -> int:
    return SEVERITY.index(mark["category"])
