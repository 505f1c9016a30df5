"""Whether the person was known again when a hospital took their bag. Pure; it informs and never holds anything up."""

from collections.abc import Sequence
from uuid import UUID

from redbag.transfers.journey import Journey, Told
from redbag.transfers.stages import Kind, Receiver


def taken_unchecked(journey: Journey, counted: Sequence[Told]) -> list[UUID]:
    """The facts with which a hospital took the bag and nobody told of photo, date of birth or wristband."""
    return [fact for hold in journey.holds if hold.receiver == Receiver.HOSPITAL for fact in _of(hold, counted)[:1]]


def _of(hold, counted: Sequence[Told]) -> list[UUID]:
    told = [each for each in counted if each.id in hold.told_in]
    looks = [
        each
        for each in counted
        if each.kind in (Kind.CHECK, Kind.OPENED)
        and each.organisation == hold.organisation
        and each.occurred_at >= hold.since
        and (hold.until is None or each.occurred_at <= hold.until)
    ]
    if any(each.identity for each in (*told, *looks)):
        return []
    return [each.id for each in told if each.organisation == hold.organisation]
