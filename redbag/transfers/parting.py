"""Resident and bag followed apart: where each is, when they part, and when they meet again. Pure."""

import uuid

from redbag.transfers.journey import Journey, Told
from redbag.transfers.stages import MOVED_ON, PARTING, Outcome, Receiver, Stage, Where

BY_STAGE = {
    Stage.PACKED: Where.ON_THE_WAY,
    Stage.WITH_CREW: Where.ON_THE_WAY,
    Stage.IN_HOSPITAL: Where.HOSPITAL,
    Stage.COMING_HOME: Where.COMING_HOME,
    Stage.BACK_HOME: Where.HOME,
}
GOING = {Where.ON_THE_WAY, Where.HOSPITAL}
COMING = {Where.HOME, Where.COMING_HOME}
ELSEWHERE = set(MOVED_ON.values())


def bag_came(journey: Journey, told: Told, receiver: Receiver, organisation: uuid.UUID | None) -> None:
    """The bag is with somebody: a lost one is found, it reaches the resident, or it goes where they are not."""
    if Outcome.LOST in journey.outcomes:
        journey.outcomes.remove(Outcome.LOST)
    if _meets(journey, receiver, organisation):
        together(journey)
    elif _contradicts(journey, receiver, organisation):
        journey.apart_since = journey.apart_since or told.occurred_at
    elif receiver == Receiver.HOME and journey.resident_is in ELSEWHERE:
        journey.apart_since = None  # it is the home's bag: it is owed to nobody else


def together(journey: Journey) -> None:
    """Resident and bag are in one place; who moved to another home or died stays there."""
    journey.apart_since = None
    journey.outcomes = [each for each in journey.outcomes if each not in PARTING]
    if journey.resident_is not in ELSEWHERE and journey.resident_is != Where.DIED:
        stay(journey, Where.WITH_BAG)


def part(journey: Journey, told: Told, where: Where, *, at: str = "", with_: uuid.UUID | None = None) -> None:
    """The resident is here and the bag is not, from now on unless it was so already."""
    if journey.resident_is == Where.DIED:
        return
    if journey.resident_is != where or at or with_:
        stay(journey, where, at=at, with_=with_)
    journey.apart_since = journey.apart_since or told.occurred_at


def stay(journey: Journey, where: Where, *, at: str = "", with_: uuid.UUID | None = None) -> None:
    """The resident is at this place."""
    journey.resident_is, journey.resident_at, journey.resident_with = where, at, with_


def where_now(journey: Journey) -> Where:
    """Where the resident is: as somebody said, else where the bag's stage puts them."""
    return journey.resident_is or BY_STAGE.get(journey.last_stage, Where.HOME)


def _meets(journey: Journey, receiver: Receiver, organisation: uuid.UUID | None) -> bool:
    where, known = journey.resident_is, journey.resident_with
    if where in GOING:
        return receiver == Receiver.HOSPITAL and known in (None, organisation)
    if where in COMING:
        return receiver == Receiver.HOME
    return where == Where.ANOTHER_HOME and receiver == Receiver.ANOTHER_HOME and known in (None, organisation)


def _contradicts(journey: Journey, receiver: Receiver, organisation: uuid.UUID | None) -> bool:
    where = journey.resident_is
    if where in GOING:
        return receiver in (Receiver.HOME, Receiver.ANOTHER_HOME, Receiver.HOSPITAL)
    if where in COMING or where in ELSEWHERE:
        return receiver == Receiver.HOSPITAL or (receiver == Receiver.ANOTHER_HOME and where != Where.ANOTHER_HOME)
    return False
