"""A bag's life between two journeys: washed, set aside, lost, found, disposed of; and what a journey does to it.

Whoever holds a bag on a journey follows from facts; here is what people decide about a bag at home. A bag that was out
is washed before it counts as available. At night a bag that is not clean yet may be packed all the same, and that is
kept; one that is set aside may not, until a senior frees it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from redbag.bags.models import Bag, BagStep, State
from redbag.deliveries.actions import post_letters
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require

P, S = Permission, State
STAYS = (S.QUARANTINED, S.RETIRED, S.BLANK)  # whatever a journey tells
LONGEST = 200
NEVER_WASHED = "Packed before it was cleaned."


class NotNow(Refused):
    code = "not_now"


class BagNotUsable(Refused):
    code = "bag_not_usable"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing people do with a bag: from which states, to which, who may, and whether they must say why."""

    words: str
    before: frozenset[State]
    after: State
    permission: Permission = P.WRITE_BAGS
    asks_why: bool = False


AT_HOME = frozenset({S.AVAILABLE, S.BACK, S.CLEANING})
AWAY = frozenset({S.PACKED, S.WITH_CREW, S.IN_HOSPITAL, S.COMING_HOME})
STEPS = {
    "ready": Step(words="Clean and dry: ready again", before=frozenset({S.CLEANING}), after=S.AVAILABLE),
    "wash": Step(words="Needs cleaning", before=frozenset({S.AVAILABLE}), after=S.CLEANING),
    "set_aside": Step(words="Set aside: infection", before=AT_HOME, after=S.QUARANTINED, asks_why=True),
    "free": Step(words="No longer set aside", before=frozenset({S.QUARANTINED}), after=S.CLEANING),
    "lose": Step(words="Lost", before=frozenset(S) - {S.LOST, S.RETIRED, S.BLANK}, after=S.LOST, asks_why=True),
    "find": Step(words="Found again", before=frozenset({S.LOST}), after=S.CLEANING),
    "here": Step(words="It is back here", before=AWAY, after=S.CLEANING),
    "dispose": Step(
        words="Disposed of",
        before=AT_HOME | {S.QUARANTINED, S.LOST},
        after=S.RETIRED,
        permission=P.DISPOSE_OF_BAGS,
        asks_why=True,
    ),
    "bring_back": Step(
        words="Back in use after all",
        before=frozenset({S.RETIRED}),
        after=S.CLEANING,
        permission=P.DISPOSE_OF_BAGS,
        asks_why=True,
    ),
}


def under_way(bag: Bag) -> bool:
    """Whether a journey with this bag is not finished: then what happens to the bag is told on the journey."""
    return bag.transfers.filter(closed_at=None).exists()


@transaction.atomic
def take_step(
    *,
    actor: Actor,
    bag: Bag,
    step: str,
    reason: str = "",
    authorised_by: str = "",
    until: date | None = None,
    now: datetime,
) -> Bag:
    """Do one of STEPS with a bag; the same step again changes nothing.

    Raises NotNow when the bag is in no state for it, and BadInput for what was not said: why, until when, who agreed.
    """
    asked = STEPS[step]
    require(actor, asked.permission, bag.home)
    bag = Bag.objects.select_for_update(of=("self",)).select_related("home").get(pk=bag.pk)
    if bag.state == asked.after:
        return bag
    if bag.state not in asked.before:
        raise NotNow(f"Bag {bag.tracker} is now: {bag.get_state_display().lower()}. {_instead(bag)}".strip())
    if step == "here" and under_way(bag):
        raise NotNow(f"Bag {bag.tracker} is on a journey. Open the journey and say there that it is back.")
    if step == "free" and _too_early(bag, now):
        require(actor, P.FOLLOW_CASES, bag.home)
    _check(actor, step, reason, authorised_by, until, now, early=step == "free" and _too_early(bag, now))
    _keep(actor, bag, asked.after, reason=reason, authorised_by=authorised_by, until=until, now=now)
    personal = {name: told for name, told in (("reason", reason), ("authorised_by", authorised_by)) if told}
    record(f"bag.{step}", bag, actor=actor, at=now, organisation=bag.home, personal=personal or None, until=until)
    if asked.after == S.LOST:
        _say_lost(bag, now)
    return bag


def _say_lost(bag: Bag, now: datetime) -> None:
    place, path, ids = bag.home_id, f"/api/v1/bags/{bag.pk}", {"bag": str(bag.pk)}
    post_letters(organisations=[place], type="bag.lost", subject_id=bag.pk, path=path, ids=ids, now=now)


