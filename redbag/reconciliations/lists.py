"""The two lists: the medicines before a stay, and those that a letter lists."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from zoneinfo import ZoneInfo

from redbag.discharges.models import DischargeSummary
from redbag.discharges.whose import kept
from redbag.errors import BadInput
from redbag.medicines.listed import Listed
from redbag.transfers.models import Snapshot

SECTION = "medicines"
CHANGES = ("", "started", "stopped", "changed", "continued")
KNOWN = {each.name for each in fields(Listed)}
MOST, LONGEST = 60, 1000
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, kw_only=True)
class Before:
    """The medicines before a stay, where the list comes from in words, and what left the home, if anything did."""

    listed: tuple[Listed, ...]
    words: str
    snapshot: Snapshot | None = None


def before_of(summary: DischargeSummary) -> Before:
    """What left the home with the person; without a journey, or where nothing left, the list in the home now."""
    journey = summary.transfer
    snapshot = journey.snapshots.order_by("-version").first() if journey else None
    if snapshot is not None:
        told = {each["name"]: each["content"] for each in json.loads(snapshot.content).get("summary", [])}
        frozen_at = snapshot.taken_at.astimezone(LONDON)
        words = f"The list that left the home, {frozen_at.day} {frozen_at:%b %Y, %H:%M}"
        return Before(listed=_rows(told.get(SECTION)), words=words, snapshot=snapshot)
    section = kept(summary.resident).current_sections.filter(section=SECTION).first()
    if section is None:
        return Before(listed=(), words="No list: nobody has written medicines down for this resident")
    written = section.written_at.astimezone(LONDON)
    words = "The list in the home now, because no list left with the person"
    words += f": by {section.author_name}, {written.day} {written:%b %Y, %H:%M}"
    return Before(listed=_rows(section.content), words=words[:200])


def after_of(summary: DischargeSummary) -> tuple[Listed, ...] | None:
    """The medicines that a letter lists one by one, coded; None where they stand in its words or its PDF alone."""
    told = json.loads(summary.structured) if summary.structured else {}
    rows = told.get(SECTION) or []
    if not rows and not told.get("medicines_listed"):
        return None
    return tuple(listed(row) for row in rows)


def listed(row: Mapping) -> Listed:
    """One medicine from what a form, a letter or a section says of it; what is not known of it is left out."""
    told = {name: value for name, value in row.items() if name in KNOWN and value is not None}
    told["time_critical"] = told.get("time_critical") is True
    return Listed(**told)


def typed(rows: object) -> tuple[Listed, ...]:
    """The letter's medicines as somebody typed them. BadInput by `medicines-<row>-<column>`."""
    if not isinstance(rows, list | tuple) or not rows:
        raise BadInput({"medicines": "Type at least one medicine of the letter, word for word."})
    if len(rows) > MOST:
        raise BadInput({"medicines": f"At most {MOST} medicines."})
    errors = {name: words for place, row in enumerate(rows) for name, words in _faults(place, row)}
    if errors:
        raise BadInput(errors)
    return tuple(listed(row) for row in rows)


def _faults(place: int, row: object) -> Iterable[tuple[str, str]]:
    if not isinstance(row, Mapping):
        yield f"medicines-{place}", "Send an object for each medicine."
        return
    for name, value in row.items():
        if name not in KNOWN:
            yield f"medicines-{place}-{name}", f"Each medicine holds: {', '.join(sorted(KNOWN))}."
        elif name == "time_critical":
            if not isinstance(value, bool):
                yield f"medicines-{place}-{name}", "Send true or false."
        elif not isinstance(value, str) or len(value) > LONGEST:
            yield f"medicines-{place}-{name}", f"Send text of at most {LONGEST} characters."
    if not str(row.get("name") or "").strip():
        yield f"medicines-{place}-name", "Type the name of the medicine."
    if (row.get("change") or "") not in CHANGES:
        words = "Choose what the letter says: started, stopped, changed, continued, or leave it empty."
        yield f"medicines-{place}-change", words


def _rows(content: Mapping | None) -> tuple[Listed, ...]:
    rows = (content or {}).get("items") or []
    return tuple(listed(row) for row in rows if (row.get("name") or "").strip())


def as_row(medicine: Listed | None) -> dict | None:
    """A medicine as JSON; None for none."""
    return asdict(medicine) if medicine else None


def typed_words(name: str, at: datetime) -> str:
    """Who typed a list from a letter, and when."""
    local = at.astimezone(LONDON)
    return f"Typed by {name} from the letter, {local.day} {local:%b %Y, %H:%M}"[:200]
