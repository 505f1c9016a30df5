"""What homes have open today, however old: the month in which it began may be long past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q

from redbag.discharges.models import DischargeSummary
from redbag.reports.periods import LONDON
from redbag.reports.scopes import Scope
from redbag.reports.this_month import some
from redbag.transfers.case_models import Case

IN_TIME = timedelta(days=1)


@dataclass(frozen=True)
class StillOpen:
    """Things not found, how many of them are past the day for an answer, letters that wait for more than a day."""

    not_found: int
    overdue: int
    letters: int
    oldest_letter: datetime | None

    @property
    def things_said(self) -> str:
        """The things in a sentence; empty for none."""
        if not self.not_found:
            return ""
        late = f" The day for an answer has passed for {self.overdue} of them." if self.overdue else ""
        return f"{some(self.not_found, 'thing is', 'things are')} not found yet.{late}"

    @property
    def letters_said(self) -> str:
        """The letters in a sentence; empty for none."""
        if self.oldest_letter is None:
            return ""
        since = self.oldest_letter.astimezone(LONDON)
        waits = some(self.letters, "letter from hospital waits", "letters from hospital wait")
        return f"{waits} to be taken on, since {since:%-d %B %Y}."


def still_open(scope: Scope, *, now: datetime) -> StillOpen:
    """What the homes of this scope have open now."""
    homes: Sequence[UUID] = [pk for column, ids in scope.places if column == "home" for pk in ids]
    today = now.astimezone(LONDON).date()
    things = Case.objects.open().filter(transfer__home__in=homes)
    told = things.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    waiting = DischargeSummary.objects.awaiting_acknowledgement().about_who_lives_here()
    late = waiting.filter(home__in=homes, sent_at__lte=now - IN_TIME)
    letters = late.aggregate(all=Count("pk"), first=Min("sent_at"))
    return StillOpen(told["all"], told["late"], letters["all"], letters["first"])