@transaction.atomic
def change_tracker(*, actor: Actor, bag: Bag, tracker: str, now: datetime) -> Bag:
    """Give a bag another number; its labels still lead to it, and say the old number until they are printed again."""
    require(actor, P.WRITE_BAGS, bag.home)
    bag = Bag.objects.select_for_update(of=("self",)).select_related("home").get(pk=bag.pk)
    tracker, old = tracker_of(tracker), bag.tracker
    if tracker == old:
        return bag
    if bag.state == S.BLANK:
        raise NotNow("This label is on no bag yet. Put it on a bag first.")
    if bag.home.bags.filter(tracker=tracker).exists():
        raise Refused(f"Bag {tracker} is already on the register.", code="tracker_taken")
    bag.tracker = tracker
    bag.save(update_fields=["tracker"])
    record("bag.renumbered", bag, actor=actor, at=now, organisation=bag.home, before=old, after=tracker)
    return bag


def tracker_of(typed: str) -> str:
    """A tracker number as typed, or BadInput."""
    tracker = typed.strip()
    if not tracker or len(tracker) > 30:
        raise BadInput({"tracker": "Enter the tracker number on the bag, at most 30 characters."})
    return tracker


def pack(*, bag: Bag, state: State, actor: Actor, now: datetime) -> None:
    """The bag goes on a journey; that it was not clean yet is kept as a step.

    Raises BagNotUsable for one that was set aside or disposed of, however short a time before.
    """
    bag = Bag.objects.select_for_update().get(pk=bag.pk)
    if words := why_not(bag):
        raise BagNotUsable(words)
    if bag.state in (S.CLEANING, S.BACK):
        _keep(actor, bag, state, reason=NEVER_WASHED, now=now)
    Bag.objects.filter(pk=bag.pk).update(state=state, state_since=now)


def put_back(*, bag: Bag, now: datetime) -> None:
    """The bag did not go after all: available again, or still to be cleaned when it was packed unwashed."""
    last = bag.steps.order_by("-at").values_list("after", "reason").first()
    state = S.CLEANING if last and last[0] == S.PACKED and last[1] == NEVER_WASHED else S.AVAILABLE
    Bag.objects.filter(pk=bag.pk).exclude(state__in=(S.LOST, *STAYS)).update(state=state, state_since=now)


def send_to_wash(*, bag: Bag, now: datetime) -> None:
    """The bag was out, and another one took its place: it is cleaned before it is available, unless it is lost."""
    Bag.objects.filter(pk=bag.pk).exclude(state__in=(S.LOST, *STAYS)).update(state=S.CLEANING, state_since=now)


def follow_journey(*, bag_id, state: State, at: datetime) -> None:
    """The bag is where its journey says, unless people have set it aside or disposed of it."""
    Bag.objects.filter(pk=bag_id).exclude(state__in=(state, *STAYS)).update(state=state, state_since=at)


def why_not(bag: Bag) -> str:
    """Why a bag may not be packed, in words for whoever wants to; empty when it may."""
    if bag.state not in STAYS:
        return ""
    if bag.state != S.QUARANTINED:
        return f"Bag {bag.tracker} is {bag.get_state_display().lower()}. Take another one."
    step = bag.steps.filter(after=S.QUARANTINED).order_by("-at").first()
    until = f" until {step.until.day} {step.until:%b %Y}" if step and step.until else ""
    why = f": {step.reason}" if step and step.reason else ""
    return f"Bag {bag.tracker} is set aside{until}{why}. Take another one. A senior can free it on the bag’s page."


def _check(actor: Actor, step: str, reason: str, authorised_by: str, until: date | None, now: datetime, *, early: bool):
    errors = {}
    if (STEPS[step].asks_why or early) and not reason.strip():
        errors["reason"] = "Say why, in a few words."
    if len(reason) > LONGEST:
        errors["reason"] = f"Use at most {LONGEST} characters."
    if step == "set_aside" and (until is None or until < timezone.localdate(now)):
        errors["until"] = "Until which day? Ask whoever leads on infection, and look again that day."
    if step == "dispose":
        if not authorised_by.strip():
            errors["authorised_by"] = "Who agreed that this bag is disposed of? Write their name and role."
        elif authorised_by.strip().lower() == actor.name.lower():
            errors["authorised_by"] = "Nobody disposes of a bag alone. Name somebody else who agreed."
        elif len(authorised_by) > LONGEST:
            errors["authorised_by"] = f"Use at most {LONGEST} characters."
    if errors:
        raise BadInput(errors)


def _too_early(bag: Bag, now: datetime) -> bool:
    """Whether the day until which a bag is set aside has not come, or was never said."""
    step = bag.steps.filter(after=S.QUARANTINED).order_by("-at").first()
    return step is None or step.until is None or timezone.localdate(now) < step.until


def _instead(bag: Bag) -> str:
    return "Finish its journey first." if bag.state == S.BACK else ""


def _keep(actor: Actor, bag: Bag, after: State, *, now: datetime, **said) -> None:
    BagStep.objects.create(bag=bag, before=bag.state, after=after, at=now, by=actor.user, by_name=actor.name, **said)
    bag.state, bag.state_since = after, now
    bag.save(update_fields=["state", "state_since"])
