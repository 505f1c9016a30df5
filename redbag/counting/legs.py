"""How long each leg of a bag took, and where its resident was meanwhile. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from redbag.transfers.journey import Journey
from redbag.transfers.stages import STAYED_HOME, Stage, Where

MINUTE = timedelta(minutes=1)
IN_HOSPITAL = {Where.HOSPITAL, Where.OUTSIDE}
"""A place that does not use Red Bag online counts as a hospital: whoever goes on to one has not left for good."""
NO_LEAVING = {Where.HOME, Where.DIED, Where.HOSPITAL_AT_HOME}
WITH_BAG = {
    Stage.PACKED: Where.HOME,
    Stage.WITH_CREW: Where.ON_THE_WAY,
    Stage.IN_HOSPITAL: Where.HOSPITAL,
    Stage.COMING_HOME: Where.COMING_HOME,
    Stage.BACK_HOME: Where.HOME,
}


def minutes(since: datetime | None, until: datetime | None) -> int | None:
    """Whole minutes that truly passed, also over a change of the clocks; 0 where the end was told for before the start.

    None where one of the two is not known.
    """
    return max(0, (until - since) // MINUTE) if since and until else None


@dataclass(frozen=True)
class Legs:
    """Minutes of each leg of the bag.

    Going back to a leg adds to it; one that is not over is None, also when the journey was closed during it.
    `waiting` needs somebody who took the bag along: None when it never left, and when the first who had it was the
    hospital, for then nobody said when it set out. `riding` is None unless it led to a hospital: a crew that treats
    somebody at home rode nowhere. `returning` is None unless the bag came home.
    """

    waiting: int | None
    riding: int | None
    staying: int | None
    returning: int | None


def legs_of(journey: Journey, *, packed_at: datetime) -> Legs:
    """The legs as the facts that count tell them, in the order in which they happened."""
    spells: dict[Stage, timedelta] = {}
    stage, since, onward = Stage.PACKED, packed_at, None
    for step in journey.steps:
        at = max(step.at, since)
        if step.stage != stage:
            onward = onward or step.stage
            spells[stage] = spells.get(stage, timedelta(0)) + (at - since)
            stage, since = step.stage, at
    spells.pop(stage, None)
    whole = {each: length // MINUTE for each, length in spells.items()}
    reached = bool(journey.arrivals)
    return Legs(
        waiting=whole.get(Stage.PACKED) if onward == Stage.WITH_CREW else None,
        riding=whole.get(Stage.WITH_CREW) if reached else None,
        staying=whole.get(Stage.IN_HOSPITAL),
        returning=whole.get(Stage.COMING_HOME) if stage == Stage.BACK_HOME else None,
    )


@dataclass(frozen=True)
class Moments:
    """Of the resident, who is where the bag is unless somebody said otherwise.

    `departed`: left the home; None when they were not taken after all or treated there. `attended`: first came to a
    hospital. `left`: left it for good; None while they are in one, when the journey was closed meanwhile, and for
    whoever died there. `home`: came back to the home and is there, or died there; None for all others.
    """

    departed: datetime | None = None
    attended: datetime | None = None
    left: datetime | None = None
    home: datetime | None = None


def moments_of(journey: Journey, outcomes: Mapping[UUID, str]) -> Moments:
    """What became of the resident; `outcomes` are the outcomes told, by the id of their fact."""
    departed = attended = left = home = None
    for at, before, where, told in _moves(journey):
        if before == Where.HOME and where not in NO_LEAVING:
            departed, home = departed or at, None
        if where in IN_HOSPITAL:
            attended, left = attended or at, None
        elif before in IN_HOSPITAL and where != Where.DIED:
            left = at
        if where == Where.HOME:
            home = at if departed else None
            if attended is None and outcomes.get(told) in STAYED_HOME:
                departed = home = None
    return Moments(departed, attended, left, home)


def _moves(journey: Journey) -> Iterator[tuple[datetime, Where, Where, UUID]]:
    where = Where.HOME
    for step in journey.steps:
        now = step.resident_is or WITH_BAG[step.stage]
        if now != where:
            yield step.at, where, now, step.told
            where = now
