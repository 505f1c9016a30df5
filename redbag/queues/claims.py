"""Rows that are their own queue: claimed for a while, taken up again where a worker died, given up in the end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

Clock = Callable[[], datetime]
A_SWEEP = 20  # rows


class Lost(Exception):
    """A row is not this worker's any more: somebody stopped it, or another worker has ended it."""


class Queue(models.QuerySet):
    """Rows with `state`, `asked_at` and `lease_until`: a claim is over after `lease` without a sign of life.

    Where they are given up after `most_tries`, the table counts `tries`. Where what failed is thrown away after
    `failed_for`, it has `kept_until`.
    """

    to_do = ("waiting", "running")
    worked_on = "running"
    lease = timedelta(minutes=5)
    most_tries: int | None = None
    failed_for: timedelta | None = None

    def idle(self, *, now: datetime) -> Self:
        """Those nobody is working on: never begun, or begun by a worker that died."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lte=now), state__in=self.to_do)

    def waiting(self, *, now: datetime) -> list[UUID]:
        """The ids of those that one sweep takes up, who waited longest first."""
        return list(self.idle(now=now).order_by("asked_at").values_list("pk", flat=True)[:A_SWEEP])

    def claim(self, pk: UUID | str, *, now: Clock) -> "Claim | None":
        """Take a row to work on it; None when another worker has it, or when it was tried too often and is given up."""
        idle = self.idle(now=now()).filter(pk=pk)
        told: dict[str, Any] = {"state": self.worked_on} if self.worked_on else {}
        if self.most_tries is not None:
            if idle.filter(tries__gte=self.most_tries).update(**self.failed(now())):
                return None
            told["tries"] = F("tries") + 1
        if not idle.update(**told, lease_until=now() + self.lease):
            return None
        row = self.filter(pk=pk, state__in=[self.worked_on] if self.worked_on else self.to_do).first()
        return None if row is None else Claim(row, self.held(row), now)  # it may have been stopped in between

    def held(self, row: Any) -> Self:
        """A claimed row, as long as nobody stopped or ended it; of two slow workers whoever is first ends it."""
        return self.filter(pk=row.pk, state=row.state)

    def failed(self, now: datetime) -> dict[str, Any]:
        """What is written of those that cannot be made."""
        kept = {} if self.failed_for is None else {"kept_until": now + self.failed_for}
        return {"state": "failed", "lease_until": None, **kept}


@dataclass(frozen=True)
class Claim:
    """A row that a worker has taken, and how it says what becomes of it."""

    row: Any
    held: Queue
    now: Clock

    def say(self, **told: Any) -> None:
        """Write how far it is, and that the worker lives. Lost."""
        self._write(lease_until=self.now() + self.held.lease, **told)

    def end(self, **told: Any) -> None:
        """Write that it is made, or made as far as it goes now; once. Lost."""
        self._write(lease_until=None, **told)

    def fail(self, **told: Any) -> None:
        """Write that it cannot be made, unless it is not this worker's any more."""
        self.held.update(**(self.held.failed(self.now()) | told))

    def give_back(self) -> None:
        """Leave it to the next sweep, unless it is not this worker's any more."""
        self.held.update(lease_until=None)

    def _write(self, **told: Any) -> None:
        if not self.held.update(**told):
            raise Lost
