"""Compares what is kept about transfers with what their facts say, and mends it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from redbag.bags.models import Bag
from redbag.bags.models import State as BagState
from redbag.journal.recording import record
from redbag.transfers import replay
from redbag.transfers.journeys import PAGE, journeys_of
from redbag.transfers.models import Party, Transfer
from redbag.transfers.route import Journey
from redbag.transfers.stages import Outcome, Stage

SET_BY_HAND = {BagState.LOST, BagState.QUARANTINED, BagState.RETIRED}
AWAY = {Stage.PACKED, Stage.WITH_CREW, Stage.IN_HOSPITAL, Stage.COMING_HOME}


def damaged() -> Iterator[tuple[Transfer, dict[str, object]]]:
    """Every transfer that does not say what its facts say, with the names and values that would be right."""
    rows = Transfer.objects.select_related("bag").order_by("pk")
    page = list(rows[:PAGE])
    while page:
        parties = _parties(page)
        for transfer, _, journey in journeys_of(page):
            if wrong := faults(transfer, journey, parties[transfer.pk]):
                yield transfer, wrong
        page = list(rows.filter(pk__gt=page[-1].pk)[:PAGE])


def faults(transfer: Transfer, journey: Journey, parties: Mapping[UUID, tuple]) -> dict[str, object]:
    """What the row, its parties and its bag should say and do not."""
    wrong: dict[str, object] = dict(replay.differences(transfer, journey))
    should = {place: (until is None, until) for place, until in journey.parties.items() if place != transfer.home_id}
    if dict(parties) != should:
        wrong["parties"] = should
    if transfer.bag is not None and (state := _bag_state(transfer.bag, journey)) != transfer.bag.state:
        wrong["bag"] = state
    return wrong


@transaction.atomic
def mend(*, transfer: Transfer, now: datetime) -> None:
    """Make a transfer, its parties and its bag say what the facts say; written in the journal."""
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("bag").get(pk=transfer.pk)
    journey = replay.journey_of(transfer, replay.facts_of(transfer))
    wrong = faults(transfer, journey, _parties([transfer])[transfer.pk])
    if not wrong:
        return
    replay.settle(transfer, journey)
    if "parties" in wrong:
        transfer.parties.all().delete()
        Party.objects.bulk_create(
            Party(transfer=transfer, organisation_id=place, holding=until is None, held_until=until)
            for place, until in journey.parties.items()
            if place != transfer.home_id
        )
    if "bag" in wrong:
        Bag.objects.filter(pk=transfer.bag_id).update(state=wrong["bag"])
    record(
        "transfer.mended",
        transfer,
        actor=None,
        at=now,
        organisation=transfer.home_id,
        resident=transfer.resident_id,
        fields=sorted(wrong),
    )


def _bag_state(bag: Bag, journey: Journey) -> str:
    """The state the bag should be in; what people set by hand, and what it did after it came back, stands."""
    if journey.stage not in AWAY or bag.state in SET_BY_HAND:
        return bag.state
    return BagState.LOST if Outcome.LOST in journey.outcomes else replay.BAG_STATES[journey.stage]


def _parties(transfers: Sequence[Transfer]) -> dict[UUID, dict[UUID, tuple]]:
    parties: dict[UUID, dict[UUID, tuple]] = defaultdict(dict)
    for party in Party.objects.filter(transfer__in=[transfer.pk for transfer in transfers]):
        parties[party.transfer_id][party.organisation_id] = (party.holding, party.held_until)
    return parties
