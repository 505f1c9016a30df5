"""A bag is packed, and what the home says of the journey grows."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from django.db import IntegrityError, transaction

from redbag.bags import life
from redbag.bags.life import BagNotUsable
from redbag.bags.models import Bag
from redbag.bags.models import State as BagState
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.residents.actions import refuse_merged
from redbag.residents.models import Resident
from redbag.transfers import replay
from redbag.transfers.advice import with_line
from redbag.transfers.contents import CATEGORIES, PLACES, check_marks, marks_of
from redbag.transfers.fact_marks import mark_of
from redbag.transfers.models import Fact, Transfer
from redbag.transfers.news import announce_packed
from redbag.transfers.other_bag import go_on, is_told_of, put_on, refuse_unusable
from redbag.transfers.snapshot import freeze, listed_items
from redbag.transfers.stages import Kind, Outcome, Stage
from redbag.transfers.told_at_home import tell_at_home

REASON_FIELDS = (
    "concern",
    "action",
    "response",
    "examination",
    "shared",
    "last_seen_well",
    "last_ate",
    "last_doses",
    "capacity_today",
    "infection_today",
    "in_charge",
    "family_told",
    "advised",
    "watch_for",
)
LONGEST = 4000
MOST_ITEMS = 100
AHEAD = timedelta(minutes=5)


class AlreadyOut(Refused):
    code = "transfer_open"


class BagElsewhere(Refused):
    code = "bag_elsewhere"


class DiffersFromFirst(Refused):
    code = "id_known_with_other_content"


@dataclass(frozen=True, kw_only=True)
class Packing:
    """What a home says when somebody goes to hospital; only the resident is needed.

    `told` are columns of its fact that whoever took it in knows: content, intake_flags, claimed_at, digest. A journey
    that ended before a later one began is `over_at` that time: it is closed from the start and moves no bag.
    """

    id: UUID = field(default_factory=uuid4)
    resident: Resident
    bag: Bag | None = None
    reason: Mapping[str, str] = field(default_factory=dict)
    ask: str = ""
    return_when: str = ""
    destination: Organisation | None = None
    destination_place: str = ""
    destination_text: str = ""
    items: tuple[Mapping, ...] = ()
    occurred_at: datetime | None = None
    told: Mapping = field(default_factory=dict)
    over_at: datetime | None = None

    def digest(self) -> str:
        """By which the same packing sent again is known."""
        said = [
            str(self.resident.pk),
            str(self.bag.pk) if self.bag else None,
            dict(self.reason),
            [self.ask, self.return_when, self.destination_place, self.destination_text],
            self.destination.ods_code if self.destination else None,
            [dict(item) for item in self.items],
            self.occurred_at and self.occurred_at.timestamp(),
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def check_words(values: Mapping) -> dict[str, str]:
    """What is wrong with the words of a packing or a change to it, by field."""
    errors = _check_reason(values.get("reason") or {}) | _check_reason(values.get("lines") or {})
    for name, longest in (
        ("ask", LONGEST),
        ("return_when", LONGEST),
        ("destination_place", 100),
        ("destination_text", 200),
    ):
        text = values.get(name) or ""
        if not isinstance(text, str) or len(text) > longest:
            errors[name] = f"Send text of at most {longest} characters."
    return errors | check_items(values.get("items") or [])


def _check_reason(reason: object) -> dict[str, str]:
    if not isinstance(reason, Mapping):
        return {"reason": f"Send an object with {', '.join(REASON_FIELDS)}."}
    errors = {}
    for name, text in reason.items():
        if name not in REASON_FIELDS:
            errors[f"reason.{name}"] = f"There is no such field. Fields: {', '.join(REASON_FIELDS)}."
        elif not isinstance(text, str) or len(text) > LONGEST:
            errors[f"reason.{name}"] = f"Send text of at most {LONGEST} characters."
    return errors


def check_items(items: object) -> dict[str, str]:
    """What is wrong with a list of belongings, by field."""
    if not isinstance(items, list | tuple) or len(items) > MOST_ITEMS:
        return {"items": f"Send a list of at most {MOST_ITEMS} items."}
    errors = {}
    ids: set[str] = set()
    for place, item in enumerate(items):
        if not isinstance(item, Mapping):
            errors[f"items.{place}"] = "Send an object with category, description, quantity and where."
            continue
        if not isinstance(item.get("category"), str) or item["category"] not in CATEGORIES:
            errors[f"items.{place}.category"] = f"Choose one of: {', '.join(CATEGORIES)}."
        if not isinstance(item.get("description") or "", str) or len(item.get("description") or "") > 200:
            errors[f"items.{place}.description"] = "Send text of at most 200 characters."
        quantity = item.get("quantity", 1)
        if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= 999:
            errors[f"items.{place}.quantity"] = "Send a whole number from 1 to 999."
        where = item.get("where") or "bag"
        if not isinstance(where, str) or where not in PLACES:
            errors[f"items.{place}.where"] = f"Choose one of: {', '.join(PLACES)}."
        errors |= {f"items.{place}.{name}": words for name, words in check_marks(item).items()}
        try:
            UUID(str(item.get("id") or uuid4()))
        except ValueError:
            errors[f"items.{place}.id"] = "Send a UUID, or leave it out."
        if item.get("id") and str(item["id"]) in ids:
            errors[f"items.{place}.id"] = "Another item of this list has this id."
        ids.add(str(item.get("id")))
    return errors


@transaction.atomic
def pack_bag(*, actor: Actor, packing: Packing, now: datetime) -> tuple[Transfer, bool]:
    """Somebody is going to hospital. Returns the transfer, and whether it is new.

    The same packing sent again changes nothing. An earlier journey of the resident or the bag closes by itself once it
    is back home; before that the packing is refused, so that no label leads a crew to somebody else's record.
    """
    home = packing.resident.home
    require(actor, Permission.PACK, home)
    if known := Transfer.objects.filter(pk=packing.id).first():
        return _same_again(known, packing), False
    _check_packing(packing, now)
    occurred_at = packing.occurred_at or now
    _refuse_gone(Resident.objects.select_for_update().get(pk=packing.resident.pk))
    if packing.over_at is None:
        _close_earlier(actor, packing, occurred_at, now)
    try:
        with transaction.atomic():
            transfer = _begin(actor, packing, occurred_at, now)
    except IntegrityError:
        if known := Transfer.objects.filter(pk=packing.id).first():
            return _same_again(known, packing), False
        raise AlreadyOut("Somebody else has just packed for this resident or with this bag.") from None
    items = _with_ids(packing.items)
    pack = tell_at_home(actor, transfer, Kind.PACK, occurred_at, now, fact_id=transfer.pk, items=items, **packing.told)
    freeze(transfer=transfer, items=pack.items, now=now)
    facts = [pack, *_over(actor, transfer, packing, now)]
    replay.settle(transfer, replay.journey_of(transfer, facts))
    if packing.bag is not None and packing.over_at is None:
        life.pack(bag=packing.bag, state=BagState.PACKED, actor=actor, now=now)
        packing.bag.state = BagState.PACKED
    told: dict[str, Any] = {"fact": pack.pk, "personal": {"mark": mark_of(pack)}}
    record("bag.packed", transfer, actor=actor, at=now, organisation=home, resident=transfer.resident_id, **told)
    announce_packed(transfer, now=now)
    return transfer, True


def _over(actor: Actor, transfer: Transfer, packing: Packing, now: datetime) -> list[Fact]:
    """That a journey told when it was long over is finished."""
    if packing.over_at is None:
        return []
    closing_id = uuid5(NAMESPACE_OID, f"{packing.id} is over")
    outcome = {"outcome": Outcome.CLOSED, "content": dict(packing.told.get("content") or {})}
    return [tell_at_home(actor, transfer, Kind.OUTCOME, packing.over_at, now, fact_id=closing_id, **outcome)]


def _same_again(known: Transfer, packing: Packing) -> Transfer:
    if known.home_id != packing.resident.home_id or known.request_digest != packing.digest():
        raise DiffersFromFirst("A transfer with this id is known, and it says something else.")
    return known


def _check_packing(packing: Packing, now: datetime) -> None:
    errors = check_words(
        {
            name: getattr(packing, name)
            for name in ("reason", "ask", "return_when", "destination_place", "destination_text", "items")
        }
    )
    if packing.occurred_at and packing.occurred_at > now + AHEAD:
        errors["occurred_at"] = "This time is in the future."
    if errors:
        raise BadInput(errors)
    if packing.bag and (why_not := life.why_not(packing.bag)):
        raise BagNotUsable(why_not)


def _refuse_gone(resident: Resident) -> None:
    """Raise for somebody who does not live here any more, or whose other record is kept."""
    refuse_merged(resident)
    if resident.archived_at:
        raise Refused("This resident is archived. Bring them back first.", code="resident_archived")


def _close_earlier(actor: Actor, packing: Packing, occurred_at: datetime, now: datetime) -> None:
    """Close earlier journeys of resident and bag that are back home; refuse while one is out. Locks in one order."""
    earlier = Transfer.objects.open().filter(resident=packing.resident)
    if packing.bag is not None:
        earlier = earlier | Transfer.objects.open().filter(bag=packing.bag)
    for transfer in earlier.select_for_update(of=("self",)).select_related("bag", "home").order_by("pk"):
        if transfer.resident_id == packing.resident.pk and transfer.stage != Stage.BACK_HOME:
            raise AlreadyOut(
                f"{packing.resident.called} is already on the way or in hospital.", transfer=str(transfer.pk)
            )
        if transfer.stage != Stage.BACK_HOME:
            raise BagElsewhere(
                f"Bag {transfer.bag.tracker} is still out with somebody else. Is it in your hand? Finish that journey "
                "first, or take another bag.",
                transfer=str(transfer.pk),
            )
        closing_id = uuid5(NAMESPACE_OID, f"{packing.id} closes {transfer.pk}")
        at = max(occurred_at, transfer.stage_since)
        tell_at_home(actor, transfer, Kind.OUTCOME, at, now, fact_id=closing_id, outcome=Outcome.CLOSED)
        replay.settle(transfer, replay.journey_of(transfer, replay.facts_of(transfer)))
        record(
            "transfer.closed",
            transfer,
            actor=actor,
            at=now,
            organisation=transfer.home_id,
            resident=transfer.resident_id,
        )


def _begin(actor: Actor, packing: Packing, occurred_at: datetime, now: datetime) -> Transfer:
    home = packing.resident.home
    return Transfer.objects.create(
        id=packing.id,
        home=home,
        resident=packing.resident,
        bag=packing.bag,
        destination=packing.destination,
        destination_place=packing.destination_place,
        destination_text=packing.destination_text,
        reason=dict(packing.reason),
        ask=packing.ask,
        return_when=packing.return_when,
        packed_at=occurred_at,
        packed_by=actor.user,
        packed_by_name=actor.name,
        recorded_at=now,
        request_digest=packing.digest(),
        holder=home,
        holder_since=occurred_at,
        stage_since=packing.over_at or occurred_at,
        stage=Stage.CLOSED if packing.over_at else Stage.PACKED,
        closed_at=packing.over_at,
        parties_known={str(home.pk): None},
    )


def _with_ids(items) -> list[dict]:
    return [
        {
            "id": str(item.get("id") or uuid4()),
            "category": item["category"],
            "description": item.get("description") or "",
            "quantity": item.get("quantity", 1),
            "where": item.get("where") or "bag",
            **marks_of(item),
        }
        for item in items
    ]


@transaction.atomic
def add_to_transfer(*, actor: Actor, transfer: Transfer, values: Mapping, now: datetime) -> Transfer:
    """Say more about a transfer: words, destination, bag, items; `lines` go below what a field of the reason holds.

    Until the bag has left, a new version of the snapshot is frozen; after that what is new is a dated addition that the
    ward sees first, and the snapshot stays.
    """
    require(actor, Permission.PACK, transfer.home)
    if errors := check_words(values):
        raise BadInput(errors)
    transfer = (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("home", "resident", "bag", "destination")
        .get(pk=transfer.pk)
    )
    if transfer.stage == Stage.CLOSED:
        raise Refused("This transfer is finished.", code="closed")
    changed = _change_words(transfer, values)
    if "bag" in values and values["bag"] != transfer.bag and _change_bag(actor, transfer, values["bag"], now):
        changed["bag"] = str(transfer.bag.pk) if transfer.bag else None
    items = _with_ids(values.get("items") or [])
    if not changed and not items:
        return transfer
    tell_at_home(actor, transfer, Kind.ADDITION, now, now, fact_id=uuid4(), items=items, content=changed)
    transfer.changes += 1
    transfer.save()
    facts = replay.facts_of(transfer)
    if transfer.left_at is None:
        freeze(transfer=transfer, items=listed_items(facts), now=now)
    replay.settle(transfer, replay.journey_of(transfer, facts))
    record(
        "transfer.added_to",
        transfer,
        actor=actor,
        at=now,
        organisation=transfer.home_id,
        resident=transfer.resident_id,
        fields=sorted(changed),
        items=len(items),
    )
    return transfer


def _change_words(transfer: Transfer, values: Mapping) -> dict:
    changed: dict = {}
    reason = {**transfer.reason, **(values.get("reason") or {})}
    for name, line in (values.get("lines") or {}).items():
        reason[name] = with_line(reason.get(name, ""), line)
    if told := {name: words for name, words in reason.items() if transfer.reason.get(name, "") != words}:
        changed["reason"] = told
        transfer.reason = {**transfer.reason, **told}
    for name in ("ask", "return_when", "destination_place", "destination_text"):
        if name in values and (values[name] or "") != getattr(transfer, name):
            changed[name] = values[name] or ""
            setattr(transfer, name, changed[name])
    if "destination" in values and values["destination"] != transfer.destination:
        transfer.destination = values["destination"]
        changed["destination"] = transfer.destination.ods_code if transfer.destination else None
    return changed


def _change_bag(actor: Actor, transfer: Transfer, bag: Bag | None, now: datetime) -> bool:
    """Take another bag or none; returns whether that must still be told.

    Once anything was told of the journey it is a swap, and tells itself: what was told of either bag leads here.
    """
    refuse_unusable(transfer=transfer, bag=bag)
    other = Transfer.objects.open().filter(bag=bag).exclude(pk=transfer.pk).first() if bag else None
    if other is not None:
        raise BagNotUsable(f"Bag {bag.tracker} is on another journey.", transfer=str(other.pk))
    if is_told_of(transfer):
        go_on(actor=actor, transfer=transfer, bag=bag, reason="", now=now)
        return False
    before = transfer.bag
    put_on(actor=actor, transfer=transfer, bag=bag, now=now)
    if before is not None:
        life.put_back(bag=before, now=now)
    return True
