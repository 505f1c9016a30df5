"""A person sees to what was told on a tablet and does not count: settles it, or adds it to the journey under way."""

from datetime import datetime
from uuid import uuid5

from django.db import transaction
from django.utils import timezone

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, actor_for, require
from redbag.organisations.pulse import stir
from redbag.transfers.actions import add_to_transfer
from redbag.transfers.held import JOINED, SETTLED, Told, tell
from redbag.transfers.intake import take_in
from redbag.transfers.models import Fact, HeldFact, Transfer

AGAIN = "held.opened_again"


@transaction.atomic
def settle(*, actor: Actor, held: HeldFact, now: datetime) -> None:
    """A person has seen to it, with what was told after it. Who and when stay on record; told again changes nothing."""
    row = _locked(actor, held)
    if row.settled_at is None:
        _close(actor, row, SETTLED, now)


@transaction.atomic
def open_again(*, actor: Actor, held: HeldFact, now: datetime) -> None:
    """It was not seen to after all: it needs somebody again. Raises Refused when it counts by now."""
    row = _locked(actor, held)
    if Fact.objects.filter(pk=row.pk).exists():
        raise Refused("This counts by now. There is nothing left to do.", code="counts")
    if row.settled_at is None:
        return
    rows = HeldFact.objects.visible_to(actor).filter(settled_at=row.settled_at)
    rows.filter(transfer_ref=row.pk).update(settled_at=None)
    HeldFact.objects.filter(pk=row.pk).update(settled_at=None)
    _note(actor, row, AGAIN, now)


@transaction.atomic
def join(*, actor: Actor, held: HeldFact, now: datetime) -> Transfer:
    """Add the words of a packing to the journey that its resident is on, and count there what was told after it.

    Raises Refused when there is no such journey, BadInput when the words cannot be read.
    """
    told = tell(actor, held, now=now)
    if told.joins is None:
        raise Refused("They are on no journey now. Use Written on paper.", code="no_journey")
    Transfer.objects.select_for_update(of=("self",)).get(pk=told.joins.pk)  # before the row, as whoever sends facts
    row = _locked(actor, held)
    if row.settled_at is not None:
        raise Refused("Somebody has seen to this already.", code="settled")
    waits = list(_waiting(actor, row))
    transfer = add_to_transfer(actor=actor, transfer=told.joins, values=_added(told), now=now)
    _close(actor, row, JOINED, now, transfer=transfer.pk)
    for each in waits:
        _count_there(actor, each, transfer, now)
    return transfer


def _added(told: Told) -> dict:
    """What the packing said, as lines below what the journey says already, each with the time when it was told."""
    raw, at = told.raw, f"Told at {timezone.localtime(told.at):%H:%M}: "
    reason = raw.get("reason") or {}
    if not isinstance(reason, dict):
        raise BadInput({"reason": "The words could not be read. Write them on the journey by hand."})
    values: dict = {"lines": {name: f"{at}{words}" for name, words in reason.items() if words}}
    for name in ("ask", "return_when"):
        if words := raw.get(name):
            values[name] = "\n".join(filter(None, (getattr(told.joins, name), f"{at}{words}")))
    if raw.get("items"):
        values["items"] = raw["items"]
    return values


def _count_there(actor: Actor, row: HeldFact, transfer: Transfer, now: datetime) -> None:
    """The same fact, told of the journey it belongs to, with its true time and by who told it."""
    told = tell(actor, row, now=now)
    teller = actor_for(row.by) if row.by else actor
    teller = teller if teller.may(Permission.MOVE_BAGS, transfer.home_id) else actor
    fact = {name: value for name, value in told.raw.items() if name != "token"}
    fact |= {"id": str(uuid5(row.pk, str(transfer.pk))), "transfer": str(transfer.pk)}
    take_in(actor=teller, sent_at=now, facts=[fact | {"occurred_at": told.at.isoformat()}], now=now)


def _locked(actor: Actor, held: HeldFact) -> HeldFact:
    row = HeldFact.objects.select_for_update(of=("self",)).select_related("by").get(pk=held.pk)
    homes = actor.organisations_with(Permission.PACK)
    require(actor, Permission.PACK, row.organisation_id or next(iter(homes), row.pk))
    return row


def _waiting(actor: Actor, row: HeldFact):
    """What was told of a journey that never began, because its packing is held."""
    rows = HeldFact.objects.visible_to(actor).filter(settled_at=None, transfer_ref=row.pk).exclude(pk=row.pk)
    return rows.select_related("by").order_by("received_at")


def _close(actor: Actor, row: HeldFact, action: str, now: datetime, **facts) -> None:
    _waiting(actor, row).update(settled_at=now)
    HeldFact.objects.filter(pk=row.pk).update(settled_at=now)
    _note(actor, row, action, now, **facts)


def _note(actor: Actor, row: HeldFact, action: str, now: datetime, **facts) -> None:
    told = tell(actor, row, now=now)
    place = row.organisation_id or (told.resident.home_id if told.resident else None)
    place = place or next(iter(actor.organisations_with(Permission.PACK)), None)
    record(action, row, actor=actor, at=now, organisation=place, resident=told.resident, **facts)
    stir([place])
