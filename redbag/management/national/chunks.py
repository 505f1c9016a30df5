"""A few homes with all that happened there: what is loaded together, or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from django.db import models

from redbag.bags.models import Bag
from redbag.bags.models import State as BagState
from redbag.management.national.afterwards import Afterwards, what_followed
from redbag.management.national.households import Life, bags_of, label_of, lives_of
from redbag.management.national.papers import Frozen, freeze
from redbag.management.national.places import Home, Nation
from redbag.management.national.telling import Story, parties_of, tell_journey
from redbag.management.national.trips import WASH, trips_of
from redbag.transfers.replay import BAG_STATES
from redbag.transfers.stages import Outcome, Stage

HOMES = 20


@dataclass
class Told:
    """One journey with everything about it."""

    story: Story
    frozen: Frozen | None
    after: Afterwards


@dataclass
class Household:
    """One home with everything in it."""

    home: Home
    lives: list[Life]
    bags: list[Bag]
    told: list[Told] = field(default_factory=list)


def chunks_of(nation: Nation) -> list[list[tuple[Home, int]]]:
    """The homes in order, some at a time, each with the number of its first resident."""
    first = [0, *accumulate(home.residents for home in nation.homes)]
    homes = list(zip(nation.homes, first, strict=False))
    return [homes[start : start + HOMES] for start in range(0, len(homes), HOMES)]


def household(nation: Nation, home: Home, first: int) -> Household:
    """Everything that happened at one home; the same for the same question, whatever was made before."""
    asked = nation.asked
    dice = asked.dice("home", home.number)
    lives, bags = lives_of(asked, home, first, dice), bags_of(asked, home, dice)
    made = Household(home, lives, bags)
    for trip in trips_of(asked, home, lives, bags, dice):
        story = tell_journey(asked, home, trip, dice)
        made.told.append(Told(story, freeze(story), what_followed(story)))
        if trip.bag:
            _settle(trip.bag, story, asked.now)
    return made


def rows_of(nation: Nation, made: Household) -> Iterator[list[models.Model]]:
    """The rows of a household, a table at a time, each after those that it points at."""
    dice = nation.asked.dice("labels", made.home.number)
    stories = [each.story for each in made.told]
    yield [made.home.row]
    yield [life.row for life in made.lives]
    yield list(made.bags)
    yield [label_of(bag, dice) for bag in made.bags]
    yield [story.transfer for story in stories]
    yield [party for story in stories for party in parties_of(story.transfer)]
    yield [fact for story in stories for fact in story.facts]
    yield [each.frozen.row for each in made.told if each.frozen]
    for name in ("letters", "read", "reconciled", "cases", "deaths"):
        yield [row for each in made.told for row in getattr(each.after, name)]


def _settle(bag: Bag, story: Story, now: datetime) -> None:
    """The bag is where its newest journey left it."""
    journey = story.journey
    assert journey is not None
    bag.state = BAG_STATES[journey.last_stage]
    if Outcome.LOST in journey.outcomes:
        bag.state = BagState.LOST
    elif journey.stage == Stage.CLOSED:
        bag.state = BagState.AVAILABLE if journey.stage_since + WASH < now else BagState.CLEANING
    bag.state_since = journey.stage_since
