"""A case in words: what it is, who had it last and who says so, whom the home asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redbag.transfers.case_models import Case
from redbag.transfers.contents import Item
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Kind
from redbag.transfers.story import Line, Story


@dataclass(frozen=True)
class Told:
    """Something that happened to a thing, when, and who says so."""

    words: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Trace:
    """The way of a thing that is not found: where it was last, the hand-overs after that, and who missed it."""

    item: Item | None
    last_seen: Told | None
    since: Sequence[Told]
    missed: Told | None


def trace(case: Case, story: Story) -> Trace:
    """What the journey tells of the thing, in time order."""
    lines = {line.fact.pk: line for line in story.lines}
    last, missed = lines.get(case.last_seen), lines.get(case.opened_by)
    began = last.fact.occurred_at if last else case.transfer.packed_at
    until = missed.fact.occurred_at if missed else case.opened_at
    moves = [
        _told(line, line.says)
        for line in story.lines
        if line.fact.kind == Kind.HANDOFF
        and line.voided_by is None
        and line is not last
        and began <= line.fact.occurred_at <= until
    ]
    return Trace(
        item=next((item for item in story.items if item.id == str(case.item)), None),
        last_seen=_told(last, _was_there(last, case.item)) if last else None,
        since=moves,
        missed=_told(missed, "Looked for it, and did not find it yet") if missed else None,
    )


def _was_there(line: Line, item: UUID) -> str:
    if line.fact.kind in (Kind.PACK, Kind.ADDITION):
        return (
            "Written down when it was packed"
            if line.fact.kind == Kind.PACK
            else "Put in after it was packed, and written down"
        )
    states = {row["item"]: row["state"] for row in line.fact.items if "item" in row}
    found = {"extra": "Found, and written down", "changed": "Looked for it: there, but changed"}
    return found.get(states.get(str(item), ""), "Looked for it: there")


def _told(line: Line, words: str) -> Told:
    who = f"{line.fact.by_name}, {line.organisation.name}" if line.fact.by_name else line.organisation.name
    return Told(words, line.fact.occurred_at, who)


def asked_words(case: Case) -> str:
    """Whom the home asks: the place and the organisation, or the name that was given; empty when that is nobody."""
    return ", ".join(each for each in (case.asked_text, case.asked.name if case.asked else "") if each)


def asked_about(transfer: Transfer) -> str:
    """Whom the home asks about what is not found on a journey, each once; empty when that is nobody else."""
    rows = Case.objects.filter(transfer=transfer, closed_at=None).select_related("asked").order_by("opened_at", "pk")
    return "; ".join(dict.fromkeys(words for words in map(asked_words, rows) if words))


def lead(case: Case) -> str:
    """What is done about it, as one sentence that accuses nobody."""
    if case.closed_at:
        return case.get_outcome_display()
    asked = asked_words(case)
    return f"Not found yet: we will ask {asked}" if asked else "Not found yet: look at home first"
