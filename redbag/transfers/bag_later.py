"""A bag that a device names later for a journey that was begun without one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from redbag.errors import Refused
from redbag.organisations.access import Permission
from redbag.transfers.facts import AHEAD
from redbag.transfers.judging import Held
from redbag.transfers.models import Transfer
from redbag.transfers.packing_later import bag_named, is_packing
from redbag.transfers.swapping import swap_bag

WHY = "Chosen at the door, without a network"


def is_bag(raw: Any) -> bool:
    """Whether what a device sent names a bag for a journey that has begun already."""
    return is_packing(raw) and bool(raw.get("transfer"))


def bag_as_told(*, arrival, now: datetime) -> tuple[Transfer, bool]:
    """Put the bag on the journey, and say whether that changed anything.

    Whoever may pack at the home may, also with a token that may only send facts. Raises Held: `refused` while the
    journey is not known, has another bag, or the bag cannot go; `malformed` and the like when it cannot be read.
    """
    raw, sent = arrival.raw, arrival.sent
    wrong = {name: words for name, words in sent.errors.items() if name in ("id", "occurred_at", "transfer")}
    if wrong or arrival.when is None or sent.transfer is None:
        raise Held("malformed", wrong)
    if arrival.when[0] > now + AHEAD:
        raise Held("future", {"occurred_at": "This time has not come yet. Check the clock of the device."})
    transfer = Transfer.objects.select_related("resident__home", "home", "bag").filter(pk=sent.transfer).first()
    if transfer is None:
        raise Held("refused", {"transfer": "This journey is not known yet."})
    if not arrival.actor.may(Permission.PACK, transfer.home_id):
        raise Held("not_yours")
    return _put(arrival, transfer, raw, now)


def _put(arrival, transfer: Transfer, raw: Mapping, now: datetime) -> tuple[Transfer, bool]:
    bag = bag_named(raw, transfer.resident)
    if bag is None:
        raise Held("malformed", {"bag": "Say which bag goes with them."})
    if transfer.bag == bag:
        return transfer, False
    if transfer.bag is not None:
        raise Held("refused", {"bag": f"Bag {transfer.bag.tracker} is on this journey already."})
    try:
        with transaction.atomic():
            swap = swap_bag(
                actor=replace(arrival.actor, facts_only=False), transfer=transfer, bag=bag, reason=WHY, now=now
            )
    except Refused as refused:
        raise Held("refused", {"bag": str(refused)}) from None
    return swap.transfer, True
