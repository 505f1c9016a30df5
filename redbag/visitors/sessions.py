"""A visitor's time: whose token this is, what it opens now, and when and why it ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from redbag import rows
from redbag.organisations.access import Actor, Post, Visit
from redbag.organisations.actions import digest_of
from redbag.organisations.models import Kind, Organisation, Role
from redbag.transfers import replay
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.visitors.models import BreakGlass, Visitor

LONGEST = timedelta(hours=12)
AFTER_ARRIVAL = timedelta(minutes=60)
AFTER_STOP = timedelta(minutes=15)
CARRIER = "carrier"
ROLES = {
    "paramedic": "Paramedic",
    "technician": "Ambulance technician or assistant",
    "nurse": "Nurse",
    "doctor": "Doctor",
    CARRIER: "Driver: taxi or patient transport",
}
AFTER_RETURN = (Stage.BACK_HOME, Stage.CLOSED)
JOINED = ("organisation", "transfer__home", "transfer__resident", "transfer__bag", "transfer__destination")


class Standing(StrEnum):
    """What a visitor's page is now: open, closing (the home stopped it), or ended, and why."""

    OPEN = "open"
    STOPPED = "stopped"
    ENDED_BY_HOME = "ended by the home"
    BACK = "the patient is back"
    ARRIVED = "an hour after arrival"
    OVER = "twelve hours"

    @property
    def lasts(self) -> bool:
        """Whether anything still opens."""
        return self in (Standing.OPEN, Standing.STOPPED)


def transfer_to_visit(transfer_id: UUID) -> Transfer | None:
    """The journey somebody asks to be let in to, while it is under way (home joined): to ask for the code, no more."""
    under_way = Transfer.objects.select_related("home", "resident", "bag").exclude(stage__in=AFTER_RETURN)
    with rows.everything():
        found = under_way.filter(pk=transfer_id).first()
    if found is not None:
        rows.also(found.pk)
    return found


def visitors_with(tokens: Sequence[str]) -> list[Visitor]:
    """The visitors these tokens belong to, ended or not, with what their pages are drawn of; one statement."""
    digests = [digest_of(token) for token in tokens if token]
    if not digests:
        return []
    with rows.everything():
        found = list(Visitor.objects.select_related(*JOINED, "transfer__holder").filter(digest__in=digests))
    for each in found:
        rows.also(each.transfer_id)
    return sorted(found, key=lambda visitor: visitor.started_at, reverse=True)


def standing(visitor: Visitor, *, now: datetime) -> Standing:
    """What this visitor's page is now; one statement more once the bag has left."""
    stage = visitor.transfer.stage
    if stage in AFTER_RETURN:
        return Standing.BACK
    if visitor.stopped_at is not None:
        return Standing.STOPPED if now < visitor.stopped_at + AFTER_STOP else Standing.ENDED_BY_HOME
    if now >= visitor.until:
        return Standing.OVER
    ended = ends_at(visitor)
    return Standing.ARRIVED if now >= ended else Standing.OPEN


def ends_at(visitor: Visitor) -> datetime:
    """When it ends by itself: an hour after the bag came to a hospital, twelve hours at most.

    What becomes of the bag afterwards makes it no longer.
    """
    arrived = _arrived_at(visitor)
    return min(visitor.until, arrived + AFTER_ARRIVAL) if arrived else visitor.until


def _arrived_at(visitor: Visitor) -> datetime | None:
    """When what was told first brought the bag to a hospital after they came; None while it has not."""
    transfer = visitor.transfer
    if transfer.left_at is None:
        return None  # it is where it was packed
    arrivals = replay.journey_of(transfer, replay.facts_of(transfer)).arrivals
    return next((at for at in arrivals if at >= visitor.started_at), None)


def called(visitor: Visitor | BreakGlass) -> str:
    """Their name, never without that nobody has checked it: Jo Bloggs (self-declared, PA123456)."""
    return f"{visitor.name} ({', '.join(filter(None, ('self-declared', visitor.registration)))})"


def service_of(visitor: Visitor | BreakGlass) -> str:
    """The service they say they come from."""
    return visitor.organisation.name if visitor.organisation else visitor.organisation_text


def actor_of(visitor: Visitor, *, now: datetime) -> Actor | None:
    """Who acts: somebody for one journey and nothing else; None once it has ended."""
    state = standing(visitor, now=now)
    if not state.lasts:
        return None
    place = visitor.organisation or visitor.transfer.home
    visit = Visit(
        visitor_id=visitor.pk,
        transfer_id=visitor.transfer_id,
        post=Post(organisation=place, role=Role.CREW),
        service=visitor.organisation_text if visitor.organisation is None else "",
        reads=state == Standing.OPEN and visitor.role != CARRIER,
        tells=state == Standing.OPEN,
        carries=visitor.role == CARRIER,
    )
    return Actor(name=called(visitor), posts=(), visit=visit)


def services_near(home: Organisation) -> list[Organisation]:
    """The ambulance services of the home's area, to choose from, by name."""
    near = Organisation.objects.filter(kind=Kind.AMBULANCE, area=home.area_id)
    return list(near.order_by("name")[:20])


def visitors_of(transfer: Transfer) -> list[Visitor]:
    """Everybody who was let in to a journey, newest first."""
    return list(Visitor.objects.select_related("organisation").filter(transfer=transfer).order_by("-started_at")[:50])
