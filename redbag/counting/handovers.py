"""One row for each hand-over of a bag, however many sides told it. Pure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from uuid import UUID

from redbag.counting.followed import Followed
from redbag.counting.models import CountedHandover
from redbag.transfers.journey import Hold, Told
from redbag.transfers.stages import Kind, Receiver, Stage


def handover_rows(followed: Followed) -> list[CountedHandover]:
    """The rows of the hand-overs of a journey.

    A hand-over that both sides told is one, known by the first fact that told it; a move to another ward of the same
    hospital is one too. Not counted: what was taken back, what was told for after the journey was finished, and an
    outcome that moved the bag (left in the ambulance, the family has it), for nobody handed it over. It was told late
    when all who told it did so late: whoever confirms it days afterwards makes nobody else late.
    """
    told = {each.id: each for each in followed.told if each.kind == Kind.HANDOFF}
    stages = {step.told: step.stage for step in followed.journey.steps}
    rows = []
    for giver, hold in pairwise(followed.journey.holds):
        tellings = [told[each] for each in hold.told_in if each in told]
        for number, group in enumerate(_by_ward(tellings)):
            gave = hold if number else giver
            rows.append(_row(followed, gave, hold, group, stages[group[0].id]))
    return rows


def _by_ward(tellings: Sequence[Told]) -> Iterator[list[Told]]:
    """The tellings that somebody has the bag, parted where they name another ward than the ones before."""
    group: list[Told] = []
    ward = ""
    for each in tellings:
        if each.place and ward and each.place != ward:
            yield group
            group = []
        ward = each.place or ward
        group.append(each)
    if group:
        yield group


def _row(followed: Followed, giver: Hold, hold: Hold, group: Sequence[Told], leg: Stage) -> CountedHandover:
    flags = {flag for each in group for flag in followed.journey.flags[each.id]}
    where = followed.where | _where(followed, giver, hold)
    return CountedHandover(
        fact=group[0].id,
        transfer=followed.about.transfer,
        at=group[0].occurred_at,
        receiver=hold.receiver,
        to=hold.organisation,
        giver=giver.receiver,
        by=giver.organisation,
        leg=leg,
        unconfirmed=not hold.confirmed,
        unexpected="unexpected" in flags,
        late=all("late" in followed.journey.flags[each.id] for each in group),
        unchecked="unchecked" in flags,
        identity_not_checked="identity_not_checked" in flags,
        said_by_receiver=any(each.organisation == each.to or each.code_proved for each in group),
        **where | {"ward": next((each.place for each in group if each.place), "")},
    )


def _where(followed: Followed, giver: Hold, hold: Hold) -> dict[str, UUID | None]:
    """The hospital and the ambulance service that took or gave the bag, else those of the journey."""
    found = {"hospital": followed.places.hospital, "ambulance": followed.places.ambulance}
    for each in (giver, hold):
        if each.receiver == Receiver.HOSPITAL:
            found["hospital"] = each.organisation
        elif each.receiver == Receiver.AMBULANCE:
            found["ambulance"] = each.organisation
    return found
