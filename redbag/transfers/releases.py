"""Belongings given, item by item, to somebody with a right to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from redbag.errors import BadInput, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.transfers import replay
from redbag.transfers.contents import Item
from redbag.transfers.death_models import Release
from redbag.transfers.deaths import death_of
from redbag.transfers.models import Transfer
from redbag.transfers.ringing import is_one_of

STANDINGS = {
    "executor": "Executor of the will",
    "next_of_kin": "Named next of kin",
    "administrator": "Administrator (no will)",
    "solicitor": "Solicitor for the estate",
}


class OnHold(Refused):
    code = "belongings_on_hold"


class NotConfirmed(Refused):
    code = "death_not_confirmed"


class NotToThem(Refused):
    code = "do_not_release"


@transaction.atomic
def release_belongings(
    *, actor: Actor, transfer: Transfer, to_name: str, standing: str, items: Sequence[str], sure: bool, now: datetime
) -> Release:
    """Give belongings, item by item, to somebody with a right to them. Each is given once.

    Refused while the death is not confirmed, while coroner or police want them kept, and for a contact to whom nothing
    may be given unless `sure`, which says that somebody has looked into it.
    """
    require(actor, Permission.RELEASE_BELONGINGS, transfer.home_id)
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("resident", "home").get(pk=transfer.pk)
    listed = {item.id: item for item in still_here(transfer)}
    if errors := _check_release(to_name, standing, items, listed):
        raise BadInput(errors)
    _may_be_given(transfer, to_name, sure)
    release = Release.objects.create(
        transfer=transfer,
        to_name=to_name.strip(),
        standing=standing,
        items=[_given(listed[item]) for item in dict.fromkeys(items)],
        released_at=now,
        by=actor.user,
        by_name=actor.name,
    )
    record(
        "belongings.released",
        release,
        actor=actor,
        at=now,
        organisation=transfer.home_id,
        resident=transfer.resident_id,
        personal={"to": to_name, "sure": sure},
        items=len(release.items),
        standing=standing,
    )
    return release


def still_here(transfer: Transfer) -> list[Item]:
    """The belongings of a journey that were not given to anybody yet."""
    given = {row["item"] for release in transfer.releases.all() for row in release.items}
    items = replay.journey_of(transfer, replay.facts_of(transfer)).items
    return [item for item in items if item.id not in given]


def _may_be_given(transfer: Transfer, to_name: str, sure: bool) -> None:
    death = death_of(transfer)
    if death is None or death.confirmed_at is None:
        raise NotConfirmed("Nothing can be given away yet: confirm the death first.")
    if death.hold:
        who = "coroner" if death.hold == "coroner" else "police"
        raise OnHold(f"The {who} asked to keep the belongings. Give nothing away until they say so.")
    kept = [row for row in transfer.resident.contacts if row.get("do_not_release")]
    if is_one_of({"name": to_name}, kept) and not sure:
        raise NotToThem(f"{to_name} is marked “do not release to”. Ask your manager first.")


def _check_release(to_name: str, standing: str, items: Sequence[str], listed: Mapping) -> dict[str, str]:
    errors = {}
    if not to_name.strip() or len(to_name) > 150:
        errors["to_name"] = "Write the whole name of the person (at most 150 letters)."
    if standing not in STANDINGS:
        errors["standing"] = "Say by what right: executor, next of kin, administrator or solicitor."
    if not items:
        errors["items"] = "Tick what is given."
    elif any(item not in listed for item in items):
        errors["items"] = "Something is not on the list, or was given already. Look at the list again."
    return errors


def _given(item: Item) -> dict:
    return {"item": item.id, "category": item.category, "description": item.description, "quantity": item.quantity}
