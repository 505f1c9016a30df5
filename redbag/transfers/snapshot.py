"""What left the home, frozen as canonical JSON (RFC 8785) with its SHA-256."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import rfc8785
from django.db.models import Exists

from redbag.documents.models import Document
from redbag.documents.reading import travelling_documents
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary, travelling
from redbag.summaries.models import Observation
from redbag.summaries.observing import Standing, observations_of, standing_of
from redbag.summaries.skin import latest_map
from redbag.transfers.models import Fact, Snapshot, Transfer
from redbag.transfers.ringing import is_kept_from, is_one_of, without_numbers
from redbag.transfers.since_last import Difference, differences
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
PERSON = (
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
)


def freeze(*, transfer: Transfer, items: list[dict], now: datetime) -> Snapshot:
    """Keep what is known now as the next version of the transfer's snapshot, and note its hash on the transfer."""
    known = _plain(_content(transfer, items, now))
    content = rfc8785.dumps(known | {"changes_since_last": _since_last(transfer, known)})
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


@dataclass(frozen=True)
class SinceLast:
    """What differs from what left the home last time: on which journey, when that was frozen."""

    transfer: UUID
    taken_at: datetime
    hash: str
    changes: Sequence[Difference]


def since_last(transfer: Transfer) -> SinceLast | None:
    """What the newest snapshot says of it, in one statement.

    None for a first journey, and for a snapshot that was frozen before journeys were compared.
    """
    return _said_of(transfer.snapshots.order_by("-version").first())


def photo_and_since_last(transfer: Transfer) -> tuple[bool, SinceLast | None]:
    """Whether there is a photo of the person, and what differs from last time, together in one statement."""
    whose = Resident.objects.records_of(transfer.resident_id)
    photos = Document.objects.kept().filter(resident__in=whose, kind=Document.Kind.PHOTO, restricted=False)
    newest = transfer.snapshots.annotate(photo=Exists(photos)).order_by("-version").first()
    return bool(newest and newest.photo), _said_of(newest)


def _said_of(snapshot: Snapshot | None) -> SinceLast | None:
    told = json.loads(snapshot.content).get("changes_since_last") if snapshot else None
    if told is None:
        return None
    last, names = told["last"], [field.name for field in fields(Difference)]
    changes = [Difference(**{name: each[name] for name in names}) for each in told["changes"]]
    return SinceLast(UUID(last["transfer"]), datetime.fromisoformat(last["taken_at"]), last["hash"], changes)


def _since_last(transfer: Transfer, known: dict) -> dict | None:
    """What differs from what left the home last time; None when nothing ever did."""
    earlier = Snapshot.objects.filter(
        transfer__resident=transfer.resident_id, transfer__packed_at__lt=transfer.packed_at
    )
    last = earlier.exclude(transfer=transfer).order_by("-transfer__packed_at", "-version").first()
    if last is None:
        return None
    return {
        "last": {"transfer": str(last.transfer_id), "taken_at": last.taken_at.isoformat(), "hash": last.hash},
        "changes": [asdict(each) | {"words": each.words} for each in differences(json.loads(last.content), known)],
    }


def _content(transfer: Transfer, items: list[dict], now: datetime) -> dict:
    resident: Resident = transfer.resident
    taken = observations_of(resident)
    observed, baseline = taken.first(), taken.filter(is_baseline=True).first()
    summary = read_summary(resident=resident, now=now)
    told = standing_of(resident, summary)
    return {
        "transfer": transfer.pk,
        "taken_at": now,
        "home": {"ods": transfer.home.ods_code, "name": transfer.home.name, "phone": transfer.home.phone},
        "resident": {name: getattr(resident, name) for name in PERSON} | {"contacts": _contacts(resident)},
        "destination": {
            "ods": transfer.destination.ods_code if transfer.destination else None,
            "place": transfer.destination_place,
            "text": transfer.destination_text,
        },
        "reason": transfer.reason,
        "ask": transfer.ask,
        "return_when": transfer.return_when,
        "summary": without_numbers(travelling(summary), resident.contacts),
        "observation": _observed(observed, told),
        "baseline": _observed(baseline, told),
        "items": items,
        "body_map": _body_map(resident),
        "documents": _documents(resident),
    }


def _contacts(resident: Resident) -> list[dict]:
    """The contacts; of whoever must not be told or given the person, no number leaves the home."""
    people = resident.contacts
    return [{**row, "phone": ""} if is_kept_from(row) or is_one_of(row, people) else row for row in people]


def _body_map(resident: Resident) -> dict | None:
    """The skin as it was last seen."""
    seen = latest_map(resident)
    return {"seen_at": seen.seen_at, "by": seen.by_name, "marks": seen.marks} if seen else None


def _documents(resident: Resident) -> list[dict]:
    """Which papers and pictures travel, each with the SHA-256 of its file."""
    return [
        {
            "kind": each.kind,
            "label": each.get_kind_display(),
            "title": each.title,
            "date": each.dated_on,
            "digest": each.digest,
        }
        for each in travelling_documents(resident)
    ]


def _observed(observation: Observation | None, told: Standing) -> dict | None:
    """Readings with their score; where no score is told (comfort care, under 16, pregnancy), without one."""
    if observation is None:
        return None
    row = {name: getattr(observation, name) for name in OBSERVED}
    if told.no_score(at=observation.taken_at):
        row |= {"score": None, "band": ""}
    return {"taken_at": observation.taken_at, "by": observation.by_name} | row


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
