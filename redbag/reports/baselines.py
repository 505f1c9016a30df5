"""Figures of a home from before it had red bags, as they are read: what counts, what was put right, the template."""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Min

from redbag.counting.models import CountedJourney
from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation
from redbag.reports.baseline_figures import COLUMNS
from redbag.reports.baseline_lines import tidy
from redbag.reports.baseline_models import Baseline
from redbag.reports.periods import LONDON
from redbag.reports.tables import harmless
from redbag.rows import everything

YEAR = 12
TEMPLATE = tuple(column.title for column in COLUMNS)
KEPT_TOO = ("Kept on", "Kept by", "From the file", "SHA-256 of the file", "State")
COUNTS, PUT_RIGHT, TAKEN_BACK = "counts", "put right later", "taken back"


def kept_of(*, actor: Actor, home: Organisation) -> list[Baseline]:
    """Everything that was ever kept of a home, by month, the newest of a month first."""
    rows = Baseline.objects.visible_to(actor).filter(organisation=home).select_related("put_right_by", "organisation")
    return sorted(rows, key=lambda row: (row.year, row.month, -row.kept_at.timestamp(), row.taken_back))


def state_of(row: Baseline) -> str:
    """Whether it counts, was put right later, or is taken back."""
    later = getattr(row, "put_right_by", None)
    if later is None:
        return TAKEN_BACK if row.taken_back else COUNTS
    return TAKEN_BACK if later.taken_back else PUT_RIGHT


def this_month(now: datetime) -> tuple[int, int]:
    """Year and month in London: figures are of months before it."""
    today = now.astimezone(LONDON)
    return today.year, today.month


@everything()
def began_in(home: Organisation) -> tuple[int, int] | None:
    """Year and month of the home's first journey: figures from before are of months before it."""
    first = CountedJourney.objects.filter(home=home.pk).aggregate(first=Min("day"))["first"]
    return (first.year, first.month) if first else None


def digest_of(text: str | bytes) -> str:
    """The SHA-256 of a file, or of a text as it was tidied."""
    return hashlib.sha256(text if isinstance(text, bytes) else tidy(text).encode()).hexdigest()


def template(*, now: datetime, began: tuple[int, int] | None = None) -> bytes:
    """A CSV with the columns and the twelve months before the home began, or before this one, to fill in."""
    year, month = began or this_month(now)
    months = [divmod(year * YEAR + month - 1 - back, YEAR) for back in range(YEAR, 0, -1)]
    return _csv([TEMPLATE, *([f"{year}-{before + 1:02}", *[""] * (len(TEMPLATE) - 1)] for year, before in months)])


def as_csv(rows: Sequence[Baseline]) -> bytes:
    """What was kept as CSV, in the template's columns and then who kept it; it can be brought in again as it is."""
    return _csv([(*TEMPLATE, *KEPT_TOO), *(_cells(row) for row in rows)])


def _cells(row: Baseline) -> list[object]:
    told = [f"{row.year}-{row.month:02}", row.residents, row.attendances, row.admissions, row.stay_days, row.items_lost]
    kept_on: date = row.kept_at.astimezone(LONDON).date()
    return [*told, kept_on.isoformat(), row.kept_by_name, row.file_name, row.file_digest, state_of(row)]


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([["" if cell is None else harmless(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")
