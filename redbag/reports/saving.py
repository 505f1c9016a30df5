"""One measure saved as a file, which the journal tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redbag.journal.recording import record
from redbag.organisations.access import Actor
from redbag.organisations.models import Organisation
from redbag.reports.tables import Table, as_csv, as_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS = {"csv": (as_csv, "text/csv; charset=utf-8"), "xlsx": (as_xlsx, XLSX)}


@dataclass(frozen=True)
class Saved:
    """A file as it is sent: what it holds, of which type, under which name."""

    content: bytes
    content_type: str
    name: str


def save_table(table: Table, form: str, *, actor: Actor, place: Organisation | None, now: datetime) -> Saved:
    """The table in one of the forms of WRITERS; that the actor has it is written down for the place, or their own."""
    write, content_type = WRITERS[form]
    name, days = table.measure.name, {"first": table.start.isoformat(), "last": table.end.isoformat()}
    told: dict[str, Any] = {"report": name, "format": form, **days}
    record("report.exported", None, actor=actor, at=now, organisation=place or actor.first_place(), **told)
    return Saved(write(table), content_type, f"{name}-{table.start}-{table.end}.{form}")
