"""What is to happen on each journey of a home: which way it ends, where it goes, and which bag goes along."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random

from redbag.bags.models import Bag
from redbag.management.national.asked import Asked
from redbag.management.national.households import Life
from redbag.management.national.places import Home, Hospital, weights
from redbag.management.national.stays import Calendar, Stay, stays_of
from redbag.transfers.stages import Outcome

USUAL = ""
ENDINGS = {Outcome.NOT_TAKEN: 0.05, Outcome.TREATED_ON_SCENE: 0.04, Outcome.LOST: 0.003}
SAME_DAY, SAME_DAY_WITHIN = 0.12, timedelta(hours=10)
LEFT_OPEN, OPEN_FOR = 0.15, timedelta(days=9)
WASH = timedelta(hours=8)
DEPARTMENT, DOORS, OTHER_HOSPITAL = 0, 3, 0.02


@dataclass
class Trip:
    """One journey as it is to be: `closes` is when the home finishes it, None where nobody does."""

    life: Life
    stay: Stay
    ending: str
    hospital: Hospital
    ward: str
    closes: datetime | None
    bag: Bag | None = None
    next_packed: datetime | None = None


def trips_of(asked: Asked, home: Home, lives: list[Life], bags: list[Bag], dice: Random) -> list[Trip]:
    """Every journey of the home in the order of packing; a bag goes along where one is wanted and there."""
    calendar = calendar_of(asked)
    trips = [trip for life in lives for trip in _of_one(asked, home, life, dice, calendar)]
    trips.sort(key=lambda trip: (trip.stay.packed, trip.life.row.pk))
    free: dict[int, datetime | None] = dict.fromkeys(range(len(bags)), asked.since)
    for trip in trips:
        packed = trip.stay.packed
        ready = [each for each, since in free.items() if since is not None and since <= packed]
        if trip.stay.bag and ready:
            chosen = ready[dice.randrange(len(ready))]
            trip.bag = bags[chosen]
            gone = trip.ending == Outcome.LOST or trip.closes is None or trip.closes > asked.now
            free[chosen] = None if gone else trip.closes + WASH
    return trips


@cache
def calendar_of(asked: Asked) -> Calendar:
    """The days of the nation's three years."""
    return Calendar(asked.since, asked.now)


def _of_one(asked: Asked, home: Home, life: Life, dice: Random, calendar: Calendar) -> list[Trip]:
    stays = stays_of(life, dice, calendar=calendar, bagless=home.bagless)
    trips = []
    for number, stay in enumerate(stays):
        after = stays[number + 1].packed if number + 1 < len(stays) else None
        ending = _ending(life, stay, dice, last=after is None)
        hospital = dice.choices(home.hospitals, weights(len(home.hospitals)))[0]
        ward = list(hospital.wards)[DEPARTMENT if dice.random() < 0.7 else 1 + dice.randrange(DOORS)]
        stay = _until_back(stay, ending, dice)
        trips.append(Trip(life, stay, ending, hospital, ward, _closes(asked, stay, after, dice), next_packed=after))
    return trips


def _ending(life: Life, stay: Stay, dice: Random, *, last: bool) -> str:
    if last and life.dies:
        return Outcome.DIED
    if last and life.row.archived_why == "Moved away" and dice.random() < 0.4:
        return dice.choices([Outcome.ANOTHER_HOME, Outcome.HOSPICE, Outcome.OWN_HOME], [6, 3, 1])[0]
    chance = dice.random()
    for ending, share in ENDINGS.items():
        chance -= share
        if chance < 0:
            return ending
    short = stay.out - stay.arrived < SAME_DAY_WITHIN
    return Outcome.SAME_DAY_RETURN if short and dice.random() < SAME_DAY else USUAL


def _until_back(stay: Stay, ending: str, dice: Random) -> Stay:
    """The bag of who does not come back comes home days later; who is not taken is home within the hour."""
    if ending in (Outcome.DIED, Outcome.ANOTHER_HOME, Outcome.HOSPICE, Outcome.OWN_HOME):
        return replace(stay, home=stay.out + timedelta(minutes=int(dice.lognormvariate(1.3, 0.7) * 24 * 60)))
    if ending in (Outcome.NOT_TAKEN, Outcome.TREATED_ON_SCENE):
        return replace(stay, home=stay.left + (stay.arrived - stay.left) * 0.8)
    return stay


def _closes(asked: Asked, stay: Stay, after: datetime | None, dice: Random) -> datetime | None:
    """Some hours after it is over; by the next packing at the latest. Nobody has finished some of the last days."""
    waits = timedelta(minutes=int(dice.lognormvariate(4.9, 1.0)))
    if after is None and stay.home > asked.now - OPEN_FOR and dice.random() < LEFT_OPEN:
        return None
    closes = (stay.home + waits).replace(microsecond=0)
    return closes if after is None else min(closes, after)
