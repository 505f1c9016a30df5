"""Parts of a board that fail alone: what is about one journey is named and left out, everything else stands."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import structlog

from redbag.transfers.models import Transfer
from redbag.web.notes import Ring, ring

Found = TypeVar("Found")
log = structlog.get_logger("board")


@dataclass(frozen=True)
class NotDrawn:
    """What could not be drawn of a board: a journey, or a part by its name; whom to ring instead."""

    words: str
    transfer: Transfer | None = None
    ring: Ring | None = None


@dataclass
class Alone:
    """Asks part by part, and keeps what failed. `at_home` is whether the board is a home's own."""

    at_home: bool
    failed: dict[UUID | str, NotDrawn] = field(default_factory=dict)

    def of_each(
        self, part: str, rows: Iterable[Transfer], ask: Callable[[Sequence[Transfer]], Mapping[UUID, Found]]
    ) -> dict[UUID, Found]:
        """What is found of all journeys together; when that fails, of each by itself."""
        rows = list(rows)
        try:
            return dict(ask(rows))
        except Exception:
            log.exception("not_drawn", part=part)
        found: dict[UUID, Found] = {}
        for row in rows:
            try:
                own = dict(ask([row]))
            except Exception:
                self.failed[row.pk] = not_drawn(row, part=part, at_home=self.at_home)
            else:
                found = own | found | {key: each for key, each in own.items() if key == row.pk}
        return found

    def part(self, part: str, ask: Callable[[], Found], *, otherwise: Any) -> Found:
        """What is found of something that is about no one journey; `otherwise` when that fails."""
        try:
            return ask()
        except Exception:
            log.exception("not_drawn", part=part)
            self.failed[part] = NotDrawn(part)
            return otherwise


def not_drawn(transfer: Transfer, *, part: str, at_home: bool) -> NotDrawn:
    """A journey that failed just now, which is logged: its name if that can be read, and whom to ring."""
    log.exception("not_drawn", part=part, transfer=str(transfer.pk))
    called = _or_none(lambda: transfer.resident.called if at_home else transfer.resident.patient_name)
    return NotDrawn(called or "Somebody", transfer, _or_none(lambda: ring(transfer, at_home=at_home)))


def _or_none(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception:
        return None
