"""A stranger, or a hospital that has it, tells the home where its bag is; the home settles it."""

from datetime import datetime, timedelta

from django.db import models, transaction

from redbag.bags.models import Bag, FoundBag
from redbag.deliveries.actions import post_letters
from redbag.errors import BadInput
from redbag.journal.recording import record
from redbag.organisations import throttling
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.organisations.pulse import stir
from redbag.transfers.models import Fact, Transfer

LONGEST = {"place": 300, "phone": 40}
OF_A_BAG = {"most": 6, "window": 60 * 60}  # from one address: strangers elsewhere may have seen it too
BY_ADDRESS = {"most": 12, "window": 60}  # many people share one: they are only slowed
OFTEN = "We have been told often just now. Please ring, or try again later."
AGAIN = timedelta(minutes=10)


def tell_found(*, bag: Bag, place: str, phone: str, actor: Actor | None, address: str, now: datetime) -> FoundBag:
    """Tell the bag's home where it is, at once; the same words again within ten minutes change nothing.

    BadInput when no place is said; TooOften when this address told very often. What a stranger writes
    is sealed, and nothing is told back to them.
    """
    tries = throttling.take_tries(OFTEN, ("found", f"{bag.pk}|{address}", OF_A_BAG), ("found", address, BY_ADDRESS))
    try:
        return _keep(bag, place, phone, actor, now)
    except BadInput:
        throttling.give_back(tries)
        raise


@transaction.atomic
def _keep(bag: Bag, place: str, phone: str, actor: Actor | None, now: datetime) -> FoundBag:
    told = {"place": place.strip(), "phone": phone.strip()}
    wrong = {name: f"Use at most {most} letters." for name, most in LONGEST.items() if len(told[name]) > most}
    if not told["place"]:
        wrong["place"] = "Write where the bag is now."
    if wrong:
        raise BadInput(wrong)
    bag = Bag.objects.select_for_update().get(pk=bag.pk)
    before = bag.found.filter(settled_at=None, told_at__gte=now - AGAIN)
    if seen := next((each for each in before if (each.place, each.phone) == (told["place"], told["phone"])), None):
        return seen
    return _tell_home(bag, told, actor, now)


def tell_taken(*, transfer: Transfer, fact: Fact, actor: Actor, now: datetime) -> None:
    """Tell the home that somebody says they have a bag whose journey is finished: as one that was found, and once.

    Nothing is told of what the home recorded itself, nor of a bag that is on another journey by now.
    """
    if transfer.bag_id is None or transfer.home_id in (fact.organisation_id, fact.to_id):
        return
    if Transfer.objects.filter(bag=transfer.bag_id, closed_at=None).exists():
        return
    bag = Bag.objects.get(pk=transfer.bag_id)
    place = ", ".join(filter(None, (fact.to.name if fact.to else fact.to_text, fact.place)))
    if not any(each.place == place for each in bag.found.filter(settled_at=None)):
        _tell_home(bag, {"place": place, "phone": fact.to.phone if fact.to else ""}, actor, now)


def taken_by(*, bag: Bag, organisation: Organisation) -> FoundBag | None:
    """What this organisation told the home of the bag being with them, while nobody has seen to it."""
    theirs = (each for each in bag.found.filter(settled_at=None).order_by("-told_at"))
    return next((each for each in theirs if each.place.split(", ")[0] == organisation.name), None)


def _tell_home(bag: Bag, told: dict[str, str], actor: Actor | None, now: datetime) -> FoundBag:
    found = FoundBag.objects.create(bag=bag, told_at=now, **told)
    record("bag.found", found, actor=actor, at=now, organisation=bag.home_id, bag=bag.pk, personal={"bag is at": told})
    post_letters(
        organisations=[bag.home_id],
        type="bag.found",
        subject_id=found.pk,
        path=f"/api/v1/bags/{bag.pk}/found",
        ids={"bag": str(bag.pk), "found": str(found.pk)},
        now=now,
    )
    stir([bag.home_id])
    return found


@transaction.atomic
def settle_found(*, actor: Actor, found: FoundBag, now: datetime) -> FoundBag:
    """The home has seen to it, and with it to what was told of this bag before; settling again changes nothing."""
    require(actor, Permission.WRITE_BAGS, found.bag.home_id)
    told = FoundBag.objects.select_for_update(of=("self",)).filter(bag=found.bag_id, told_at__lte=found.told_at)
    for each in told.filter(settled_at=None).order_by("told_at"):
        each.settled_at, each.settled_by = now, actor.user
        each.save(update_fields=["settled_at", "settled_by"])
        record("bag.found_settled", each, actor=actor, at=now, organisation=found.bag.home_id, bag=each.bag_id)
        stir([found.bag.home_id])
    return FoundBag.objects.select_related("bag", "settled_by").get(pk=found.pk)


def found_seen_by(actor: Actor | None) -> models.QuerySet[FoundBag]:
    """What strangers told of the bags of the actor's homes, newest first."""
    if actor is None or actor.facts_only:
        return FoundBag.objects.none()
    homes = actor.organisations_with(Permission.WRITE_BAGS)
    return FoundBag.objects.select_related("bag", "settled_by").filter(bag__home__in=homes).order_by("-told_at")


def found_on(transfer: Transfer) -> list[FoundBag]:
    """What strangers told of the bag of a journey while it was under way, newest first."""
    if transfer.bag_id is None:
        return []
    rows = FoundBag.objects.select_related("settled_by", "bag").filter(
        bag=transfer.bag_id, told_at__gte=transfer.packed_at
    )
    until = {"told_at__lte": transfer.closed_at} if transfer.closed_at else {}
    return list(rows.filter(**until).order_by("-told_at")[:20])
