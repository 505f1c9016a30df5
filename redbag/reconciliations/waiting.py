"""Letters whose medicines still have to be compared, decided or checked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from redbag.discharges.models import DischargeSummary
from redbag.transfers.death_models import Death
from redbag.transfers.stages import Where

LATELY, MOST = timedelta(days=14), 10


def waiting_at(homes: Sequence[UUID], *, now: datetime) -> list[DischargeSummary]:
    """Those of the last two weeks about who is home and lives there, in one statement, the oldest first."""
    home_again = Q(transfer=None) | Q(transfer__back_at__isnull=False) | Q(transfer__closed_at__isnull=False)
    rows = DischargeSummary.objects.sent().filter(home_again, home__in=homes, sent_at__gte=now - LATELY)
    died = Death.objects.filter(transfer__resident=OuterRef("resident"), taken_back_at=None)
    living = rows.filter(resident__archived_at=None).exclude(transfer__resident_is=Where.DIED).exclude(Exists(died))
    undecided = living.exclude(reconciliation__used_at__isnull=False)
    return list(undecided.select_related("resident", "reconciliation").order_by("sent_at")[:MOST])
