"""From which hospital somebody goes home, and whether they are there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redbag.organisations.models import Kind as OrganisationKind
from redbag.transfers.journeys import journeys_of
from redbag.transfers.models import Transfer
from redbag.transfers.route import Hold, Journey
from redbag.transfers.stages import Receiver, Stage, Where

LEFT = (Stage.COMING_HOME, Stage.BACK_HOME, Stage.CLOSED)


@dataclass(frozen=True)
class Stay:
    """The last stay in a hospital: which one, in which ward, since when and until when."""

    hospital: UUID
    ward: str
    since: datetime
    until: datetime | None


def is_in_hospital(transfer: Transfer) -> bool:
    """Whether they are in a hospital that can send them home, wherever their bag is."""
    return transfer.stage == Stage.IN_HOSPITAL or transfer.resident_is == Where.HOSPITAL


def stay_of(transfer: Transfer, journey: Journey) -> Stay | None:
    """The stay they leave from: the last hospital that had the bag, else the one they were going to."""
    holds = list(journey.holds)
    while holds and not _in_hospital(holds[-1]):
        holds.pop()
    if not holds:
        aim = transfer.destination
        known = aim is not None and aim.kind == OrganisationKind.HOSPITAL
        return Stay(aim.pk, transfer.destination_place, transfer.packed_at, None) if known else None
    last = holds[-1]
    since = last.since
    for hold in reversed(holds):
        if hold.organisation != last.organisation:
            break
        since = hold.since
    until = last.until if transfer.stage in LEFT else None
    return Stay(last.organisation, last.place, since, until)


def hospital_of(transfer: Transfer) -> Stay | None:
    """The stay of one journey (destination joined), from its facts."""
    return next(stay_of(each, journey) for each, _, journey in journeys_of([transfer]))


def _in_hospital(hold: Hold) -> bool:
    return hold.receiver == Receiver.HOSPITAL and hold.organisation is not None
