"""Large documents are read by a worker: the row is the queue, and one that cannot be read is kept as a file."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from redbag.discharges.content import GIVEN_UP, beside, person_in, read, unread
from redbag.discharges.files import all_or_nothing, file_of
from redbag.discharges.keeping import keep_read
from redbag.discharges.models import DischargeSummary
from redbag.discharges.sending import record_summary, send_or_hold
from redbag.incoming.message import Message

State = DischargeSummary.State
TRIES = 3
LEASE = timedelta(minutes=3)
MOST = 50


def to_be_read(*, draft: bool) -> str:
    """What a row says of itself while nobody has read it."""
    return json.dumps({"reading": {"draft": draft, "tries": 0, "until": None}})


def waiting(*, now: datetime) -> list[UUID]:
    """The rows that nobody is reading: new ones, and those whose worker was lost."""
    rows = DischargeSummary.objects.filter(state=State.READING).order_by("written_at")[:MOST]
    return [each.pk for each in rows if _is_free(each, now)]


def read_one(summary_id: UUID | str, *, now: Callable[[], datetime]) -> bool:
    """Read a document and send it or hold it; False when somebody else does, or did.

    After three tries that ended with their worker the file itself is all that is sent.
    """
    claimed = _claim(summary_id, now())
    if claimed is None:
        return False
    message = unread(GIVEN_UP) if _tries(claimed) > TRIES else _read(claimed)
    return _finish(claimed, message, now())


@transaction.atomic
def _claim(summary_id: UUID | str, now: datetime) -> DischargeSummary | None:
    row = DischargeSummary.objects.select_for_update().filter(pk=summary_id, state=State.READING).first()
    if row is None or not _is_free(row, now):
        return None
    told = row.read()["reading"]
    told |= {"tries": told["tries"] + 1, "until": (now + LEASE).isoformat()}
    row.structured = json.dumps({"reading": told})
    row.save(update_fields=["structured"])
    return row


def _read(claimed: DischargeSummary) -> Message:
    try:
        return read(file_of(claimed), claimed.form)
    except FileNotFoundError:
        return unread("The file is not there any more. Ask the hospital to send it again.")


@all_or_nothing()
def _finish(claimed: DischargeSummary, message: Message, now: datetime) -> bool:
    rows = DischargeSummary.objects.select_for_update(of=("self",))
    row = rows.select_related("organisation", "transfer__home", "transfer__resident").get(pk=claimed.pk)
    if row.state != State.READING:
        return False
    draft, said = row.read()["reading"]["draft"], row.identity
    where = {name: beside(said, name) for name in ("home", "ward", "phone") if beside(said, name)}
    keep_read(row, message, stated=person_in(said), **where)
    if draft:
        row.state = State.DRAFT
    row.save()
    record_summary("discharge.read", row, None, now, understood=not message.not_understood)
    if not draft:
        send_or_hold(row, actor=None, now=now)
    return True


def _is_free(row: DischargeSummary, now: datetime) -> bool:
    until = row.read()["reading"]["until"]
    return until is None or datetime.fromisoformat(until) <= now


def _tries(row: DischargeSummary) -> int:
    return row.read()["reading"]["tries"]
