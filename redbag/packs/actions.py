"""Papers and grab folders are printed; a sheet's page is opened by somebody without an account, stopped by the home."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from redbag.errors import BadInput, Refused
from redbag.journal.recording import PRINTED, record, record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Organisation
from redbag.packs import folders, tasks
from redbag.packs.drawing import paper_of
from redbag.packs.models import Folder, Paper, Reader, Sheet
from redbag.packs.sheets import is_open
from redbag.queues.bells import ring
from redbag.transfers.models import Transfer

OPEN_FOR = timedelta(hours=12)
LONGEST = {"name": 150, "role": 100, "organisation": 150}
ASKED = {
    "name": "Write your name.",
    "role": "Write what you do, for example nurse.",
    "organisation": "Write where you work, for example Ward 4B, City Hospital.",
}
FILES = {Paper.Kind.SUMMARY: "emergency-summary.pdf", Paper.Kind.PACK: "hospital-pack.pdf"}


@dataclass(frozen=True)
class Handed:
    """A paper as it is handed out; the name of its file names nobody."""

    content: bytes
    headers: dict[str, str]


def print_paper(*, actor: Actor, transfer: Transfer, kind: str, now: datetime) -> Handed:
    """A paper of a journey that the actor may see, never older than what was told; printing it is in the journal."""
    content = paper_of(transfer=transfer, kind=kind, now=now)
    where = actor.first_place()
    record_view(kind, transfer, actor=actor, at=now, organisation=where, resident=transfer.resident_id, way=PRINTED)
    shown = f'inline; filename="{FILES[Paper.Kind(kind)]}"'
    return Handed(content, {"Content-Type": "application/pdf", "Content-Disposition": shown})


@transaction.atomic
def ask_folder(*, actor: Actor, home: Organisation, now: datetime) -> Folder:
    """Have the home's grab folder drawn now; the one that is waiting already when there is one."""
    require(actor, Permission.PACK, home)
    folder = folders.ask(home, now=now)
    record("folder.asked", folder, actor=actor, at=now, organisation=home)
    transaction.on_commit(partial(ring, tasks.sweep_folders))
    return folder


def print_folder(*, actor: Actor, folder: Folder, now: datetime) -> Handed:
    """The grab folder (its home joined) as PDF; the journal names everybody in it. Gone once a newer one is kept."""
    require(actor, Permission.PACK, folder.home)
    content = folders.file_of(folder)
    people = [each.pk for each in folders.residents_of(folder.home)]
    record_view("folder", folder, actor=actor, at=now, organisation=folder.home, residents=people, way=PRINTED)
    shown = f'inline; filename="grab-folder-{folder.drawn_at:%Y-%m-%d}.pdf"'
    return Handed(content, {"Content-Type": "application/pdf", "Content-Disposition": shown})


@transaction.atomic
def open_sheet(*, sheet: Sheet, name: str, role: str, organisation: str, now: datetime) -> Reader:
    """Open the page for somebody who says who they are; nobody checks it, and it is kept as they typed it.

    BadInput by field; Refused when the journey has ended or the home has stopped the sheet.
    """
    told = {"name": name.strip(), "role": role.strip(), "organisation": organisation.strip()}
    wrong = {field: ASKED[field] for field, words in told.items() if not words}
    wrong |= {field: f"Use at most {most} letters." for field, most in LONGEST.items() if len(told[field]) > most}
    if wrong:
        raise BadInput(wrong)
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("transfer").get(pk=sheet.pk)
    if not is_open(sheet, now=now):
        raise Refused("This journey has ended.", code="sheet_ended")
    reader = Reader.objects.create(sheet=sheet, opened_at=now, until=now + OPEN_FOR, **told)
    record(
        "sheet.opened",
        sheet.transfer,
        actor=None,
        at=now,
        organisation=sheet.transfer.home_id,
        resident=sheet.transfer.resident_id,
        personal=told,
        reader=reader.pk,
    )
    return reader


@transaction.atomic
def stop_sheet(*, actor: Actor, sheet: Sheet, now: datetime) -> Sheet:
    """Close the page behind the printed sheet for everybody, at once. Stopping it again changes nothing."""
    require(actor, Permission.PACK, sheet.transfer.home_id)
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("transfer").get(pk=sheet.pk)
    if sheet.stopped_at is not None:
        return sheet
    sheet.stopped_at, sheet.stopped_by_name = now, actor.name
    sheet.save(update_fields=["stopped_at", "stopped_by_name"])
    record(
        "sheet.stopped",
        sheet.transfer,
        actor=actor,
        at=now,
        organisation=sheet.transfer.home_id,
        resident=sheet.transfer.resident_id,
    )
    return sheet
