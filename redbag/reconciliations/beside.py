"""What must be seen beside a comparison: other letters that wait, and what was decided before of the same medicine."""

from datetime import datetime, timedelta
from uuid import UUID

from redbag.discharges.models import DischargeSummary
from redbag.reconciliations.models import Reconciliation
from redbag.reconciliations.standing import Decided, Standing, standing_of

LATELY, MOST = timedelta(days=60), 10


def other_letters(summary: DischargeSummary, *, now: datetime) -> list[DischargeSummary]:
    """Other letters of the last two months about the same resident whose medicines nobody has taken into use."""
    rows = DischargeSummary.objects.sent().filter(resident=summary.resident_id, home=summary.home_id)
    rows = rows.exclude(pk=summary.pk).exclude(reconciliation__used_at__isnull=False)
    return list(rows.filter(sent_at__gte=now - LATELY).select_related("organisation").order_by("-sent_at")[:MOST])


def decided_then(now: Standing, earlier: Reconciliation | None) -> dict[UUID, Decided]:
    """For each line that is not the same as on the version before, how the medicine of that name was decided there."""
    if earlier is None:
        return {}
    then = [each for each in standing_of(earlier).lines if each.last]
    same = {each.line.compared for each in then}
    by_name = {name: each for each in then for name in _names(each)}
    changed = [each for each in now.lines if each.line.compared not in same]
    found = {each.line.pk: next((by_name[name] for name in _names(each) if name in by_name), None) for each in changed}
    return {pk: each for pk, each in found.items() if each is not None}


def _names(line: Decided) -> list[str]:
    both = line.compared
    return [side["name"].strip().casefold() for side in (both["after"], both["before"]) if side]
