"""Pictures of single belongings, so that they are known again: kept encrypted, read by way of their journey."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from redbag.documents.uploads import remade
from redbag.errors import BadInput, NotAllowed
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission
from redbag.residents.models import Resident
from redbag.transfers.case_models import ItemPhoto
from redbag.transfers.contents import Item, lasting_id, listed
from redbag.transfers.models import Transfer
from redbag.vault import keep_file


def picture_of(file: bytes | None) -> bytes:
    """What somebody photographed, made anew as a JPEG without place or camera.

    BadInput under `file` says what to do otherwise; Busy when too many are being drawn.
    """
    if not file:
        raise BadInput({"file": "Take a photo, or choose one."})
    return remade(file, picture_only=True).content


def keep_photo(*, actor: Actor, transfer: Transfer, item: Item, jpeg: bytes, now: datetime) -> ItemPhoto:
    """Keep a picture (of `picture_of`) of a thing on a journey; the one before is put away.

    What the home photographed is shown beside the same usual thing on the resident's next journey too.
    """
    may_photograph(actor, transfer)
    name = keep_file(f"items/{uuid.uuid4()}", jpeg)
    try:
        return _keep(actor, transfer, item, name, now)
    except BaseException:
        default_storage.delete(name)
        raise


def may_photograph(actor: Actor, transfer: Transfer) -> None:
    """NotAllowed for who may not look through the bags of this journey."""
    parties = {uuid.UUID(each) for each in transfer.parties_known} | {transfer.home_id, transfer.destination_id}
    if actor.facts_only or not parties & set(actor.organisations_with(Permission.CHECK_BAGS)):
        raise NotAllowed("Your role may not take photos of what is in the bag.")


@transaction.atomic
def _keep(actor: Actor, transfer: Transfer, item: Item, name: str, now: datetime) -> ItemPhoto:
    Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    taken = {"file": name, "taken_at": now, "by": actor.user, "by_name": actor.name, "resident": transfer.resident}
    _put_away(now, transfer=transfer, item=item.id)
    photo = ItemPhoto.objects.create(transfer=transfer, item=item.id, **taken)
    if actor.may(Permission.PACK, transfer.home_id):
        lasting = lasting_id(category=item.category, description=item.description)
        _put_away(now, transfer=None, resident=transfer.resident, item=lasting)
        ItemPhoto.objects.create(transfer=None, item=lasting, **taken)
    record("item.photographed", photo, actor=actor, at=now, **_where(transfer), item=item.id)
    return photo


@transaction.atomic
def remove_photo(*, actor: Actor, transfer: Transfer, item: Item, now: datetime) -> None:
    """Take the picture of a thing off its journey, and off the resident's next ones."""
    may_photograph(actor, transfer)
    lasting = lasting_id(category=item.category, description=item.description)
    gone = _put_away(now, transfer=transfer, item=item.id)
    if actor.may(Permission.PACK, transfer.home_id):
        gone += _put_away(now, transfer=None, resident__in=_records(transfer), item=lasting)
    if gone:
        record("item.photo_removed", transfer, actor=actor, at=now, **_where(transfer), item=item.id)


def usual_id(transfer: Transfer, *, category: str, description: str) -> uuid.UUID:
    """The id that a thing of this kind has on this journey when it is offered while packing."""
    return uuid.uuid5(transfer.pk, f"{category}|{description}")


def usual_things(transfer: Transfer) -> list[Item]:
    """The resident's usual things as this journey would list them."""
    return [
        listed({**row, "id": str(usual_id(transfer, category=category, description=description))}, came_as="packed")
        for row in transfer.resident.usual_items
        for category, description in [(row.get("category") or "other", row.get("description") or "")]
    ]


def _put_away(now: datetime, **which) -> int:
    return ItemPhoto.objects.filter(removed_at=None, **which).update(removed_at=now)


def photos_of(transfer: Transfer, items: Iterable[Item]) -> Mapping[str, ItemPhoto]:
    """The picture of each thing that has one, by the thing's id: this journey's own, else the resident's."""
    items = list(items)
    if not items:
        return {}
    lasting = {each.id: lasting_id(category=each.category, description=each.description) for each in items}
    until = Q(taken_at__lt=transfer.ended_at) if transfer.ended_at else Q()
    kept = Q(transfer=None, resident__in=_records(transfer), item__in=lasting.values()) & until
    rows = ItemPhoto.objects.filter(Q(transfer=transfer) | kept, removed_at=None).order_by("taken_at")
    own = {str(row.item): row for row in rows if row.transfer_id}
    usual = {row.item: row for row in rows if not row.transfer_id}
    found = {item: own.get(item) or usual.get(lasting[item]) for item in lasting}
    return {item: photo for item, photo in found.items() if photo}


def _records(transfer: Transfer):
    return Resident.objects.records_of(transfer.resident_id)


def _where(transfer: Transfer) -> dict:
    return {"organisation": transfer.home_id, "resident": transfer.resident_id}
