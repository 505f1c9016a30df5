"""Who owns the next step of a journey. Every state has an owner, so that no bag is ever just somewhere. Pure."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from redbag.transfers.journey import Journey
from redbag.transfers.parting import ELSEWHERE
from redbag.transfers.stages import PARTING, Outcome, Receiver, Stage, Where


class Why(StrEnum):
    """What the owner has to do."""

    FINISHED = "finished"
    BAG_OUT = "bag_out"
    DIED = "died"
    LOST = "lost"
    LEFT_IN_AMBULANCE = "left_in_ambulance"
    WITH_FAMILY = "with_family"
    FOLLOWS_LATER = "follows_later"
    APART = "apart"
    ANOTHER_HOME = "another_home"
    FIND_THEM = "find_them"
    FETCH_BAG = "fetch_bag"
    CANNOT_RETURN = "cannot_return"
    HAND_OVER = "hand_over"
    CARRY = "carry"
    CARE = "care"
    BRING_HOME = "bring_home"
    UNPACK = "unpack"


BY_STAGE = {
    Stage.PACKED: Why.HAND_OVER,
    Stage.WITH_CREW: Why.CARRY,
    Stage.IN_HOSPITAL: Why.CARE,
    Stage.COMING_HOME: Why.BRING_HOME,
    Stage.BACK_HOME: Why.UNPACK,
}


@dataclass(frozen=True)
class Standing:
    """What decides who owns the next step; the same from the replay and from the row."""

    home: uuid.UUID
    stage: str
    back: bool
    outcomes: Sequence[str]
    resident_is: str
    apart: bool
    holder: uuid.UUID | None


@dataclass(frozen=True)
class Owner:
    """The organisation that must do something next, and what."""

    organisation: uuid.UUID
    why: Why


def standing_of(journey: Journey, *, home: uuid.UUID) -> Standing:
    """How a journey stands."""
    return Standing(
        home=home,
        stage=journey.stage,
        back=journey.holder.receiver == Receiver.HOME,
        outcomes=journey.outcomes,
        resident_is=journey.resident_is,
        apart=journey.apart_since is not None,
        holder=journey.holder.organisation,
    )


def owner_of(standing: Standing) -> Owner:
    """Who owns the next step: whoever holds the bag where they can act, and the home in every other case."""
    home, holder = standing.home, standing.holder or standing.home
    if standing.stage == Stage.CLOSED:
        return Owner(home, Why.FINISHED if standing.back else Why.BAG_OUT)
    if standing.resident_is == Where.DIED:
        return Owner(home, Why.DIED)
    if Outcome.LOST in standing.outcomes:
        return Owner(home, Why.LOST)
    if standing.apart:
        return _apart(standing, holder)
    if standing.stage == Stage.BACK_HOME:
        return Owner(home, Why.UNPACK)
    if standing.resident_is in ELSEWHERE:
        return _elsewhere(standing, holder)
    if Outcome.CANNOT_RETURN in standing.outcomes and standing.stage == Stage.IN_HOSPITAL:
        return Owner(home, Why.CANNOT_RETURN)
    return Owner(home if standing.stage == Stage.PACKED else holder, BY_STAGE[Stage(standing.stage)])


def _apart(standing: Standing, holder: uuid.UUID) -> Owner:
    """The last thing that parted them says who acts; family and taxis are asked by the home."""
    last = next((each for each in reversed(standing.outcomes) if each in PARTING), None)
    if last == Outcome.WITH_FAMILY:
        return Owner(standing.home, Why.WITH_FAMILY)
    if last == Outcome.LEFT_IN_AMBULANCE:
        return Owner(holder, Why.LEFT_IN_AMBULANCE)
    if last == Outcome.FOLLOWS_LATER:
        return Owner(holder, Why.FOLLOWS_LATER)
    return Owner(holder, Why.APART)


def _elsewhere(standing: Standing, holder: uuid.UUID) -> Owner:
    if standing.resident_is == Where.ANOTHER_HOME:
        return Owner(holder, Why.ANOTHER_HOME)
    if standing.resident_is == Where.LEFT_HOSPITAL:
        return Owner(standing.home, Why.FIND_THEM)
    return Owner(standing.home, Why.FETCH_BAG)
