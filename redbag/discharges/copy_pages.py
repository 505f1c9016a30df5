"""The pages of a letter while it is copied: added, moved, turned and taken off."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from redbag.discharges.files import all_or_nothing, drop_file, keep_letter
from redbag.discharges.models import LetterCopy
from redbag.documents.files import page_count
from redbag.documents.uploads import MOST_PAGES, PDF, Remade, remade
from redbag.errors import BadInput, Refused
from redbag.organisations.access import Actor, Permission, require

LARGEST = 60 * 1024 * 1024
EARLIER, LATER, TURN, REMOVE = CHANGES = ("earlier", "later", "turn", "remove")
FULL = f"A letter has {MOST_PAGES} pages at most. Finish this one, and copy the rest as another."


class CopyIsGone(Refused):
    code = "copy_is_gone"


@dataclass(frozen=True)
class Page:
    """One photo or PDF of a copy: where it is kept, how many pages it has, and how far it is turned to the right.

    `whole` is a letter that was filed before, with somebody else.
    """

    id: str
    file: str
    content_type: str
    pages: int
    size: int
    turn: int = 0
    whole: bool = False

    @property
    def is_pdf(self) -> bool:
        """Whether it came as a PDF."""
        return self.content_type == PDF


def pages_in(copy: LetterCopy) -> list[Page]:
    """The pages so far, in their order."""
    return [Page(**each) for each in json.loads(copy.pages)] if copy.pages else []


def add_pages(*, actor: Actor, copy: LetterCopy, files: Sequence[bytes], now: datetime) -> list[str]:
    """Add photos or PDFs at the end, made harmless and encrypted; says in words which could not be taken.

    What can be taken is kept whatever becomes of the others. BadInput when nothing was chosen; Busy as `remade`.
    """
    require(actor, Permission.COPY_LETTERS, copy.home_id)
    return _each(files, lambda file: _put(copy, remade(file), now))


def made_harmless(files: Sequence[bytes]) -> tuple[list[Remade], list[str]]:
    """The files as they would be added, and in words which cannot be taken. BadInput when nothing was chosen; Busy."""
    made: list[Remade] = []
    return made, _each(files, lambda file: made.append(remade(file)))


def _each(files: Sequence[bytes], take: Callable[[bytes], None]) -> list[str]:
    if not any(files):
        raise BadInput({"file": "Take a photo of the letter, or choose its file."})
    faults = []
    for number, file in enumerate(files, start=1):
        try:
            take(file)
        except BadInput as wrong:
            words = wrong.errors["file"]
            faults.append(words if len(files) == 1 else f"File {number}: {words}")
    return faults


def put_in(copy: LetterCopy, pdf: bytes, *, now: datetime) -> None:
    """Add a PDF of ours at the end, as it is, with a mark that it was a letter by itself."""
    _put(copy, Remade(pdf, PDF, page_count(pdf)), now, whole=True)


def check_room(pages: int, size: int) -> None:
    """BadInput for a letter of so many pages or bytes that it cannot be kept as one."""
    if pages > MOST_PAGES:
        raise BadInput({"file": FULL})
    if size > LARGEST:
        raise BadInput({"file": "This letter is too large. Finish it, and copy the rest as another."})


@all_or_nothing()
def _put(copy: LetterCopy, made: Remade, now: datetime, *, whole: bool = False) -> None:
    copy, pages = locked(copy)
    size = len(made.content)
    check_room(sum(each.pages for each in pages) + made.pages, sum(each.size for each in pages) + size)
    name, _ = keep_letter(f"copies/{uuid4()}", made.content)
    _keep(copy, [*pages, Page(uuid4().hex, name, made.content_type, made.pages, size, whole=whole)], now)


@transaction.atomic
def change_page(*, actor: Actor, copy: LetterCopy, page: str, change: str, now: datetime) -> None:
    """Move a page one place, turn it to the right by a quarter, or take it off. A page that is gone changes nothing."""
    require(actor, Permission.COPY_LETTERS, copy.home_id)
    if change not in CHANGES:
        raise BadInput({"change": f"Choose one of: {', '.join(CHANGES)}."})
    copy, pages = locked(copy)
    place = next((at for at, each in enumerate(pages) if each.id == page), None)
    if place is None:
        return
    if change == REMOVE:
        transaction.on_commit(partial(drop_file, pages.pop(place).file), robust=True)
    elif change == TURN:
        pages[place] = replace(pages[place], turn=(pages[place].turn + 90) % 360)
    else:
        to = place - 1 if change == EARLIER else place + 1
        if 0 <= to < len(pages):
            pages[place], pages[to] = pages[to], pages[place]
    _keep(copy, pages, now)


def locked(copy: LetterCopy) -> tuple[LetterCopy, list[Page]]:
    return _found(copy, LetterCopy.objects.select_for_update(of=("self",)))


def as_it_is(copy: LetterCopy) -> tuple[LetterCopy, list[Page]]:
    return _found(copy, LetterCopy.objects.all())


def _found(copy: LetterCopy, rows: QuerySet[LetterCopy]) -> tuple[LetterCopy, list[Page]]:
    found = rows.select_related("resident__home", "transfer", "replaces").filter(pk=copy.pk).first()
    if found is None:
        raise CopyIsGone("This copy was finished or thrown away on another screen.")
    return found, pages_in(found)


def _keep(copy: LetterCopy, pages: list[Page], now: datetime) -> None:
    copy.pages, copy.changed_at = json.dumps([asdict(each) for each in pages]), now
    copy.save(update_fields=["pages", "changed_at"])
