"""Everything the papers of a journey say, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from PIL import Image

from redbag.documents.pictures import portrait
from redbag.documents.reading import portrait_of
from redbag.errors import BadInput
from redbag.packs.models import Sheet
from redbag.packs.sheets import address_of, why_ended
from redbag.residents.models import Resident
from redbag.summaries.models import BodyMap
from redbag.summaries.skin import latest_map, looks
from redbag.transfers.at_home import before_going, emergency_at_home
from redbag.transfers.emergency import Emergency, emergency
from redbag.transfers.models import Transfer
from redbag.transfers.skin import skin_of_journey
from redbag.vault import read_file

PHOTO_SIDE = 280  # points, 25 mm at 285 to the inch
UNREADABLE = (OSError, InvalidToken, BadInput, ValueError, SyntaxError, Image.DecompressionBombError)
PHOTO_GAP = "There is a photo of the patient, but it cannot be read: ask the home"
SQUARE_GAP = "The square cannot be printed: ring the home"


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Everything that is known of a journey when its papers are drawn; `address` is empty once the sheet has ended.

    `skin` is the last look at the skin that belongs to the journey, `not_looked` one that was not taken after it.
    `gaps` say which picture is left out, and why.
    """

    transfer: Transfer
    page: Emergency
    address: str
    photo: bytes
    gaps: Sequence[str]
    skin: BodyMap | None
    not_looked: BodyMap | None
    now: datetime


def gather(*, transfer: Transfer, sheet: Sheet, now: datetime) -> Gathered:
    """Everything the papers of a transfer say (its resident, home, bag and destination joined)."""
    address, square_gap = _square(sheet, now)
    photo, photo_gap = _photo(transfer.resident)
    skin, not_looked = _skin(transfer, now)
    return Gathered(
        transfer=transfer,
        page=emergency(transfer=transfer, now=now),
        address=address,
        photo=photo,
        gaps=[gap for gap in (square_gap, photo_gap) if gap],
        skin=skin,
        not_looked=not_looked,
        now=now,
    )


def gather_at_home(*, resident: Resident, now: datetime) -> Gathered:
    """What a sheet says of a resident (their home joined) on no journey: no square, and the skin as last seen."""
    transfer = before_going(resident, now=now)
    photo, gap = _photo(resident)
    seen = latest_map(resident)
    skipped = looks(resident).filter(checked=False).first()
    return Gathered(
        transfer=transfer,
        page=emergency_at_home(resident=resident, now=now),
        address="",
        photo=photo,
        gaps=[gap] if gap else [],
        skin=seen,
        not_looked=skipped if skipped and (seen is None or skipped.seen_at > seen.seen_at) else None,
        now=now,
    )


def _square(sheet: Sheet, now: datetime) -> tuple[str, str]:
    """What the square says, and in words why there is none."""
    if ended := why_ended(sheet, now=now):
        return "", ended
    try:
        return address_of(sheet), ""
    except InvalidToken:
        return "", SQUARE_GAP


def _skin(transfer: Transfer, now: datetime) -> tuple[BodyMap | None, BodyMap | None]:
    """The last look of the journey, and the last that was not taken after it, while they were at home."""
    around = skin_of_journey(transfer, now=now)
    seen = around.after or around.before
    skipped = around.unseen or around.not_looked
    if skipped is None:
        later = looks(transfer.resident).filter(checked=False, seen_at__lte=transfer.left_at or now)
        skipped = (later.filter(seen_at__gt=seen.seen_at) if seen else later).first()
    if seen and skipped and skipped.seen_at <= seen.seen_at:
        skipped = None
    return seen, skipped


def portrait_as_kept(resident: Resident) -> bytes:
    """The photo of the person, small, as JPEG; empty without one and when its file cannot be read."""
    return _photo(resident)[0]


def _photo(resident: Resident) -> tuple[bytes, str]:
    """The photo of the person, small, as JPEG; without one, and in words why, when its file cannot be read."""
    kept = portrait_of(resident)
    if kept is None:
        return b"", ""
    try:
        return portrait(read_file(kept.file), side=PHOTO_SIDE), ""
    except UNREADABLE:
        return b"", PHOTO_GAP
