"""A letter that came on paper is photographed page by page, looked through, and filed with its resident."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from django.db import transaction

from redbag.discharges.copy_pages import Page, add_pages, locked, pages_in
from redbag.discharges.files import drop_file, keep_letter
from redbag.discharges.filing import day_of, file_letter, told_of
from redbag.discharges.models import DischargeSummary, LetterCopy
from redbag.documents.joining import Part, joined
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer
from redbag.vault import read_file

KEPT = timedelta(days=7)


class NotACopy(Refused):
    code = "not_a_copy"


@transaction.atomic
def begin_copy(
    *,
    actor: Actor,
    resident: Resident,
    transfer: Transfer | None = None,
    replaces: DischargeSummary | None = None,
    return_note: bool = False,
    now: datetime,
) -> LetterCopy:
    """A copy to put pages into: the one that was begun for the same letter and is not finished, else a new one.

    `transfer` must be the resident's, `replaces` a copy that the home made of theirs: NotACopy otherwise.
    """
    require(actor, Permission.COPY_LETTERS, resident.home_id)
    same = {"resident": resident, **_about(resident, transfer, replaces, return_note)}
    Resident.objects.select_for_update().get(pk=resident.pk)  # two tablets begin one copy
    begun = LetterCopy.objects.filter(**same, changed_at__gt=now - KEPT).order_by("-changed_at").first()
    if begun is not None:
        return begun
    return LetterCopy.objects.create(
        home=resident.home, begun_by=actor.user, begun_by_name=actor.name, changed_at=now, **same
    )


def _about(resident: Resident, transfer: Transfer | None, replaces: DischargeSummary | None, return_note: bool) -> dict:
    """Which letter it is a copy of; what replaces an earlier copy is about the same stay."""
    if replaces is not None:
        if replaces.source != DischargeSummary.Source.COPIED or replaces.resident_id != resident.pk:
            raise NotACopy("Only a copy that the home made can be made again. Ask the hospital for a new letter.")
        transfer, return_note = replaces.transfer, replaces.return_note
    elif transfer is not None and (transfer.resident_id, transfer.home_id) != (resident.pk, resident.home_id):
        raise NotAllowed("That journey is another resident's.")
    return {"transfer": transfer, "replaces": replaces, "return_note": return_note}


@transaction.atomic
def finish_copy(*, actor: Actor, copy: LetterCopy, values: Mapping, now: datetime) -> DischargeSummary:
    """*This is the whole letter*: its pages become one PDF of its resident, marked as copied by the home.

    `values` as `filing.told_of` reads them, except that a return note may be without date. BadInput by field.
    """
    require(actor, Permission.COPY_LETTERS, copy.home_id)
    told = told_of(values, today=day_of(now), undated=copy.return_note)
    copy, pages = locked(copy)
    if not pages:
        raise BadInput({"file": "Take a photo of the letter first."})
    content = joined([Part(read_file(each.file), each.content_type, each.turn) for each in pages])
    summary = file_letter(
        actor=actor,
        resident=copy.resident,
        transfer=copy.transfer,
        source=DischargeSummary.Source.COPIED,
        kept=keep_letter(f"discharges/{uuid4()}", content),
        told=told,
        follows=copy.replaces,
        return_note=copy.return_note,
        now=now,
    )
    _drop(copy, pages)
    return summary


def copy_at_once(
    *,
    actor: Actor,
    resident: Resident,
    files: Sequence[bytes],
    values: Mapping,
    transfer: Transfer | None = None,
    replaces: DischargeSummary | None = None,
    return_note: bool = False,
    now: datetime,
) -> DischargeSummary:
    """The whole letter in one call, its photos and PDFs in their order; all of it is filed or nothing.

    BadInput by field: what `filing.told_of` says of `values`, and the fault of a file under `file`.
    """
    require(actor, Permission.COPY_LETTERS, resident.home_id)
    told_of(values, today=day_of(now), undated=return_note)
    with transaction.atomic():
        copy = LetterCopy.objects.create(
            home=resident.home,
            resident=resident,
            begun_by=actor.user,
            begun_by_name=actor.name,
            changed_at=now,
            **_about(resident, transfer, replaces, return_note),
        )
        if faults := add_pages(actor=actor, copy=copy, files=files, now=now):
            raise BadInput({"file": " ".join(faults)})
        return finish_copy(actor=actor, copy=copy, values=values, now=now)


@transaction.atomic
def leave_copy(*, actor: Actor, copy: LetterCopy, now: datetime) -> None:
    """Throw the pages away: nothing was filed, so nothing is written but that it was thrown away."""
    require(actor, Permission.COPY_LETTERS, copy.home_id)
    copy, pages = locked(copy)
    _record("letter.thrown_away", copy, actor, now, pages=len(pages))
    _drop(copy, pages)


@transaction.atomic
def not_theirs(*, actor: Actor, copy: LetterCopy, now: datetime) -> None:
    """The letter is somebody else's: its pages are gone at once, and the journal says so as a data incident.

    What the letter says, and of whom, is written nowhere.
    """
    require(actor, Permission.COPY_LETTERS, copy.home_id)
    copy, pages = locked(copy)
    _record("letter.somebody_elses", copy, actor, now, pages=len(pages), data_incident=True)
    _drop(copy, pages)


def forget_copies(*, now: datetime) -> int:
    """Throw away what nobody has touched for a week; how many."""
    old = list(LetterCopy.objects.filter(changed_at__lte=now - KEPT).values_list("pk", flat=True))
    for pk in old:
        with transaction.atomic():
            copy = LetterCopy.objects.select_for_update().filter(pk=pk, changed_at__lte=now - KEPT).first()
            if copy is not None:
                _record("letter.forgotten", copy, None, now, pages=len(pages_in(copy)))
                _drop(copy, pages_in(copy))
    return len(old)


def _drop(copy: LetterCopy, pages: list[Page]) -> None:
    for each in pages:
        transaction.on_commit(partial(drop_file, each.file))
    copy.delete()


def _record(action: str, copy: LetterCopy, actor: Actor | None, now: datetime, **facts) -> None:
    record(
        action,
        copy,
        actor=actor,
        at=now,
        organisation=copy.home_id,
        resident=copy.resident_id,
        transfer=copy.transfer_id,
        **facts,
    )
