"""A journey told later whose bag was on another journey then: it is kept without the bag, and the home is asked.

Two residents never share a bag, and nobody who has left is ever lost because of one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from redbag.bags import life
from redbag.bags.life import BagNotUsable
from redbag.bags.models import Bag
from redbag.errors import Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.transfers.actions import BagElsewhere, Packing, pack_bag
from redbag.transfers.models import Fact, Swap, Transfer
from redbag.transfers.stages import Kind, Stage
from redbag.transfers.told_at_home import tell_at_home

FLAG = "bag_elsewhere"
NOT_THEIRS = "They do not have the bag that was named"


@dataclass(frozen=True)
class Question:
    """Which of two residents has this bag: `transfer` was told later; `other` is None when the bag was out of use."""

    transfer: Transfer
    bag: Bag
    other: Transfer | None

    @property
    def words(self) -> str:
        """The question, as the home is asked."""
        who = self.transfer.resident.called
        if self.other is None:
            why = life.why_not(self.bag)
            return (
                f"{why} It was named for {who}. Which bag has {who}?" if why else f"Has {who} bag {self.bag.tracker}?"
            )
        other = self.other.resident.called
        return f"{who} and {other} are both written down with bag {self.bag.tracker}. Which of the two has it?"


def pack_without_losing(*, actor: Actor, packing: Packing, now: datetime) -> tuple[Transfer, bool]:
    """Pack as pack_bag does; when only the bag stands in the way, the journey begins without one and is flagged."""
    if packing.bag is None:
        return pack_bag(actor=actor, packing=packing, now=now)
    known = Fact.objects.filter(pk=packing.id).first()
    if known is not None:
        named = bool(known.content.get("named_bag"))
        return pack_bag(actor=actor, packing=_without_bag(packing) if named else packing, now=now)
    if not _others(packing.bag, packing.occurred_at or now, packing.over_at).exists():
        try:
            with transaction.atomic():
                return pack_bag(actor=actor, packing=packing, now=now)
        except (BagElsewhere, BagNotUsable):
            pass
    return pack_bag(actor=actor, packing=_without_bag(packing), now=now)


def _without_bag(packing: Packing) -> Packing:
    told = dict(packing.told)
    named = {"id": str(packing.bag.pk), "tracker": packing.bag.tracker} if packing.bag else None
    told["content"] = {**(told.get("content") or {}), "named_bag": named}
    told["intake_flags"] = [*(told.get("intake_flags") or []), FLAG]
    return replace(packing, bag=None, told=told)


def _others(bag: Bag, began: datetime, until: datetime | None):
    """The journeys on which this bag was at that time or later: it cannot have gone with somebody else too."""
    later = Q(packed_at__gte=began)
    if until is not None:
        later &= Q(packed_at__lt=until)
    going_on = Q(packed_at__lt=began, ended=None) & ~Q(stage__in=(Stage.CLOSED, Stage.BACK_HOME))
    rows = Transfer.objects.filter(bag=bag).annotate(ended=Coalesce("back_at", "closed_at"))
    return rows.filter(later | Q(packed_at__lt=began, ended__gt=began) | going_on)


def questions(transfers: Iterable[Transfer]) -> list[Question]:
    """The bags that nobody has settled yet, of journeys under way with their residents joined."""
    asked = {each.pk: each for each in transfers if _may_ask(each)}
    if not asked:
        return []
    settled = set(Swap.objects.filter(transfer__in=asked).values_list("transfer", flat=True))
    rows = Fact.objects.filter(pk__in=asked.keys() - settled)
    named = {row.pk: UUID(row.content["named_bag"]["id"]) for row in rows if row.content.get("named_bag")}
    bags = Bag.objects.in_bulk(named.values())
    return [Question(asked[each], bags[bag], _other(asked[each], bags[bag])) for each, bag in named.items()]


def question_of(transfer: Transfer) -> Question | None:
    """The same of one journey."""
    return next(iter(questions([transfer])), None)


def _may_ask(transfer: Transfer) -> bool:
    return FLAG in transfer.flags and transfer.bag_id is None and transfer.stage != Stage.CLOSED


def _other(transfer: Transfer, bag: Bag) -> Transfer | None:
    rows = _others(bag, transfer.packed_at, None).exclude(pk=transfer.pk).select_related("resident")
    return rows.order_by("-packed_at").first()


@transaction.atomic
def leave_it_with_the_other(*, actor: Actor, transfer: Transfer, now: datetime) -> None:
    """Somebody looked: they went without the bag that was named. Told again, nothing changes."""
    require(actor, Permission.PACK, transfer.home)
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("home", "resident").get(pk=transfer.pk)
    question = question_of(transfer)
    if question is None:
        if transfer.bag_id is not None:
            raise Refused("They have another bag already.", code="bag_known")
        return
    Swap.objects.create(
        transfer=transfer, before=None, after=None, reason=NOT_THEIRS, at=now, by=actor.user, by_name=actor.name
    )
    words = f"went without {question.bag.tracker}"
    tell_at_home(actor, transfer, Kind.ADDITION, now, now, fact_id=uuid4(), content={"swapped": words})
    transfer.changes += 1
    transfer.save(update_fields=["changes"])
    home, who = transfer.home_id, transfer.resident_id
    record("bag.not_theirs", transfer, actor=actor, at=now, organisation=home, resident=who, bag=question.bag.pk)
