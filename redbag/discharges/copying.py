"""A letter that came on paper is photographed page by page, looked through, and filed with its resident."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from django.db import transaction

from redbag.discharges.files import drop_file, keep_letter
from redbag.discharges.filing import day_of, file_letter, told_of
from redbag.discharges.models import DischargeSummary, LetterCopy
from redbag.documents.joining import Part, joined
from redbag.documents.uploads import MOST_PAGES, PDF, remade
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.recording import record
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer
from redbag.vault import read_file

KEPT = timedelta(days=7)
LARGEST = 60 * 1024 * 1024
EARLIER, LATER, TURN, REMOVE = CHANGES = ("earlier", "later", "turn", "remove")
FULL = f"A letter has {MOST_PAGES} pages at most. Finish this one, and copy the rest as another."


class CopyIsGone(Refused):
    code = "copy_is_gone"


class NotACopy(Refused):
    code = "not_a_copy"


@dataclass(frozen=True)
class Page:
    """One photo or PDF of a copy: where it is kept, how many pages it has, and how far it is turned to the right."""

    id: str
    file: str
    content_type: str
    pages: int
    size: int
    turn: int = 0

    @property
    def is_pdf(self) -> bool:
        """Whether it came as a PDF."""
        return self.content_type == PDF


def pages_in(copy: LetterCopy) -> list[Page]:
    """The pages so far, in their order."""
    return [Page(**each) for each in json.loads(copy.pages)] if copy.pages else []


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


def add_pages(*, actor: Actor, copy: LetterCopy, files: Sequence[bytes], now: datetime) -> list[str]:
    """Add photos or PDFs at the end, made harmless and encrypted; says in words which could not be taken.

    What can be taken is kept whatever becomes of the others. BadInput when nothing was chosen; Busy as `remade`.
    """
    require(actor, Permission.COPY_LETTERS, copy.home_id)
    if not any(files):
        raise BadInput({"file": "Take a photo of the letter, or choose its file."})
    faults = []
    for number, file in enumerate(files, start=1):
        try:
            _add(actor, copy, file, now)
        except BadInput as wrong:
            words = wrong.errors["file"]
            faults.append(words if len(files) == 1 else f"File {number}: {words}")
    return faults


def _add(actor: Actor, copy: LetterCopy, file: bytes, now: datetime) -> None:
    made = remade(file)
    name, _ = keep_letter(f"copies/{uuid4()}", made.content)
    try:
        with transaction.atomic():
            copy, pages = _locked(copy)
            if sum(each.pages for each in pages) + made.pages > MOST_PAGES:
                raise BadInput({"file": FULL})
            if sum(each.size for each in pages) + len(made.content) > LARGEST:
                raise BadInput({"file": "This letter is too large. Finish it, and copy the rest as another."})
            page = Page(uuid4().hex, name, made.content_type, made.pages, len(made.content))
            _keep(copy, [*pages, page], now)
    except BaseException:
        drop_file(name)
        raise


@transaction.atomic
def change_page(*, actor: Actor, copy: LetterCopy, page: str, change: str, now: datetime) -> None:
    """Move a page one place, turn it to the right by a quarter, or take it off. A page that is gone changes nothing."""
    require(actor, Permission.COPY_LETTERS, copy.home_id)
    if change not in CHANGES:
        raise BadInput({"change": f"Choose one of: {', '.join(CHANGES)}."})
    copy, pages = _locked(copy)
    place = next((at for at, each in enumerate(pages) if each.id == page), None)
    if place is None:
        return
    if change == REMOVE:
        transaction.on_commit(partial(drop_file, pages.pop(place).file))
    elif change == TURN:
        pages[place] = replace(pages[place], turn=(pages[place].turn + 90) % 360)
    else:
        to = place - 1 if change == EARLIER else place + 1
        if 0 <= to < len(pages):
            pages[place], pages[to] = pages[to], pages[place]
    _keep(copy, pages, now)


@transaction.atomic
def finish_copy(*, actor: Actor, copy: LetterCopy, values: Mapping, now: datetime) -> DischargeSummary:
    """*This is the whole letter*: its pages become one PDF of its resident, marked as copied by the home.

    `values` as `filing.told_of` reads them, except that a return note may be without date. BadInput by field.
    """
    require(actor, Permission.COPY_LETTERS, copy.home_id)
    told = told_of(values, today=day_of(now), undated=copy.return_note)
    copy, pages = _locked(copy)
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
    copy, pages = _locked(copy)
    _record("letter.thrown_away", copy, actor, now, pages=len(pages))
    _drop(copy, pages)


@transaction.atomic
def not_theirs(*, actor: Actor, copy: LetterCopy, now: datetime) -> None:
    """The letter is somebody else's: its pages are gone at once, and the journal says so as a data incident.

    What the letter says, and of whom, is written nowhere.
    """
    require(actor, Permission.COPY_LETTERS, copy.home_id)
    copy, pages = _locked(copy)
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


def _locked(copy: LetterCopy) -> tuple[LetterCopy, list[Page]]:
    rows = LetterCopy.objects.select_for_update(of=("self",))
    found = rows.select_related("resident__home", "transfer", "replaces").filter(pk=copy.pk).first()
    if found is None:
        raise CopyIsGone("This copy was finished or thrown away on another screen.")
    return found, pages_in(found)


def _keep(copy: LetterCopy, pages: list[Page], now: datetime) -> None:
    copy.pages, copy.changed_at = json.dumps([asdict(each) for each in pages]), now
    copy.save(update_fields=["pages", "changed_at"])


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
