"""The short code a giver shows and a receiver types: six digits, bound to one transfer and five minutes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from redbag.vault import one_time_number

LASTS = timedelta(minutes=5)
DIGITS = 6


def code_at(transfer_id: UUID, moment: datetime) -> tuple[str, datetime]:
    """The code of a transfer at a moment, and until when it is shown."""
    step = _step(moment)
    return _code(transfer_id, step), datetime.fromtimestamp((step + 1) * LASTS.total_seconds(), tz=UTC)


def proves(transfer_id: UUID, code: str, occurred_at: datetime) -> bool:
    """Whether the code was shown for this transfer at that time, or within one step of it."""
    step = _step(occurred_at)
    return code.strip().replace(" ", "") in {_code(transfer_id, step + near) for near in (-1, 0, 1)}


def _step(moment: datetime) -> int:
    return int(moment.timestamp() // LASTS.total_seconds())


def _code(transfer_id: UUID, step: int) -> str:
    return one_time_number(f"{transfer_id}|{step}", digits=DIGITS)
