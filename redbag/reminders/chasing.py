"""Bags that should be back by now: who has each, for how long, and one tap to ask them where it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When

from redbag.bags.models import State as BagState
from redbag.errors import Refused
from redbag.notes.actions import write_note
from redbag.notes.models import Note
from redbag.organisations.access import Actor, Permission
from redbag.reminders.clocks import BY_NAME, minutes_of, said_at
from redbag.reminders.watching import clocks_of
from redbag.transfers.models import Transfer
from redbag.transfers.next_steps import is_quiet
from redbag.transfers.stages import Stage
from redbag.transfers.story import held_words

CLOCK_OF = {
    Stage.WITH_CREW: BY_NAME["on_the_way"],
    Stage.IN_HOSPITAL: BY_NAME["long_stay"],
    Stage.COMING_HOME: BY_NAME["coming_home"],
    Stage.CLOSED: BY_NAME["bag_not_back"],
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
    """The bags of the actor's homes that are past their time, the longest late first, at most 200.

    Those of people who died are not listed: no list speaks of a death.
    """
    homes = set(actor.organisations_with(Permission.READ_BAGS))
    own = Transfer.objects.visible_to(actor, now=now).on_boards().filter(home__in=homes).exclude(bag=None)
    waited = Q(stage__in=CLOCK_OF) & ~Q(stage=Stage.CLOSED) | Q(pk__in=_not_back(own))
    timed = own.filter(waited).annotate(due_at=_due_at(homes)).filter(due_at__lte=now).order_by("due_at", "pk")
    late = list(timed.select_related("bag", "resident", "home", "holder")[:MOST])
    chased = _chased(transfer.pk for transfer in late)
    return [Overdue(each, held_words(each), each.stage_since, each.due_at, chased.get(each.pk)) for each in late]


def chase(*, actor: Actor, transfer: Transfer, now: datetime) -> tuple[Note, bool]:
    """Ask whoever has the bag where it is; a second time within ten minutes changes nothing.

    Raises Refused where nobody who has it reads notes here, and after a death: they must be rung.
    """
    if is_quiet(transfer):
        raise Refused("Nobody is asked this in writing after a death. Ring them.", code="nobody_to_ask")
    if transfer.bag is None or transfer.holder_id in (None, transfer.home_id):
        raise Refused("Nobody who has this bag can be asked here. Ring them.", code="nobody_to_ask")
    where = f" at {transfer.holder_place}" if transfer.holder_place else ""
    since = said_at(transfer.holder_since or transfer.stage_since, now=now)
    words = (
        f"Where is the red bag {transfer.bag.tracker}? You have had it{where} since {since}. "
        "Please tell us where it is, and when it comes home."
    )
    return write_note(actor=actor, transfer=transfer, words=words, kind=Note.Kind.CHASE, now=now)


def _due_at(homes: Iterable[UUID]) -> ExpressionWrapper:
    """By when the bag of a row should have moved on, by the clocks of its home."""
    rules, whens = clocks_of(homes), []
    for stage, clock in CLOCK_OF.items():
        for home, own in rules.items():
            if clock.name in own:
                whens.append(When(stage=stage, home=home, then=Value(timedelta(minutes=minutes_of(clock, own)))))
        whens.append(When(stage=stage, then=Value(timedelta(minutes=minutes_of(clock, {})))))
    return ExpressionWrapper(F("stage_since") + Case(*whens), output_field=DateTimeField())


def _not_back(own):
    """Journeys that have ended while their bag is out, each the newest of its bag."""
    newer = Transfer.objects.filter(bag=OuterRef("bag"), packed_at__gt=OuterRef("packed_at"))
    return own.filter(stage=Stage.CLOSED, bag__state__in=AWAY).exclude(Exists(newer)).values("pk")


def _chased(transfers: Iterable[UUID]) -> dict[UUID, Note]:
    notes = Note.objects.filter(transfer__in=list(transfers), kind=Note.Kind.CHASE).order_by("written_at")
    return {note.transfer_id: note for note in notes}
