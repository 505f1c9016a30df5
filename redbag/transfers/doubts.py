"""Somebody says that they have the bag who was not to have it: what the home makes sure of."""

from uuid import UUID

from redbag.organisations.models import Kind, Organisation
from redbag.transfers import replay
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Outcome


def not_where_it_was_going(transfer: Transfer) -> str:
    """What to make sure of when somebody says they have the bag who was not to have it (home, holder, destination and
    both areas joined): another hospital, another home, or on their own word alone a service or hospital of a strange
    area. Empty otherwise.

    Many homes are served by the ambulances of the next area, or of the whole nation: a line about each of those would
    soon be read by nobody.
    """
    holder, going_to = transfer.holder, transfer.destination
    told = {Outcome.ANOTHER_HOME, Outcome.ANOTHER_HOSPITAL, Outcome.CLOSED} & set(transfer.outcomes)
    if holder is None or holder.pk in (transfer.home_id, transfer.destination_id) or told:
        return ""
    if holder.kind == Kind.HOSPITAL and going_to is not None:
        return f"{holder.name} says it has the bag, which was going to {going_to.name}. Ring to be sure"
    if holder.kind == Kind.CARE_HOME:
        return f"{holder.name} says it has the bag. Ring to be sure"
    if _strange(holder, transfer.home) and _said_alone(transfer):
        return f"{holder.name}, which is of another area, says it has the bag. Ring to be sure"
    return ""


def _strange(holder: Organisation, home: Organisation) -> bool:
    """Whether neither is of the other's area, nor of one above it; never where an area is not known."""
    if holder.area_id is None or home.area_id is None:
        return False
    return not (_lies_in(home, holder.area_id) or _lies_in(holder, home.area_id))


def _lies_in(place: Organisation, area_id: UUID) -> bool:
    area, seen = place.area, set()
    while area is not None and area.pk not in seen:
        if area_id in (area.pk, area.area_id):
            return True
        seen.add(area.pk)
        area = area.area
    return False


def _said_alone(transfer: Transfer) -> bool:
    """Whether nobody but the holder says that they have it, and no code: the row calls that confirmed too."""
    return replay.journey_of(transfer, replay.facts_of(transfer)).holder.alone
