"""Letters whose medicines still have to be compared, decided or checked, and MAR charts that have to be undone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce, Greatest

from redbag.discharges.models import DischargeSummary
from redbag.reconciliations.models import Reconciliation
from redbag.reconciliations.standing import TAKEN_OFF_SINCE

LATELY, MOST = timedelta(days=14), 10


def waiting_at(homes: Sequence[UUID], *, now: datetime) -> tuple[list[DischargeSummary], int]:
    """Those of the last two weeks about who is home and lives there, the urgent first, and how many more there are.

    The weeks count from arrival home or receipt, whichever is later; within both kinds the oldest stands first.
    """
    home_again = Q(transfer=None) | Q(transfer__back_at__isnull=False) | Q(transfer__closed_at__isnull=False)
    came = Greatest("sent_at", Coalesce("transfer__back_at", "transfer__closed_at", "sent_at"))
    rows = DischargeSummary.objects.sent().filter(home_again, home__in=homes).annotate(came=came)
    living = rows.filter(came__gte=now - LATELY).about_who_lives_here()
    undecided = living.exclude(reconciliation__used_at__isnull=False)
    urgent_first = Case(When(urgent_for=[], then=1), default=0)
    found = list(undecided.select_related("resident", "reconciliation").order_by(urgent_first, "came", "pk")[:MOST])
    return found, undecided.count() - MOST if len(found) == MOST else 0


def to_undo_at(homes: Sequence[UUID]) -> list[Reconciliation]:
    """Those by which a MAR chart was changed from a letter that was taken off since, until somebody put it back."""
    rows = Reconciliation.objects.filter(TAKEN_OFF_SINCE, home__in=homes, used_at__isnull=False)
    return list(rows.select_related("resident").order_by("used_at"))
