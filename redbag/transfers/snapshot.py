"""What left the home, frozen as canonical JSON (RFC 8785) with its SHA-256."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import rfc8785

from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary, travelling
from redbag.transfers.models import Fact, Snapshot, Transfer
from redbag.transfers.stages import Kind

OBSERVED = (
    "respiratory_rate",
    "spo2",
    "spo2_scale",
    "on_oxygen",
    "systolic_bp",
    "pulse",
    "acvpu",
    "temperature",
    "score",
    "band",
)


def freeze(*, transfer: Transfer, items: list[dict], now: datetime) -> Snapshot:
    """Keep what is known now as the next version of the transfer's snapshot, and note its hash on the transfer."""
    content = rfc8785.dumps(_plain(_content(transfer, items, now)))
    snapshot = Snapshot.objects.create(
        transfer=transfer,
        version=transfer.snapshots.count() + 1,
        content=content.decode(),
        hash=hashlib.sha256(content).hexdigest(),
        taken_at=now,
    )
    transfer.snapshot_hash, transfer.snapshot_at = snapshot.hash, now
    transfer.save(update_fields=["snapshot_hash", "snapshot_at"])
    return snapshot


def listed_items(facts: Iterable[Fact]) -> list[dict]:
    """Every belonging that the home listed, as it listed it."""
    return [item for fact in facts if fact.kind in (Kind.PACK, Kind.ADDITION) for item in fact.items]


def _content(transfer: Transfer, items: list[dict], now: datetime) -> dict:
    resident: Resident = transfer.resident
    observed = resident.observations.order_by("-taken_at").first()
    baseline = resident.observations.filter(is_baseline=True).order_by("-taken_at").first()
    return {
        "transfer": transfer.pk,
        "taken_at": now,
        "home": {"ods": transfer.home.ods_code, "name": transfer.home.name, "phone": transfer.home.phone},
        "resident": {
            name: getattr(resident, name)
            for name in (
                "title",
                "first_name",
                "last_name",
                "preferred_name",
                "date_of_birth",
                "sex",
                "nhs_number",
                "nhs_number_status",
                "gp_practice",
                "gp_phone",
                "contacts",
            )
        },
        "destination": {
            "ods": transfer.destination.ods_code if transfer.destination else None,
            "place": transfer.destination_place,
            "text": transfer.destination_text,
        },
        "reason": transfer.reason,
        "ask": transfer.ask,
        "return_when": transfer.return_when,
        "summary": travelling(read_summary(resident=resident, now=now)),
        "observation": _observed(observed),
        "baseline": _observed(baseline),
        "items": items,
    }


def _observed(observation) -> dict | None:
    if observation is None:
        return None
    return {"taken_at": observation.taken_at, "by": observation.by_name} | {
        name: getattr(observation, name) for name in OBSERVED
    }


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return value
