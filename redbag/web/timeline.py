"""The story of a transfer line by line, in words, for its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from redbag.organisations.access import Actor
from redbag.transfers.contents import Item
from redbag.transfers.judging import NEEDS
from redbag.transfers.line_words import FLAGS, details_of
from redbag.transfers.models import Fact
from redbag.transfers.replay import told
from redbag.transfers.route import Told, may_void
from redbag.transfers.seals import seal_words
from redbag.transfers.stages import Kind, Outcome
from redbag.transfers.story import Line, Story
from redbag.web.patient import item_rows

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
        details=details_of(fact, names=names, seals=seals),
        told_later=fact.recorded_at - fact.occurred_at > SOON,
        taken_back=_taken_back(line, story),
        may_take_back=not line.voided_by and _may_take_back(fact, story, actor),
    )


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
        if post.grants & NEEDS[Kind.VOID]
    )
    home = story.transfer.home_id
    return any(may_void(home=home, void=void, target=told(fact)) for void in voids)


def doubted(story: Story, lines: Sequence[Entry]) -> list[Entry]:
    """The hand-overs that say who has the bag now, the newest first, of these lines that the reader may take back.

    All of them together: with one left, who has the bag stays a party, and reads.
    """
    return [each for each in lines if each.fact.pk in story.journey.holder.told_in and each.may_take_back]


def not_found(items: Sequence[Item]) -> list[str]:
    """Names of what was not found when last looked for."""
    return [row.name for row in item_rows(items) if row.item.state == "missing"]


def said_missing(story: Story, actor: Actor) -> bool:
    """Whether all that is not found yet was told by this person."""
    told = {item.seen[-1].fact for item in story.items if item.state == "missing"}
    by = {line.fact.by_id for line in story.lines if line.fact.pk in told}
    return actor.user_id is not None and by == {actor.user_id}
