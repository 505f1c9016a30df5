"""Destroys one record for which two people have agreed: rows first, all or none, then its files, then the log."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from redbag.journal.destroying import destroy_personal
from redbag.journal.reading import entries_about
from redbag.journal.recording import record
from redbag.organisations.models import Organisation
from redbag.packs.models import Folder
from redbag.reports.file_models import ReportFile, ReportPart
from redbag.residents.models import Resident
from redbag.retention.holdings import HOLDINGS, Holding
from redbag.retention.models import EndedRecord, Ending, RecordExport
from redbag.retention.numbering import Numbers
from redbag.retention.reviewing import row_of
from redbag.retention.theirs import Theirs, model_of, theirs
from redbag.rows import everything
from redbag.transfers import replay
from redbag.transfers.models import Transfer
from redbag.vault import blind_index, files_in

REPLAYED = {"holder_text", "holder_place", "resident_is_at"}

log = structlog.get_logger()


class NotTheSame(Exception):
    """Without its words a journey would say something else: nothing is destroyed."""


def sweep(*, now: Callable[[], datetime]) -> None:
    """Go on with every record that is being destroyed; a fault with one stops no other."""
    for ending_id in Ending.objects.filter(state__in=["agreed", "emptied"]).values_list("pk", flat=True):
        try:
            destroy(ending_id, now=now())
        except Exception as fault:
            log.error("record not destroyed", ending=str(ending_id), fault=type(fault).__name__)


def destroy(ending_id: UUID, *, now: datetime) -> None:
    """Destroy a record, or go on where an earlier try ended. What may not be destroyed is stopped."""
    with everything():  # what other organisations wrote of them goes too
        try:
            empty_rows(ending_id, now=now)
        except NotTheSame:
            _stop(ending_id, "A journey would say something else without its words. Ask whoever runs the service.", now)
        ending = Ending.objects.get(pk=ending_id)
        if ending.state == Ending.State.EMPTIED:
            for name in ending.files:
                default_storage.delete(name)
            write_log(ending_id, now=now)


@transaction.atomic
def empty_rows(ending_id: UUID, *, now: datetime) -> None:
    """Empty every row of a record in one transaction; its files are named, to be removed after it."""
    ending, resident = _locked(ending_id)
    if ending.state != Ending.State.AGREED:
        return
    row = row_of(resident, today=timezone.localdate(now))
    if not row.answer.is_due:
        _stop(ending_id, " ".join(row.answer.not_because)[:300] or "It is kept longer.", now)
        return
    mine, taken = theirs(resident), Taken()
    for holding in HOLDINGS:
        taken.count(holding, _empty(holding, mine, taken))
    _replay_same(mine)
    taken.files.update(_old_folders(resident))
    taken.files.update(_named_reports(mine))
    for export in RecordExport.objects.filter(request__resident__in=mine.records):
        taken.files.update(files_in(f"exports/{export.pk}"))
    ending.counts = taken.counts | {"Personal": _empty_journal(mine, ending, now)}
    ending.files, ending.digest, ending.state = sorted(taken.files), taken.digest(), Ending.State.EMPTIED
    ending.save(update_fields=["counts", "files", "digest", "state"])


def _locked(ending_id: UUID) -> tuple[Ending, Resident]:
    """Home, record and destruction, locked in the order in which whoever holds back, proposes and agrees locks them."""
    found = Ending.objects.get(pk=ending_id)
    Organisation.objects.select_for_update().get(pk=found.home_id)  # a hold for all of it comes before or after
    resident = Resident.objects.select_for_update().get(pk=found.resident_id)
    return Ending.objects.select_for_update().get(pk=ending_id), resident


@transaction.atomic
def _stop(ending_id: UUID, why: str, now: datetime) -> None:
    """Nothing is destroyed, and the page says why."""
    ending, resident = _locked(ending_id)
    ending.state, ending.closed_at, ending.stopped_why = Ending.State.STOPPED, now, why
    ending.save(update_fields=["state", "closed_at", "stopped_why"])
    record("record.destruction_stopped", resident, actor=None, at=now, organisation=ending.home_id)


@transaction.atomic
def write_log(ending_id: UUID, *, now: datetime) -> None:
    """Its files are gone: write the destruction log and the journal."""
    ending = Ending.objects.select_for_update().get(pk=ending_id)
    if ending.state != Ending.State.EMPTIED:
        return
    told = {name: getattr(ending, name) for name in ("home_id", "rule", "due_on", "counts", "digest")}
    people = {
        name: getattr(ending, name) for name in ("proposed_at", "proposed_by_name", "agreed_at", "agreed_by_name")
    }
    EndedRecord.objects.create(id=ending.pk, resident_ref=ending.resident_id, destroyed_at=now, **told, **people)
    ending.state, ending.closed_at, ending.files = Ending.State.DONE, now, []
    ending.save(update_fields=["state", "closed_at", "files"])
    record(
        "record.destroyed",
        ending,
        actor=None,
        at=now,
        organisation=ending.home_id,
        resident=ending.resident_id,
        counts=ending.counts,
        digest=ending.digest,
    )


class Taken:
    """What was destroyed so far: rows by table, files, and a digest over all of it."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.files: set[str] = set()
        self.numbers = Numbers()
        self._hash = hashlib.sha256()

    def count(self, holding: Holding, rows: int) -> None:
        if rows:
            self.counts[holding.table] = rows

    def row(self, holding: Holding, row: Model) -> None:
        """Note what a row said, and the files it names."""
        columns = [each.attname for each in row._meta.concrete_fields]
        said = {name: getattr(row, name) for name in columns} if holding.removes else {}
        said |= {name: getattr(row, name) for name in holding.clears}
        self._hash.update(json.dumps([holding.table, str(row.pk), said], default=str, sort_keys=True).encode())
        self.files.update(files_of(holding, row))

    def digest(self) -> str:
        """Keyed, so that nobody can try names until one fits."""
        return blind_index(self._hash.hexdigest(), purpose="destroyed record")


