"""Who was to go and stayed home: for two days everybody on shift sees who advised it and what to watch for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from redbag.organisations.access import Actor
from redbag.transfers.advice import named_in
from redbag.transfers.models import Transfer
from redbag.transfers.stages import STAYED_HOME, Outcome, Stage

SHOWN_FOR = timedelta(hours=48)
MOST = 50


@dataclass(frozen=True)
class Stayed:
    """Somebody who stayed home, since when, with the advice in the words of whoever wrote it down.

    `unnamed` says that advice was written down and nobody is named who gave it; `advised` is then empty.
    """

    transfer: Transfer
    at: datetime | None
    advised: str
    watch_for: str
    unnamed: bool

    @property
    def says_something(self) -> bool:
        """Whether anything was written down about staying."""
        return bool(self.advised or self.unnamed or self.watch_for)


def stayed_home(actor: Actor, *, homes: Sequence[UUID], now: datetime, resident: UUID | None = None) -> list[Stayed]:
    """Those of these homes who stayed home in the last 48 hours and have not left since, the newest first."""
    known = Transfer.objects.visible_to(actor, now=now).filter(home__in=homes, resident__archived_at=None)
    recent = known.filter(stage=Stage.CLOSED, closed_at__gte=now - SHOWN_FOR).order_by("-closed_at")
    if resident is not None:
        recent, known = recent.filter(resident=resident), known.filter(resident=resident)
    told = [each for each in recent.select_related("resident")[:MOST] if _stayed(each)]
    if not told:
        return []
    since = min(each.closed_at for each in told)
    gone = known.filter(resident__in=[each.resident_id for each in told], left_at__gte=since)
    left = dict(gone.order_by("left_at").values_list("resident", "left_at"))
    home = [_told(each) for each in told if each.resident_id not in left or left[each.resident_id] < each.closed_at]
    last = {each.transfer.resident_id: each for each in reversed(home)}
    return [each for each in home if each.says_something or each is last[each.transfer.resident_id]]


def _told(transfer: Transfer) -> Stayed:
    said = transfer.reason
    advised = said.get("advised", "")
    named = named_in(advised)
    return Stayed(transfer, transfer.closed_at, named, said.get("watch_for", ""), unnamed=bool(advised and not named))


def _stayed(transfer: Transfer) -> bool:
    outcomes = set(transfer.outcomes)
    return bool(outcomes & STAYED_HOME) and Outcome.DIED not in outcomes
