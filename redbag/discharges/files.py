"""The files of letters: kept encrypted, read whole or page by page as pictures."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

import pikepdf
from cryptography.fernet import InvalidToken
from django.core.files.storage import default_storage
from django.db import transaction

from redbag.documents.drawing import draw_page
from redbag.documents.files import page_count
from redbag.vault import keep_file, read_file

SEALED = b"gAAAAA"  # how everything begins that the vault has sealed; no PDF, JSON or XML does
PDF = b"%PDF-"
FIRST_BYTES = 1024
UNREADABLE = (OSError, InvalidToken, pikepdf.PdfError, ValueError)
_KEPT: ContextVar[list[str] | None] = ContextVar("kept", default=None)


class Filed(Protocol):
    """A row with a file: a summary or a mailed letter."""

    @property
    def file(self) -> str: ...


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """A transaction with its files: what `keep_letter` keeps in it is deleted again when it is rolled back.

    Inside another one its files go with that one. Once it is committed they stay, whatever fails after that.
    """
    outer, names = _KEPT.get(), list[str]()
    token = _KEPT.set(names)
    try:
        with transaction.atomic():
            transaction.on_commit(names.clear)  # the first to be called: no other can fail before it
            yield
    except BaseException:
        for name in names:
            drop_file(name)
        raise
    else:
        if outer is not None:
            outer.extend(names)
    finally:
        _KEPT.reset(token)


def keep_letter(name: str, content: bytes) -> tuple[str, str]:
    """Keep a file under a folder name of its own, encrypted; returns where it is and its SHA-256.

    In `all_or_nothing` it goes with the rows: outside of it a rollback leaves a file that no row knows.
    """
    file = keep_file(f"{name}/whole", content)
    kept = _KEPT.get()
    if kept is not None:
        kept.append(file)
    return file, hashlib.sha256(content).hexdigest()


def file_of(letter: Filed) -> bytes:
    """The whole file, whether it was kept encrypted or, as it was before, plain.

    FileNotFoundError when it is gone, cryptography's InvalidToken when its key is.
    """
    if not letter.file:
        raise FileNotFoundError(letter.file)
    with default_storage.open(letter.file) as file:
        sealed = file.read(len(SEALED)) == SEALED
        file.seek(0)
        return read_file(letter.file) if sealed else file.read()


def is_pdf(content: bytes) -> bool:
    """Whether the file is a PDF, by what is in it."""
    return PDF in content[:FIRST_BYTES]


def pages_of(letter: Filed) -> int:
    """How many pages can be shown as pictures; 0 when there is no file, it is no PDF, or it cannot be read."""
    try:
        content = file_of(letter)
        return page_count(content) if is_pdf(content) else 0
    except UNREADABLE:
        return 0


def page_of(letter: Filed, number: int) -> bytes:
    """A page as a JPEG, 1 being the first; raises LookupError for a page there is not, CannotBeDrawn, and Busy."""
    content = file_of(letter)
    if not is_pdf(content) or not 1 <= number <= page_count(content):
        raise LookupError(number)
    return _drawn(letter, f"page-{number}", lambda: draw_page(content, number))


def drop_file(name: str) -> None:
    """Delete a file and the pictures that were drawn of its pages."""
    folder = _folder(name)
    if folder != name.rpartition("/")[0]:  # it had no folder of its own
        default_storage.delete(name)
    try:
        _, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for each in names:
        default_storage.delete(f"{folder}/{each}")


def _drawn(letter: Filed, part: str, make: Callable[[], bytes]) -> bytes:
    name = f"{_folder(letter.file)}/{part}"
    try:
        return read_file(name)
    except FileNotFoundError:
        made = make()
    kept = keep_file(name, made)
    if kept != name:  # somebody drew it at the same time
        default_storage.delete(kept)
    return made


def _folder(name: str) -> str:
    """Where the pictures of a file's pages lie: beside it, or beside its name where it has no folder of its own."""
    folder, _, last = name.rpartition("/")
    return folder if last == "whole" else f"{folder}/{last.partition('.')[0]}-pages"
