"""The journey that a label leads to, with everything it is shown with, in one statement.

Written out, and its columns worked out once: every scan asks it, and building it anew took longer than answering it.
"""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from redbag.bags.models import Bag
from redbag.organisations.models import Organisation
from redbag.residents.models import Resident
from redbag.transfers.models import AFTER_HOLDING, Transfer

JOINED: dict[str, type[models.Model]] = {
    "transfer": Transfer,
    "bag": Bag,
    "resident": Resident,
    "home": Organisation,
    "destination": Organisation,
    "holder": Organisation,
}
LABEL = (
    "label.code",
    "label.voided_at IS NOT NULL",
    "label.voided_at IS NOT NULL AND label.voided_at < transfer.packed_at",
    "label.voided_why",
)
HELD = """EXISTS(SELECT 1 FROM redbag_party party WHERE party.transfer_id = transfer.id
    AND party.organisation_id IN ({places}) AND party.reads AND (party.holding OR party.held_until >= %s))"""
JOURNEY = """
    SELECT {columns} FROM redbag_transfer transfer
    JOIN redbag_label label ON label.bag_id = transfer.bag_id
    JOIN redbag_bag bag ON bag.id = transfer.bag_id
    JOIN redbag_resident resident ON resident.id = transfer.resident_id
    JOIN redbag_organisation home ON home.id = transfer.home_id
    LEFT JOIN redbag_organisation destination ON destination.id = transfer.destination_id
    LEFT JOIN redbag_organisation holder ON holder.id = transfer.holder_id
    WHERE label.{column} = %s
    ORDER BY CASE WHEN transfer.closed_at IS NULL THEN 0 ELSE 1 END, transfer.packed_at DESC LIMIT 1
"""


@lru_cache
def _columns(vendor: str) -> tuple[str, dict]:
    """The select list of all joined tables, and how this database's values become Python's."""
    fields = [(alias, field) for alias, model in JOINED.items() for field in model._meta.concrete_fields]
    compiler = Transfer.objects.all().query.get_compiler(connection.alias)
    converters = compiler.get_converters([field.get_col(alias) for alias, field in fields])
    return ", ".join(f'{alias}."{field.column}"' for alias, field in fields), converters


def journey_of_label(
    *,
    column: str,
    value: str,
    wards: Collection[UUID],
    crews: Collection[UUID],
    now: datetime,
    homes: Collection[UUID] = (),
) -> tuple[Transfer | None, dict]:
    """The bag's open journey, else its newest, and what its label says; `column` is token_digest or code.

    The label says `code`, `voided`, `old` (voided before this journey was packed), `voided_why`, and `held_by_ward`,
    `held_by_crew`, `held_by_home`: one of these organisations has the bag, or had it until a day ago.
    """
    columns, converters = _columns(connection.vendor)
    asked: list = []
    held = [_held(places, now, asked) for places in (wards, crews, homes)]
    with connection.cursor() as cursor:
        cursor.execute(JOURNEY.format(columns=", ".join([columns, *LABEL, *held]), column=column), [*asked, value])
        row = cursor.fetchone()
    if row is None:
        return None, {}
    compiler = Transfer.objects.all().query.get_compiler(connection.alias)
    values = list(next(iter(compiler.apply_converters([row], converters))))
    transfer = _joined(values)
    names = ("code", "voided", "old", "voided_why", "held_by_ward", "held_by_crew", "held_by_home")
    return transfer, dict(zip(names, values[-len(names) :], strict=True))


def _held(places: Collection[UUID], now: datetime, asked: list) -> str:
    if not places:
        return "1 = 0"
    key = Organisation._meta.pk
    asked += [key.get_db_prep_value(place, connection) for place in places]
    asked.append(Transfer._meta.get_field("packed_at").get_db_prep_value(now - AFTER_HOLDING, connection))
    return HELD.format(places=", ".join(["%s"] * len(places)))


def _joined(values: list) -> Transfer:
    """The transfer with its joined rows in place, as `select_related` would have left it."""
    rows: dict[str, Any] = {}
    start = 0
    for alias, model in JOINED.items():
        names = [field.attname for field in model._meta.concrete_fields]
        mine = values[start : start + len(names)]
        rows[alias] = model.from_db(connection.alias, names, mine) if mine[0] is not None else None
        start += len(names)
    transfer = rows.pop("transfer")
    for alias, row in rows.items():
        setattr(transfer, alias, row)
    transfer.resident.home = transfer.bag.home = transfer.home
    return transfer
