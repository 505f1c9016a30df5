"""Everything the papers of a journey say, read once."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken

from redbag.documents.pictures import portrait
from redbag.documents.reading import portrait_of
from redbag.errors import BadInput
from redbag.packs.models import Sheet
from redbag.packs.sheets import address_of, is_open
from redbag.summaries.models import BodyMap
from redbag.transfers.emergency import Emergency, emergency
from redbag.transfers.models import Transfer
from redbag.vault import read_file

PHOTO_SIDE = 280  # points, 25 mm at 285 to the inch


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Everything that is known of a journey when its papers are drawn; `address` is empty once the sheet has ended."""

    transfer: Transfer
    page: Emergency
    address: str
    photo: bytes
    body_map: BodyMap | None
    now: datetime


def gather(*, transfer: Transfer, sheet: Sheet, now: datetime) -> Gathered:
    """Everything the papers of a transfer say (its resident, home, bag and destination joined)."""
    return Gathered(
        transfer=transfer,
        page=emergency(transfer=transfer, now=now),
        address=address_of(sheet) if is_open(sheet) else "",
        photo=_photo(transfer),
        body_map=transfer.resident.body_maps.order_by("-seen_at", "-recorded_at").first(),
        now=now,
    )


def _photo(transfer: Transfer) -> bytes:
    """The photo of the person, small, as JPEG; empty when there is none, or when its file cannot be read."""
    kept = portrait_of(transfer.resident)
    if kept is None:
        return b""
    try:
        return portrait(read_file(kept.file), side=PHOTO_SIDE)
    except (OSError, InvalidToken, BadInput):
        return b""
