"""What happens next on a journey, by whom, and whom to ring: from the row alone, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from redbag.organisations.models import Kind as OrganisationKind
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.owning import Owner, Standing, Why, owner_of
from redbag.transfers.parting import ELSEWHERE
from redbag.transfers.stages import Kind, Outcome, Stage, Where

DOES = {
    Why.FINISHED: "Nothing: this is finished.",
    Why.BAG_OUT: "Ask {holder} for the bag.",
    Why.LOST: "Ring everybody who had the bag, the last one first.",
    Why.LEFT_IN_AMBULANCE: "Look in the vehicle and bring the bag to {person}.",
    Why.WITH_FAMILY: "Ring the family and ask for the bag.",
    Why.FOLLOWS_LATER: "Send the bag after {person}.",
    Why.APART: "Bring the bag to {person}.",
    Why.ANOTHER_HOME: "Send the bag back to {home}.",
    Why.FIND_THEM: "Find out where {person} is, and that they are safe.",
    Why.FETCH_BAG: "Ask {holder} for the bag, and arrange how it comes back.",
    Why.CANNOT_RETURN: "Agree with {holder} what has to change before {person} can come back.",
    Why.HAND_OVER: "Hand {bag} over to the crew.",
    Why.CARRY: "Bring {person} to {destination}, and hand {bag} over there.",
    Why.CARE: "Look after {person}, and send {bag} home with the discharge summary.",
    Why.BRING_HOME: "Bring {bag} to {home}.",
    Why.UNPACK: "Unpack, check what is there, and finish.",
}
AWAITED = {
    Why.LOST: "the bag to be found",
    Why.LEFT_IN_AMBULANCE: "the bag from the ambulance",
    Why.WITH_FAMILY: "the bag from the family",
    Why.FOLLOWS_LATER: "the bag, which follows later",
    Why.APART: "the bag to reach them",
    Why.ANOTHER_HOME: "the bag back from the other home",
    Why.FIND_THEM: "word of where they are",
    Why.FETCH_BAG: "the bag back",
    Why.CANNOT_RETURN: "what has to change before they can come back",
}
GOES_ON = {Why.FINISHED, Why.DIED, Why.HAND_OVER, Why.CARRY, Why.CARE, Why.BRING_HOME, Why.UNPACK}


@dataclass(frozen=True)
class Ring:
    """Somebody to ring."""

    who: str
    phone: str


@dataclass(frozen=True)
class NextStep:
    """Who has to do what, and whom to ring. `special` is true when an outcome, not the usual way, asks for it."""

    who: str
    does: str
    ring: Sequence[Ring]
    special: bool
    why: Why


def standing_in(transfer: Transfer) -> Standing:
    """How a journey stands, from its row."""
    return Standing(
        home=transfer.home_id,
        stage=transfer.stage,
        back=transfer.bag_id is None or transfer.back_at is not None,
        outcomes=transfer.outcomes,
        resident_is=transfer.resident_is,
        apart=transfer.apart_since is not None,
        holder=transfer.holder_id,
    )


def owner(transfer: Transfer) -> Owner:
    """Who owns the next step of this journey."""
    return owner_of(standing_in(transfer))


def is_quiet(transfer: Transfer) -> bool:
    """Whether somebody died on this journey: no board, letter or reminder speaks of it."""
    return transfer.resident_is == Where.DIED


def ring_after_death(transfer: Transfer) -> list[Ring]:
    """Whom a crew rings about somebody who died (home, holder and destination joined): the home first, no ambulance."""
    places = (transfer.home, transfer.holder, transfer.destination)
    known = [place for place in places if place and place.phone and place.kind != OrganisationKind.AMBULANCE]
    return list({place.phone: Ring(place.name, place.phone) for place in known}.values())


def can_finish(transfer: Transfer) -> bool:
    """Whether the home may finish: the bag is back, lost for good or there is none, and nobody is in hospital."""
    if transfer.stage in (Stage.BACK_HOME, Stage.CLOSED):
        return transfer.stage == Stage.BACK_HOME
    gone = transfer.resident_is in ELSEWHERE or transfer.resident_is in (Where.DIED, Where.HOME)
    return gone and (transfer.bag_id is None or Outcome.LOST in transfer.outcomes)


def apart_words(transfer: Transfer) -> str:
    """That resident and bag are not in one place, for a board; empty while they are together."""
    if transfer.apart_since is None or transfer.bag_id is None or is_quiet(transfer):
        return ""
    if Outcome.LOST in transfer.outcomes:
        return "Nobody can find the bag"
    where = Where(transfer.resident_is).label.lower() if transfer.resident_is else "somewhere else"
    at = f" ({transfer.resident_is_at})" if transfer.resident_is_at else ""
    astray = f"{words}; " if (words := astray_words(transfer)) else ""
    return f"Apart: the bag is with {_holder(transfer)}, {astray}they are {where}{at}"


def astray_words(transfer: Transfer) -> str:
    """That a hospital has the bag to which it was not going (holder and destination joined); empty when it was."""
    aim, holder = transfer.destination, transfer.holder
    if aim is None or holder is None or holder.kind != OrganisationKind.HOSPITAL or holder.pk == aim.pk:
        return ""
    return "" if is_quiet(transfer) else f"it was going to {aim.name}"


def next_step(transfer: Transfer, *, person: str, facts: Sequence[Fact] = ()) -> NextStep | None:
    """What comes next (home, holder, destination and bag joined); None when finished, and after a death.

    `person` is how the reader calls the resident. `facts` are those that count: a phone they told stands with whom to
    ring.
    """
    owns = owner(transfer)
    if owns.why in (Why.DIED, Why.FINISHED):
        return None
    mine = owns.organisation == transfer.home_id
    destination = transfer.destination.name if transfer.destination else transfer.destination_text
    does = DOES[owns.why].format(
        holder=_holder(transfer),
        home=transfer.home.name,
        person=person,
        destination=destination or "hospital",
        bag="the bag" if transfer.bag_id else "them",
    )
    who = transfer.home.name if mine else transfer.holder.name
    return NextStep(who, does, _ring(transfer, facts), owns.why not in GOES_ON, owns.why)


def _holder(transfer: Transfer) -> str:
    return transfer.holder.name if transfer.holder else transfer.holder_text


def _ring(transfer: Transfer, facts: Sequence[Fact]) -> list[Ring]:
    """Numbers that were told with an outcome first, the newest on top; then who has the bag, and the home."""
    told = [fact for fact in facts if fact.kind == Kind.OUTCOME and fact.content.get("details", {}).get("phone")]
    rows = [
        Ring(_told_who(fact), fact.content["details"]["phone"])
        for fact in sorted(told, key=lambda fact: fact.occurred_at, reverse=True)
    ]
    rows += [
        Ring(place.name, place.phone)
        for place in (transfer.holder, transfer.destination, transfer.home)
        if place and place.phone
    ]
    return list({row.phone: row for row in reversed(rows)}.values())[::-1]


def _told_who(fact: Fact) -> str:
    details = fact.content["details"]
    return details.get("who") or details.get("where") or Outcome(fact.outcome).label
