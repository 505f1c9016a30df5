"""The QR of a transfer's papers: made once, found by what was scanned, ended by the return."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from redbag import rows
from redbag.bags import tokens
from redbag.packs.models import Reader, Sheet
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.vault import seal, unseal

MOST_READERS = 50
LONGEST_OPEN = timedelta(days=60)  # a return that nobody recorded must not leave a lost sheet open for ever
ON_THE_WAY = (Stage.PACKED, Stage.WITH_CREW, Stage.IN_HOSPITAL, Stage.COMING_HOME)


def sheet_of(transfer: Transfer, *, now: datetime) -> Sheet:
    """The transfer's sheet, made when there is none; two at once make one."""
    token = tokens.new_token()
    made = {"token_digest": tokens.token_digest(token), "token_sealed": seal(token), "made_at": now}
    return Sheet.objects.get_or_create(transfer=transfer, defaults=made)[0]


def find_sheet(token: str) -> Sheet | None:
    """The sheet with this token (its transfer, resident and home joined); None when nobody printed it."""
    if not tokens.looks_like_token(token):
        return None
    joined = Sheet.objects.select_related(
        "transfer__resident", "transfer__home", "transfer__bag", "transfer__destination"
    )
    with rows.everything():
        found = joined.filter(token_digest=tokens.token_digest(token)).first()
    if found is not None:
        rows.also(found.transfer_id)
    return found


def address_of(sheet: Sheet) -> str:
    """What its QR says."""
    return f"{settings.PUBLIC_URL}/s/{unseal(sheet.token_sealed)}"


def is_open(sheet: Sheet, *, now: datetime) -> bool:
    """Whether its page still opens: until the person is back, the home stopped it, or 60 days after leaving."""
    return not why_ended(sheet, now=now)


def why_ended(sheet: Sheet, *, now: datetime) -> str:
    """Why its page does not open any more, in words for paper; empty while it opens."""
    transfer = sheet.transfer
    if sheet.stopped_at is not None:
        return "The square was stopped by the home"
    if transfer.stage not in ON_THE_WAY:
        return "The square ended with the journey"
    if now >= (transfer.left_at or transfer.packed_at) + LONGEST_OPEN:
        return f"The square ended {LONGEST_OPEN.days} days after leaving"
    return ""


def reader_of(sheet: Sheet, reader_id: str, *, now: datetime) -> Reader | None:
    """Whoever said who they are for this sheet, while their time lasts."""
    return sheet.readers.filter(pk=reader_id, until__gt=now).first()


@dataclass(frozen=True)
class PrintedSheet:
    """The printed sheet of a journey as its home sees it: who opened it, newest first, and whether it still opens."""

    sheet: Sheet
    readers: Sequence[Reader]
    open: bool


def printed_sheet(transfer: Transfer, *, now: datetime) -> PrintedSheet | None:
    """The sheet with its last readers; None when no paper was drawn yet."""
    made = Sheet.objects.filter(transfer=transfer).select_related("transfer").first()
    if made is None:
        return None
    return PrintedSheet(made, list(made.readers.order_by("-opened_at")[:MOST_READERS]), is_open(made, now=now))
