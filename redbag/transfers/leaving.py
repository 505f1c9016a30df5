"""What the home said of a journey when the bag left, and what it has said or changed since."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from redbag.summaries.versions import versions_at
from redbag.transfers.additions import Added, added_at, added_lines
from redbag.transfers.lines import Line
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.since_last import Difference, differences
from redbag.transfers.stages import Kind
from redbag.transfers.vital_signs import Vitals, words_of_set

SAID = ("reason", "ask", "return_when")
LATER = "Not said when they left: see what was added"
NEVER_EMPTY = ("concern", "last_seen_well")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the home says of a journey, in the words that left; `said` is the reason with everything told since."""

    reason: Mapping[str, str]
    ask: str
    return_when: str
    said: Mapping[str, str]


def late_additions(transfer: Transfer, facts: Iterable[Fact]) -> list[Fact]:
    """What the home added after the bag had left, oldest first, taken back or not."""
    left = transfer.left_at
    late = [fact for fact in facts if fact.kind == Kind.ADDITION and left and fact.occurred_at >= left]
    return sorted(late, key=lambda fact: fact.occurred_at)


def counted(late: Sequence[Fact], *, voided_by: Mapping[UUID, object], until: datetime | None) -> list[Fact]:
    """Those that were not taken back, and were told before the journey ended."""
    return [fact for fact in late if fact.pk not in voided_by and (until is None or fact.occurred_at <= until)]


def words_of(transfer: Transfer, late: Sequence[Fact], told: Sequence[Fact]) -> Words:
    """The words as they left; one statement, and only when some were told after that. `told` are those of `late` that
    count.
    """
    words = {name: getattr(transfer, name) for name in SAID}
    if not any(name in fact.content for fact in late for name in SAID):
        return Words(**words, said=transfer.reason)
    first_or_left = Q(taken_at__lte=transfer.left_at) | Q(version=1)
    snapshot = transfer.snapshots.filter(first_or_left).order_by("-version").first()
    frozen = json.loads(snapshot.content) if snapshot else {}
    words |= {name: frozen[name] for name in SAID if name in frozen}
    said = dict(words["reason"])
    for fact in told:
        said |= fact.content.get("reason") or {}
    pointers = {name: LATER for name in NEVER_EMPTY if said.get(name) and not words["reason"].get(name)}
    return Words(**words | {"reason": words["reason"] | pointers}, said=said)


def told_since_leaving(transfer: Transfer, told: Sequence[Fact]) -> list[Added]:
    """What was added in words and things."""
    return [added_at(transfer, at=fact.occurred_at, by=fact.by_name, lines=added_lines(fact)) for fact in told]


def changed_since_leaving(transfer: Transfer, summary: Sequence[Mapping]) -> list[Added]:
    """What differs in the summary from what it said when the bag left; one statement, and only when somebody told
    something of the resident since. `summary` are the sections that travel.
    """
    resident, left = transfer.resident, transfer.left_at
    if left is None or resident.told_at is None or resident.told_at <= left:
        return []
    before = [{"name": row.section, "content": row.content} for row in versions_at(resident=resident, moment=left)]
    person = {"resident": {"contacts": resident.contacts}}
    found = differences({"summary": before, **person}, {"summary": summary, **person})
    return [_changed(transfer, section, lines) for section in summary if (lines := _lines(section["name"], found))]


def _changed(transfer: Transfer, section: Mapping, lines: Sequence[Line]) -> Added:
    written, left = section["written_at"], transfer.left_at
    at = written if written and written > left else transfer.resident.told_at  # joined records keep an earlier date
    return added_at(transfer, at=at, by=section["author"] or "", lines=lines)


def _lines(section: str, found: Sequence[Difference]) -> list[Line]:
    return [Line(section, _label(each), _now_and_was(each)) for each in found if each.section == section]


def _label(each: Difference) -> str:
    if each.label.casefold() == each.title.casefold():
        return each.title
    lower = each.label if each.label[1:2].isupper() else each.label[:1].lower() + each.label[1:]
    return f"{each.title}, {lower.rstrip('?')}"


def _now_and_was(each: Difference) -> str:
    if not each.after:
        return f"no longer: {each.before}"
    return f"now {each.after}; was {each.before}" if each.before else f"now {each.after}; was not recorded"


def taken_since_leaving(transfer: Transfer, sets: Sequence[Vitals], *, now: datetime) -> list[Added]:
    """The vital signs that somebody kept after the bag had left."""
    left = transfer.left_at
    return [
        added_at(transfer, at=each.recorded_at, by=each.by, lines=[words_of_set(each, now=now)])
        for each in sets
        if left is not None and each.recorded_at > left
    ]
