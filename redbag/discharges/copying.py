"""A letter that came on paper is photographed page by page, looked through, and filed with its resident."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction

from redbag.discharges.copy_pages import Page, as_it_is, check_room, locked, made_harmless, pages_in, put_in
from redbag.discharges.files import all_or_nothing, drop_file, keep_letter
from redbag.discharges.filing import Told, day_of, file_letter, told_of
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


class PagesChanged(Refused):
    code = "pages_changed"


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

    Never one that holds a letter already which had been filed with somebody else: two letters would become one.
    `transfer` must be the resident's, `replaces` a copy that the home made of theirs: NotACopy otherwise.
    """
    require(actor, Permission.COPY_LETTERS, resident.home_id)
    same = {"resident": resident, **_about(resident, transfer, replaces, return_note)}
    Resident.objects.select_for_update().get(pk=resident.pk)  # two tablets begin one copy
    for begun in LetterCopy.objects.filter(**same).order_by("-changed_at"):
        if not any(page.whole for page in pages_in(begun)):
            return begun
    return LetterCopy.objects.create(
        home=resident.home, begun_by=actor.user, begun_by_name=actor.name, changed_at=now, **same
    )


@all_or_nothing()
def copy_of(*, actor: Actor, resident: Resident, letter: bytes, now: datetime) -> LetterCopy:
    """A copy of its own for a letter that had been filed with somebody else, as one PDF; `resident` is whose it is."""
    require(actor, Permission.COPY_LETTERS, resident.home_id)
    copy = LetterCopy.objects.create(
        home=resident.home, resident=resident, begun_by=actor.user, begun_by_name=actor.name, changed_at=now
    )
    put_in(copy, letter, now=now)
    return copy


def _about(resident: Resident, transfer: Transfer | None, replaces: DischargeSummary | None, return_note: bool) -> dict:
    """Which letter it is a copy of; what replaces an earlier copy is about the same stay."""
    if replaces is not None:
        if replaces.source != DischargeSummary.Source.COPIED or replaces.resident_id != resident.pk:
            raise NotACopy("Only a copy that the home made can be made again. Ask the hospital for a new letter.")
        transfer, return_note = replaces.transfer, replaces.return_note
    elif transfer is not None and (transfer.resident_id, transfer.home_id) != (resident.pk, resident.home_id):
        raise NotAllowed("That journey is another resident's.")
    return {"transfer": transfer, "replaces": replaces, "return_note": return_note}


def finish_copy(*, actor: Actor, copy: LetterCopy, values: Mapping, now: datetime) -> DischargeSummary:
    """*This is the whole letter*: its pages become one PDF of its resident, marked as copied by the home.

    `values` as `filing.told_of` reads them, except that a return note may be without date. BadInput by field;
    PagesChanged when somebody changes the pages at that moment.
    """
    require(actor, Permission.COPY_LETTERS, copy.home_id)
    told = told_of(values, today=day_of(now), undated=copy.return_note)
    copy, seen = as_it_is(copy)
    if not seen:
        raise BadInput({"file": "Take a photo of the letter first."})
    content = _one_pdf(copy, seen)
    with all_or_nothing():
        copy, pages = locked(copy)
        if pages != seen:
            raise PagesChanged("Somebody changed the pages at this moment. Look at them again.")
        about = {"transfer": copy.transfer, "replaces": copy.replaces, "return_note": copy.return_note}
        summary = _file(content, told, copy.resident, about, actor, now)
        _drop(copy, pages)
    return summary


def _one_pdf(copy: LetterCopy, pages: Sequence[Page]) -> bytes:
    """Its pages put together, before any lock is taken."""
    try:
        return joined([Part(read_file(each.file), each.content_type, each.turn) for each in pages])
    except FileNotFoundError:
        as_it_is(copy)  # CopyIsGone, when it was finished meanwhile
        raise


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
    about = _about(resident, transfer, replaces, return_note)
    told = told_of(values, today=day_of(now), undated=about["return_note"])
    made, faults = made_harmless(files)
    if faults:
        raise BadInput({"file": " ".join(faults)})
    check_room(sum(each.pages for each in made), sum(len(each.content) for each in made))
    content = joined([Part(each.content, each.content_type) for each in made])
    with all_or_nothing():
        return _file(content, told, resident, about, actor, now)


def _file(content: bytes, told: Told, resident: Resident, about: dict, actor: Actor, now: datetime) -> DischargeSummary:
    return file_letter(
        actor=actor,
        resident=resident,
        transfer=about["transfer"],
        source=DischargeSummary.Source.COPIED,
        kept=keep_letter(f"discharges/{uuid4()}", content),
        told=told,
        follows=about["replaces"],
        return_note=about["return_note"],
        now=now,
    )


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


def forget_copies(*, now: datetime, but: Collection[UUID] = ()) -> int:
    """Throw away what nobody has touched for a week, except of the residents in `but`; how many were."""
    gone = 0
    old = LetterCopy.objects.filter(changed_at__lte=now - KEPT).exclude(resident__in=but)
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            copy = LetterCopy.objects.select_for_update().filter(pk=pk, changed_at__lte=now - KEPT).first()
            if copy is not None:
                _record("letter.forgotten", copy, None, now, pages=len(pages_in(copy)))
                _drop(copy, pages_in(copy))
                gone += 1
    return gone


def _drop(copy: LetterCopy, pages: list[Page]) -> None:
    for each in pages:
        transaction.on_commit(partial(drop_file, each.file), robust=True)
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