def files_of(holding: Holding, row: Model) -> Iterator[str]:
    """The files on the disk that a row names: in a column, or in each page of a list of pages."""
    for column in holding.files:
        said = getattr(row, column)
        if said.startswith("["):
            yield from (page["file"] for page in json.loads(said))
        elif said:
            yield said


def _empty(holding: Holding, mine: Theirs, taken: Taken) -> int:
    rows, count = mine.rows(holding), 0
    for row in rows.iterator(chunk_size=500):
        taken.row(holding, row)
        count += 1
        if not holding.removes and holding.clears:
            model_of(holding)._base_manager.filter(pk=row.pk).update(**_left_of(holding, row, taken.numbers))
    if holding.removes:
        rows.delete()
    return count


def _left_of(holding: Holding, row: Model, numbers: Numbers) -> dict[str, Any]:
    left = dict(holding.empties)
    for column in holding.words:
        said = getattr(row, column)
        left[column] = numbers.text(said) if isinstance(said, str) else numbers.value(said)
    return left | {column: str(row.pk) for column in holding.unique}


def _replay_same(mine: Theirs) -> None:
    """Put the words of each journey's row as its facts say now; raises NotTheSame when more than words would change."""
    for transfer in Transfer.objects.filter(resident__in=mine.records):
        journey = replay.journey_of(transfer, replay.facts_of(transfer))
        changed = replay.differences(transfer, journey)
        if changed.keys() - REPLAYED:
            raise NotTheSame(sorted(changed))
        if changed:
            Transfer.objects.filter(pk=transfer.pk).update(**changed)


def _old_folders(resident: Resident) -> Iterable[str]:
    """The home's grab folders drawn while they lived there: a newer one has long taken their place, or will."""
    old = Folder.objects.filter(home=resident.home_id, drawn_at__lte=resident.archived_at).exclude(file="")
    files = list(old.values_list("file", flat=True))
    old.update(file="")
    return files


def _named_reports(mine: Theirs) -> Iterable[str]:
    """Report files with names in them of days on which they went: whoever asked has the file made again."""
    journeys = Transfer.objects.filter(resident__in=mine.records).values_list("packed_at", flat=True)
    days = {timezone.localdate(packed) for packed in journeys}
    empty = (ReportFile.State.WAITING, ReportFile.State.FORGOTTEN)
    named = ReportFile.objects.filter(named=True).exclude(state__in=empty)
    theirs = [each.pk for each in named if any(each.first_day <= day <= each.last_day for day in days)]
    ReportFile.objects.filter(pk__in=theirs).update(state=ReportFile.State.FORGOTTEN)
    return list(ReportPart.objects.filter(of__in=theirs).values_list("file", flat=True))


def _empty_journal(mine: Theirs, ending: Ending, now: datetime) -> int:
    """Destroy what the journal says of them in words; its entries and seals stay."""
    entries = entries_about(residents=mine.records, subjects=mine.ids)
    return destroy_personal(
        entries, actor=None, at=now, why="retention", organisation=ending.home_id, resident=ending.resident_id
    )
