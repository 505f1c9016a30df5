"""The story of a transfer line by line, in words, for its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from redbag.organisations.access import GRANTS, Actor
from redbag.transfers.additions import added_lines
from redbag.transfers.contents import Item
from redbag.transfers.judging import NEEDS
from redbag.transfers.models import Fact
from redbag.transfers.replay import told
from redbag.transfers.route import Told, may_void
from redbag.transfers.seals import seal_words
from redbag.transfers.stages import Kind, Outcome
from redbag.transfers.story import Line, Story
from redbag.web.patient import STATES, item_rows

FLAGS = {
    "unexpected": "not the usual next step",
    "unconfirmed": "not confirmed by the other side",
    "late": "told more than two days later",
    "clock_corrected": "the device's clock was wrong, the time is put right",
    "before_packing": "told as before the bag was packed",
    "after_close": "told after the journey was finished, changes nothing",
    "void_label": "scanned on a label that was replaced",
    "differs": "sent again with other words",
    "unchecked": "contents not checked here",
    "missing_items": "something was not found",
    "identity_not_checked": "identity not checked",
    "not_possible": "could not be taken back",
    "bag_elsewhere": "the bag that was named is on another journey: look who has it",
}
TICKS = {"photo": "photo", "born": "date of birth", "wristband": "wristband"}
CODES = {
    "right": "confirmed by both sides with the hand-over code",
    "wrong": "the code that was typed did not fit: said by one side",
    "old": "the code that was typed had changed by then: said by one side",
    "void": "the code that was typed had been guessed at too often: said by one side",
    "own": "with the hand-over code, sent by the giver",
}
SOON = timedelta(minutes=5)


@dataclass(frozen=True)
class Entry:
    """One line: what happened, who says so, what to know about it, and who took it back."""

    fact: Fact
    says: str
    by: str
    flags: Sequence[str]
    details: Sequence[str]
    told_later: bool
    taken_back: str
    may_take_back: bool


def entries(story: Story, actor: Actor) -> list[Entry]:
    """The lines newest first. A taking back that counts stands with the line it took back."""
    names = {row.item.id: row.name for row in item_rows(story.items)}
    seals = seal_words([line.fact for line in story.lines])
    effective = set(story.journey.voided_by.values())
    return [_entry(line, story, actor, names, seals) for line in reversed(story.lines) if line.fact.pk not in effective]


def _entry(line: Line, story: Story, actor: Actor, names: Mapping, seals: Mapping) -> Entry:
    fact = line.fact
    return Entry(
        fact=fact,
        says=line.says,
        by=f"{fact.by_name}, {line.organisation.name}" if fact.by_name else line.organisation.name,
        flags=[FLAGS.get(flag, flag) for flag in line.flags],
        details=[*_details(fact, names), *_seen(fact, seals)],
        told_later=fact.recorded_at - fact.occurred_at > SOON,
        taken_back=_taken_back(line, story),
        may_take_back=not line.voided_by and _may_take_back(fact, story, actor),
    )


def _details(fact: Fact, names: Mapping) -> list[str]:
    if fact.kind == Kind.ADDITION:
        return [f"{line.label}: {line.words}" for line in added_lines(fact)]
    if fact.kind == Kind.OPENED:
        return [f"Opened by {fact.from_name or fact.by_name}", *([f"Why: {fact.reason}"] if fact.reason else [])]
    lines = [f"written down later from paper by {fact.by_name}"] if fact.content.get("paper") else []
    lines += [f"why: {fact.content['why']}"] if fact.content.get("why") else []
    lines += [f"bag named: {fact.content['named_bag']['tracker']}"] if fact.content.get("named_bag") else []
    lines += [f"taken by {fact.to_name}"] if fact.to_name else []
    for row in fact.items:
        if row.get("state") in ("missing", "changed", "extra"):
            note = f" ({row['note']})" if row.get("note") else ""
            lines.append(f"{names.get(row['item'], 'something')}: {STATES[row['state']]}{note}")
    return lines


def _seen(fact: Fact, seals: Mapping) -> list[str]:
    """The code, the seal and who the person was checked to be."""
    lines = [CODES[fact.content["code"]]] if fact.content.get("code") in CODES else []
    ticks = [words for name, words in TICKS.items() if (fact.content.get("identity") or {}).get(name)]
    lines += [f"identity checked: {', '.join(ticks)}"] if ticks else []
    lines += [f"opened by {fact.by_name}"] if fact.kind == Kind.OPENED and fact.by_name else []
    return [*lines, seals[fact.pk]] if fact.pk in seals else lines


def _taken_back(line: Line, story: Story) -> str:
    if line.voided_by is None:
        return ""
    void = story.line(line.voided_by)
    why = f": {void.fact.reason}" if void.fact.reason else ""
    return f"taken back by {void.fact.by_name}, {void.organisation.name}{why}"


def _may_take_back(fact: Fact, story: Story, actor: Actor) -> bool:
    """Whether one of their posts can take this back. Packing, taking back and closing stand."""
    if fact.kind in (Kind.PACK, Kind.VOID, Kind.ADDITION) or fact.outcome == Outcome.CLOSED:
        return False
    voids = (
        Told(fact.pk, Kind.VOID, fact.occurred_at, post.organisation.pk, post.role)
        for post in actor.posts
        if GRANTS[post.role] & NEEDS[Kind.VOID]
    )
    home = story.transfer.home_id
    return any(may_void(home=home, void=void, target=told(fact)) for void in voids)


def not_found(items: Sequence[Item]) -> list[str]:
    """Names of what was not found when last looked for."""
    return [row.name for row in item_rows(items) if row.item.state == "missing"]


def said_missing(story: Story, actor: Actor) -> bool:
    """Whether all that is not found yet was told by this person."""
    told = {item.seen[-1].fact for item in story.items if item.state == "missing"}
    by = {line.fact.by_id for line in story.lines if line.fact.pk in told}
    return actor.user_id is not None and by == {actor.user_id}
