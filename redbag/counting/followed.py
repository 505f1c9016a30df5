"""A journey read once for all the rows that are made of it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from redbag.counting.legs import Moments, moments_of
from redbag.departures.knowing import LONDON
from redbag.transfers.journey import Journey, Told
from redbag.transfers.stages import Receiver


@dataclass(frozen=True, kw_only=True)
class About:
    """What a journey's row says that was not told by facts.

    `resident` is the record that is kept where two were joined, `area` that of the home, `destination` a hospital it
    was to go to, `bag` whether a bag is on the journey or was put off it after it had left.
    """

    transfer: UUID
    resident: UUID
    home: UUID
    area: UUID | None
    packed_at: datetime
    born: date | None
    bag: bool
    destination: UUID | None = None
    destination_place: str = ""


@dataclass(frozen=True)
class Places:
    """The first hospital and ambulance service that had the bag, and the ward that was named first there.

    Before it came to a hospital: the one it was to go to. None where it came to one that is only a name in words.
    """

    hospital: UUID | None
    ambulance: UUID | None
    ward: str


@dataclass(frozen=True)
class Followed:
    """One journey, read once for all its rows. `told` are its facts in time order, without those taken back."""

    about: About
    journey: Journey
    told: Sequence[Told]
    places: Places
    moments: Moments

    @property
    def where(self) -> dict:
        """The columns that every row of the journey has."""
        return {"home": self.about.home, "area": self.about.area, "day": day_of(self.about.packed_at)} | vars(
            self.places
        )


def day_of(moment: datetime) -> date:
    """The day in London."""
    return moment.astimezone(LONDON).date()


def follow_for_counting(*, about: About, journey: Journey, told: Iterable[Told]) -> Followed:
    """A journey with everything its rows are made of; `told` are all facts of it, in any order."""
    by_id = {each.id: each for each in told}
    counting = [by_id[each] for each in journey.order if each in by_id and each not in journey.voided_by]
    places = _places(about, journey, counting)
    moments = moments_of(journey, {each.id: each.outcome for each in counting})
    return Followed(about, journey, counting, places, moments)


def _places(about: About, journey: Journey, told: Iterable[Told]) -> Places:
    ambulances = (hold.organisation for hold in journey.holds if hold.receiver == Receiver.AMBULANCE)
    ambulance = next((each for each in ambulances if each), None)
    hospital = next((hold for hold in journey.holds if hold.receiver == Receiver.HOSPITAL), None)
    if hospital is None:
        elsewhere = bool(journey.arrivals)
        return Places(None, ambulance, "") if elsewhere else Places(about.destination, ambulance, _aim(about))
    named = (each.place for each in told if each.id in hospital.told_in and each.place)
    return Places(hospital.organisation, ambulance, next(named, ""))


def _aim(about: About) -> str:
    return about.destination_place if about.destination else ""
