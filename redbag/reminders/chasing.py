"""Bags that should be back by now: who has each, for how long, and one tap to ask them where it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from redbag.bags.models import State as BagState
from redbag.errors import Refused
from redbag.notes.actions import write_note
from redbag.notes.models import Note
from redbag.organisations.access import Actor, Permission
from redbag.reminders.clocks import BY_NAME, Clock, due, said_at
from redbag.reminders.watching import clocks_of
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.transfers.story import held_words

CLOCK_OF = {
    Stage.WITH_CREW: BY_NAME["on_the_way"],
    Stage.IN_HOSPITAL: BY_NAME["long_stay"],
    Stage.COMING_HOME: BY_NAME["coming_home"],
}
AWAY = (BagState.WITH_CREW, BagState.IN_HOSPITAL, BagState.COMING_HOME)
MOST = 200


@dataclass(frozen=True)
class Overdue:
    """A bag past its time on the journey it is (or was last) on; `chased` is the last time somebody asked."""

    transfer: Transfer
    held: str
    since: datetime
    due_at: datetime
    chased: Note | None

    @property
    def can_ask(self) -> bool:
        """Whether somebody who reads notes here has it; else they must be rung."""
        return self.transfer.holder_id is not None and self.transfer.holder_id != self.transfer.home_id


def overdue(*, actor: Actor, now: datetime) -> list[Overdue]:
    """The bags of the actor's homes that are past their time, the longest late first."""
    homes = set(actor.organisations_with(Permission.READ_BAGS))
    own = Transfer.objects.visible_to(actor, now=now).filter(home__in=homes).exclude(bag=None)
    joined = own.select_related("bag", "resident", "home", "holder")
    known = [*joined.open().filter(stage__in=CLOCK_OF), *joined.filter(pk__in=_not_back(own))][:MOST]
    rules = clocks_of(homes)
    late = [(transfer, *_times(transfer, rules.get(transfer.home_id, {}))) for transfer in known]
    late = sorted((row for row in late if row[2] <= now), key=lambda row: row[2])
    chased = _chased(transfer.pk for transfer, *_ in late)
    return [
        Overdue(transfer, held_words(transfer), since, due_at, chased.get(transfer.pk))
        for transfer, since, due_at in late
    ]


def chase(*, actor: Actor, transfer: Transfer, now: datetime) -> tuple[Note, bool]:
    """Ask whoever has the bag where it is; a second time within ten minutes changes nothing.

    Raises Refused where nobody who has it reads notes here: they must be rung.
    """
    if transfer.bag is None or transfer.holder_id in (None, transfer.home_id):
        raise Refused("Nobody who has this bag can be asked here. Ring them.", code="nobody_to_ask")
    where = f" at {transfer.holder_place}" if transfer.holder_place else ""
    since = said_at(transfer.holder_since or transfer.stage_since, now=now)
    words = (
        f"Where is the red bag {transfer.bag.tracker}? You have had it{where} since {since}. "
        "Please tell us where it is, and when it comes home."
    )
    return write_note(actor=actor, transfer=transfer, words=words, kind=Note.Kind.CHASE, now=now)


def _times(transfer: Transfer, own: dict[str, int]) -> tuple[datetime, datetime]:
    clock: Clock = CLOCK_OF.get(Stage(transfer.stage)) or BY_NAME["bag_not_back"]
    since = transfer.stage_since
    return since, due(clock, since=since, own=own)


def _not_back(own):
    """Journeys that have ended while their bag is out, each the newest of its bag."""
    newer = Transfer.objects.filter(bag=OuterRef("bag"), packed_at__gt=OuterRef("packed_at"))
    return own.filter(stage=Stage.CLOSED, bag__state__in=AWAY).exclude(Exists(newer)).values("pk")


def _chased(transfers: Iterable[UUID]) -> dict[UUID, Note]:
    notes = Note.objects.filter(transfer__in=list(transfers), kind=Note.Kind.CHASE).order_by("written_at")
    return {note.transfer_id: note for note in notes}
