"""What somebody's tablet keeps for the hours without a network: their bags and the journeys they may see."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, Q

from redbag.bags.models import Bag, Label
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation
from redbag.rows import everything
from redbag.transfers import replay
from redbag.transfers.contents import Item
from redbag.transfers.emergency import Emergency, emergency
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.next_steps import is_quiet
from redbag.transfers.receivers import receivers_of
from redbag.transfers.stages import Kind

MOST_JOURNEYS = 200
EMERGENCY_LASTS = timedelta(hours=12)
JOINED = ("home", "resident", "bag", "destination", "holder")


@dataclass(frozen=True, kw_only=True)
class KeptJourney:
    """A journey as a tablet keeps it.

    `acting` is the organisation facts are told for; `first` the crew's first screen while they hold the bag, else None.
    """

    transfer: Transfer
    labels: Sequence[Label]
    items: Sequence[Item]
    receivers: Sequence[Organisation]
    acting: Organisation | None
    first: Emergency | None


def own_bags(actor: Actor) -> list[Bag]:
    """The bags of the actor's homes, each with its labels, old ones too."""
    return list(Bag.objects.visible_to(actor).prefetch_related(_labels("labels")).order_by("home", "tracker"))


def _labels(way: str) -> Prefetch:
    return Prefetch(way, Label.objects.order_by("issued_at"), to_attr="every_label")


def open_journeys(*, actor: Actor, now: datetime) -> list[KeptJourney]:
    """The open journeys the actor may see, as online, the newest first.

    Every tablet asks each minute: the statements are as many for two hundred journeys as for one, but for the first
    screens of those whose bag the actor's crew holds.
    """
    rows = Transfer.objects.visible_to(actor, now=now).open().select_related(*JOINED).order_by("-packed_at")
    transfers = list(rows.prefetch_related(_labels("bag__labels"))[:MOST_JOURNEYS])
    facts, near = _facts_of(transfers), receivers_of(transfers)
    crews = actor.organisations_with(Permission.SEE_EMERGENCY_VIEW)
    return [
        KeptJourney(
            transfer=transfer,
            labels=vars(transfer.bag)["every_label"] if transfer.bag else [],
            items=replay.journey_of(transfer, facts[transfer.pk]).items,
            receivers=near[transfer.pk],
            acting=_acting(transfer, actor),
            first=emergency(transfer=transfer, facts=facts[transfer.pk], now=now)
            if transfer.holder_id in crews and not is_quiet(transfer)
            else None,
        )
        for transfer in transfers
    ]


@everything()
def _facts_of(transfers: Sequence[Transfer]) -> dict[UUID, list[Fact]]:
    """The facts of each transfer, with voids that were filed under another one; in no order."""
    theirs = Fact.objects.filter(transfer__in=transfers)
    voids = Q(kind=Kind.VOID, target__in=theirs.values("pk"))
    told = list(Fact.objects.filter(Q(transfer__in=transfers) | voids))
    filed = {fact.pk: fact.transfer_id for fact in told}
    facts = defaultdict(list)
    for fact in told:
        undone = filed.get(fact.target) if fact.kind == Kind.VOID else None
        for transfer_id in {fact.transfer_id, undone or fact.transfer_id}:
            facts[transfer_id].append(fact)
    return facts


def note_kept(*, actor: Actor, journeys: Sequence[KeptJourney], now: datetime) -> None:
    """Write in the journal that these residents' journeys went onto somebody's tablet."""
    residents = [each.transfer.resident_id for each in journeys]
    if residents:
        record_view("offline", None, actor=actor, at=now, organisation=actor.first_place(), residents=residents)


def _acting(transfer: Transfer, actor: Actor) -> Organisation | None:
    """For whom somebody tells facts: the holder, the home, the destination, else their first."""
    granted = set(actor.organisations_with(Permission.MOVE_BAGS))
    theirs = {post.organisation.pk: post.organisation for post in actor.posts if post.organisation.pk in granted}
    near = (transfer.holder_id, transfer.home_id, transfer.destination_id)
    return next((theirs[pk] for pk in near if pk in theirs), next(iter(theirs.values()), None))
