"""Labels printed ahead find their bag, and a label that was replaced says what became of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from redbag.bags import codes, tokens
from redbag.bags.actions import TrackerTaken
from redbag.bags.life import take_step, tracker_of
from redbag.bags.models import Bag, Label, State
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require

LOST_LABEL = "Its label was lost; a spare one was put on."


class NotBlank(Refused):
    code = "not_blank"


def label_in(text: str) -> Label | None:
    """The label that was scanned or whose code was typed, with its bag and home; None when there is none."""
    seen = tokens.found_in(text)
    if seen is None:
        return None
    wanted = {"token_digest": tokens.token_digest(seen[1])} if seen[0] == "token" else {"code": seen[1]}
    return Label.objects.select_related("bag__home").filter(**wanted).first()


def blank_in(text: str, *, actor: Actor) -> Label:
    """The blank label of the actor's home that was scanned or typed; BadInput or NotBlank in words otherwise."""
    label = label_in(text)
    if label is None or not actor.may(Permission.WRITE_BAGS, label.bag.home_id):
        raise BadInput({"label": "No label of this home has this code. Look at the label again."})
    _refuse_used(label)
    return label


@transaction.atomic
def claim_blank(
    *, actor: Actor, text: str, now: datetime, tracker: str = "", bag: Bag | None = None
) -> tuple[Bag, Label]:
    """Put a label that was printed ahead on a bag: a new one with this tracker, or one whose label is lost.

    Of two people who claim the same label one wins, and the other is told which bag has it. What was scanned with the
    label before waits, and counts for the bag from now on.
    """
    label = blank_in(text, actor=actor)
    blank = Bag.objects.select_for_update(of=("self",)).select_related("home").filter(pk=label.bag_id).first()
    label = Label.objects.select_for_update(of=("self",)).select_related("bag").get(pk=label.pk)
    _refuse_used(label)
    if blank is None or blank.pk != label.bag_id:
        raise NotBlank(f"The label {codes.shown(label.code)} has just been put on another bag.")
    if bag is None:
        return _new_bag(actor, blank, tracker_of(tracker), now), label
    require(actor, Permission.WRITE_BAGS, bag.home)
    if bag.home_id != blank.home_id:
        raise BadInput({"bag": "This label belongs to another home."})
    return _spare_label(actor, blank, label, bag, now), label


def _new_bag(actor: Actor, blank: Bag, tracker: str, now: datetime) -> Bag:
    if blank.home.bags.filter(tracker=tracker).exists():
        raise TrackerTaken(f"Bag {tracker} is already on the register.")
    blank.tracker, blank.state, blank.state_since = tracker, State.AVAILABLE, now
    blank.save(update_fields=["tracker", "state", "state_since"])
    record("label.claimed", blank, actor=actor, at=now, organisation=blank.home, new=True)
    return blank


def _spare_label(actor: Actor, blank: Bag, label: Label, bag: Bag, now: datetime) -> Bag:
    bag = Bag.objects.select_for_update(of=("self",)).select_related("home").get(pk=bag.pk)
    if bag.state in (State.BLANK, State.RETIRED):
        raise Refused(f"Bag {bag.tracker} is not in use. Choose another one.", code="not_in_use")
    bag.labels.filter(voided_at=None).update(voided_at=now, voided_why=LOST_LABEL)
    label.bag = bag
    label.save(update_fields=["bag"])
    blank.attempts.update(bag=bag)
    blank.found.update(bag=bag)
    blank.delete()
    if bag.state == State.LOST:
        bag = take_step(actor=actor, bag=bag, step="find", now=now)
    record("label.claimed", bag, actor=actor, at=now, organisation=bag.home, new=False, label=label.pk)
    return bag


def _refuse_used(label: Label) -> None:
    if label.voided_at is not None:
        raise NotBlank(f"The label {codes.shown(label.code)} was replaced. Take it off and use another one.")
    if label.bag.state != State.BLANK:
        raise NotBlank(f"The label {codes.shown(label.code)} is on bag {label.bag.tracker} already.")


@dataclass(frozen=True)
class Replaced:
    """What became of a label: when and why it was replaced, and the code the bag carries now."""

    at: datetime
    why: str
    now: str


def replaced(text: str) -> Replaced | None:
    """What to say of a label that does not count any more; None for one that does, or that is no label."""
    label = label_in(text)
    if label is None or label.voided_at is None:
        return None
    current = label.bag.labels.filter(voided_at=None).first()
    return Replaced(label.voided_at, label.voided_why, codes.shown(current.code) if current else "")
