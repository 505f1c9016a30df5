"""*Needs you* on a home's board: what a person must do about a journey, a bag or a thing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from redbag.bags.models import Bag
from redbag.bags.models import State as BagState
from redbag.departures.reading import Readiness
from redbag.organisations.access import Actor, Permission
from redbag.reminders.lines import due_count
from redbag.retention.models import Ending
from redbag.templatetags.departures import leaving
from redbag.transfers.models import Transfer
from redbag.transfers.named_bag import questions
from redbag.transfers.next_steps import apart_words, is_quiet
from redbag.transfers.stages import Stage
from redbag.transfers.story import AWAITING
from redbag.web.cases import needs_you
from redbag.web.endpoints import news_not_sent
from redbag.web.found import unsettled
from redbag.web.glass_at_home import on_the_board as without_code
from redbag.web.held import on_the_board
from redbag.web.homecomings import troubles_at
from redbag.web.let_in import board_rows, guesses_waiting
from redbag.web.mailed import letters_waiting
from redbag.web.medicines import medicines_waiting

NAMED_BAGS = 3


@dataclass(frozen=True)
class Need:
    """One thing to do, and the page where it is done when that is not the journey's."""

    words: str
    address: str = ""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits at a home and is about no journey under way: who, what, and the page where it is done."""

    who: str
    words: str
    address: str


@dataclass(frozen=True)
class About:
    """What there is to do about one journey."""

    transfer: Transfer
    needs: list[Need] = field(default_factory=list)


def needs_of(
    actor: Actor, journeys: Iterable[tuple[Transfer, list[str]]], *, asked: Iterable[Readiness] = (), now: datetime
) -> list[About]:
    """What each journey asks for, which bag is whose, then what is not found yet, under way and finished.

    `asked` are those of whom a hospital may wait for an answer.
    """
    journeys = list(journeys)
    about = {transfer.pk: About(transfer, [Need(words) for words in needs]) for transfer, needs in journeys if needs}
    for found in asked:
        if found.waits_for_answer:
            group = about.setdefault(found.transfer.pk, About(found.transfer))
            group.needs.insert(0, Need(asked_words(found), reverse("web:departure", args=[found.transfer.pk])))
    for question in questions(transfer for transfer, _ in journeys):
        group = about.setdefault(question.transfer.pk, About(question.transfer))
        group.needs.append(Need(question.words, reverse("web:swap_bag", args=[question.transfer.pk])))
    for case in needs_you(actor, now=now):
        if not is_quiet(case.transfer):
            group = about.setdefault(case.transfer.pk, About(case.transfer))
            group.needs.append(Need(case.words, case.address))
    return list(about.values())


def asked_words(found: Readiness) -> str:
    """What the hospital asks of the home, in one sentence."""
    plan = found.plan
    who = f"{found.stay.ward}, {plan.organisation.name}" if found.stay.ward else plan.organisation.name
    called = found.transfer.resident.called
    return f"{who} wants to send {called} home {leaving(plan.leaves_at)}. Can you take {called}?"


def of_journey(transfer: Transfer, *, notes: int, late: bool, doubt: str) -> list[str]:
    """What a journey under way asks of its home; one side's word alone asks for nothing."""
    needs = []
    if apart := apart_words(transfer):
        needs.append(apart)
    if doubt:
        needs.append(doubt)
    if notes:
        needs.append(f"{notes} note{'' if notes == 1 else 's'} from the ward to read")
    if transfer.stage == Stage.BACK_HOME:
        needs.append(
            "Back home: unpack the bag, check it and finish" if transfer.bag_id else "Back home: finish this journey"
        )
    if late:
        needs.append(f"Late: {AWAITING[Stage(transfer.stage)]} should have had the bag by now. Ring them")
    return needs


def beside(actor: Actor, *, now: datetime) -> dict:
    """What else waits at a home: found bags, bags to clean, crews let in today, and how much there is to do."""
    homes = actor.organisations_with(Permission.PACK)
    to_clean = Bag.objects.visible_to(actor).filter(state=BagState.CLEANING).order_by("state_since", "tracker")
    trackers = list(to_clean.values_list("tracker", flat=True))
    asking, opened = without_code(actor, now=now)
    return {
        **on_the_board(actor, now=now),
        "asking_now": asking,
        "to_look_back": opened,
        "found_bags": unsettled(actor, now=now),
        "visiting_now": board_rows(actor, now=now),
        "to_clean": trackers[:NAMED_BAGS],
        "more_to_clean": len(trackers[NAMED_BAGS:]),
        "due": due_count(homes, now=now),
        "waiting": waiting(actor, now=now),
    }


def waiting(actor: Actor, *, now: datetime) -> list[Waiting]:
    """What waits at a home beside its journeys; whoever has such things adds them here."""
    rows = [Waiting(resident.called, words, address) for resident, words, address in troubles_at(actor)]
    rows += [Waiting(title, words, address) for title, words, address in news_not_sent(actor)]
    rows += [Waiting(title, words, address) for title, words, address in letters_waiting(actor)]
    rows += [Waiting(called, words, address) for called, words, address in medicines_waiting(actor, now=now)]
    rows += [Waiting(called, words, address) for called, words, address in guesses_waiting(actor, now=now)]
    return rows + agreements(actor)


def agreements(actor: Actor) -> list[Waiting]:
    """What another manager proposed to destroy, for whoever may agree; it names nobody cared for."""
    theirs = Ending.objects.visible_to(actor).filter(state=Ending.State.PROPOSED).exclude(proposed_by=actor.user_id)
    words = "{} proposed it on {:%-d %b %Y}. Look at the record, then agree or give it up"
    return [
        Waiting(
            "A record to destroy",
            words.format(each.proposed_by_name, timezone.localtime(each.proposed_at)),
            reverse("web:agree_destruction", args=[each.pk]),
        )
        for each in theirs.order_by("proposed_at")
    ]
