"""What somebody's tablet keeps for the hours without a network: their bags and the journeys they may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch

from redbag.bags.models import Bag, Label
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation
from redbag.transfers import replay
from redbag.transfers.contents import Item
from redbag.transfers.emergency import Emergency, emergency
from redbag.transfers.models import Transfer
from redbag.transfers.receivers import receivers

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
    labels = Prefetch("labels", Label.objects.order_by("issued_at"), to_attr="every_label")
    return list(Bag.objects.visible_to(actor).prefetch_related(labels).order_by("home", "tracker"))


def open_journeys(*, actor: Actor, now: datetime) -> list[KeptJourney]:
    """The open journeys the actor may see, as online, the newest first."""
    transfers = Transfer.objects.visible_to(actor, now=now).open().select_related(*JOINED).order_by("-packed_at")
    return [_kept(transfer, actor, now) for transfer in transfers[:MOST_JOURNEYS]]


def note_kept(*, actor: Actor, journeys: Sequence[KeptJourney], now: datetime) -> None:
    """Write in the journal that these residents' journeys went onto somebody's tablet."""
    residents = [each.transfer.resident_id for each in journeys]
    if residents:
        record_view("offline", None, actor=actor, at=now, organisation=actor.first_place(), residents=residents)


def _kept(transfer: Transfer, actor: Actor, now: datetime) -> KeptJourney:
    facts = replay.facts_of(transfer)
    crews = actor.organisations_with(Permission.SEE_EMERGENCY_VIEW)
    holds = transfer.holder_id in crews
    return KeptJourney(
        transfer=transfer,
        labels=list(transfer.bag.labels.order_by("issued_at")) if transfer.bag else [],
        items=replay.journey_of(transfer, facts).items,
        receivers=receivers(transfer),
        acting=_acting(transfer, actor),
        first=emergency(transfer=transfer, facts=facts, now=now) if holds else None,
    )


def _acting(transfer: Transfer, actor: Actor) -> Organisation | None:
    """For whom somebody tells facts: the holder, the home, the destination, else their first."""
    granted = set(actor.organisations_with(Permission.MOVE_BAGS))
    theirs = {post.organisation.pk: post.organisation for post in actor.posts if post.organisation.pk in granted}
    near = (transfer.holder_id, transfer.home_id, transfer.destination_id)
    return next((theirs[pk] for pk in near if pk in theirs), next(iter(theirs.values()), None))
