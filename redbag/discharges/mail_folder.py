"""Mail that a server puts into a folder: taken in one by one, the oldest first, and none waits behind a bad one."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from cryptography.fernet import InvalidToken
from django.conf import settings

from redbag.discharges.mail import say_it_failed, take_mail
from redbag.discharges.mail_parts import LARGEST, BadMail
from redbag.vault import seal_bytes, unseal_bytes

log = structlog.get_logger()
ONE_SWEEP = timedelta(seconds=3)  # the journal is sealed by the same worker
NOT_YET = (".part", ".tmp")
WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))  # before each try after the first
AGAIN, DONE, FAILED = "again", "done", "failed"
SEALED = ".sealed"
LONGEST_NAME = 100
COULD_NOT = "A mail came that could not be taken in."


def sweep_folder(*, now: Callable[[], datetime]) -> int:
    """Take in what lies in REDBAG_DATA/mail-in for a few seconds, and leave the rest to the next sweep; how many.

    A mail that is taken leaves a line in `done` saying what became of it, and is deleted: it would lie there unsealed.
    One that fails waits sealed in `again` while others are taken, and is tried three times more; then its homes are
    told in words. It goes to `failed`, sealed, like one that is no mail. What a server is still writing ends in .part
    or .tmp, or begins with a dot.
    """
    began = now()
    folder = _folder()
    if not folder.is_dir():
        return 0
    done = 0
    for mail in [*_by_age(folder), *(each for each in _by_age(folder / AGAIN) if _is_due(each, began))]:
        if now() - began >= ONE_SWEEP:
            break
        try:
            done += _take(folder, mail, now())
        except OSError as wrong:  # another worker was faster, or the disk says no: it stays where it is
            log.warning("mail.stays", why=type(wrong).__name__)
    return done


def lying_in_folder() -> dict[str, int]:
    """How many mails wait to be taken in, are to be tried again, and have failed; empty when nobody can look."""
    folder = _folder()
    names = {"waiting": folder, AGAIN: folder / AGAIN, FAILED: folder / FAILED}
    try:
        return {name: sum(1 for _ in _mails(where)) for name, where in names.items()}
    except OSError:
        return {}


def failed_mails() -> dict[str, Path]:
    """What could not be taken in, by name, the oldest first."""
    return {each.name: each for each in _by_age(_folder() / FAILED)}


def read_mail(mail: Path) -> bytes:
    """A mail as it came, whether it lies sealed or not; InvalidToken for one that was sealed with other keys."""
    with mail.open("rb") as file:
        content = file.read(-1 if mail.suffix == SEALED else LARGEST + 1)
    return unseal_bytes(content) if mail.suffix == SEALED else content


def _folder() -> Path:
    return Path(settings.REDBAG_DATA) / "mail-in"


def _mails(folder: Path) -> Iterator[Path]:
    for each in folder.iterdir() if folder.is_dir() else ():
        if each.is_file() and not each.is_symlink() and not each.name.startswith(".") and each.suffix not in NOT_YET:
            yield each


def _by_age(folder: Path) -> list[Path]:
    return sorted(_mails(folder), key=_last_touched)


def _last_touched(mail: Path) -> float:
    try:
        return mail.stat().st_mtime
    except OSError:
        return 0.0


def _tries(mail: Path) -> int:
    """How often it has failed, as its name in `again` says."""
    said, _, _ = mail.name.partition("-")
    return int(said) if mail.parent.name == AGAIN and said.isdecimal() else 0


def _is_due(mail: Path, now: datetime) -> bool:
    wait = WAITS[min(max(_tries(mail), 1), len(WAITS)) - 1]
    return _last_touched(mail) + wait.total_seconds() <= now.timestamp()


def _take(folder: Path, mail: Path, now: datetime) -> bool:
    try:
        content = read_mail(mail)
    except InvalidToken as wrong:
        raise OSError(f"{mail.name} was sealed with another key") from wrong
    try:
        taken = take_mail(content=content, now=now)
    except BadMail as wrong:
        log.warning("mail.failed", why=str(wrong))
        _put(content, mail, _name(folder / FAILED, f"{now:%Y%m%dT%H%M%S%f}", mail))
        return True
    except Exception as wrong:
        log.warning("mail.waits", why=type(wrong).__name__, tries=_tries(mail) + 1)
        return _once_more(folder, mail, content, now)
    with (_made(folder / DONE) / f"{now:%Y-%m-%d}.txt").open("a") as told:
        told.write(f"{now.isoformat()} {taken.outcome.value} {len(taken.letters)} {mail.name}\n")
    mail.unlink(missing_ok=True)
    return True


def _once_more(folder: Path, mail: Path, content: bytes, now: datetime) -> bool:
    """Put it where it is tried again later; after the last time tell its homes. Whether it is done with."""
    tries = _tries(mail) + 1
    if tries <= len(WAITS):
        again = _put(content, mail, _name(folder / AGAIN, str(tries), mail))
        os.utime(again, (now.timestamp(), now.timestamp()))
        return False
    try:
        say_it_failed(content=content, words=COULD_NOT, now=now)
    except Exception as wrong:
        log.error("mail.untold", why=type(wrong).__name__)
        os.utime(mail, (now.timestamp(), now.timestamp()))
        return False
    _put(content, mail, _name(folder / FAILED, f"{now:%Y%m%dT%H%M%S%f}", mail))
    return True


def _put(content: bytes, mail: Path, where: Path) -> Path:
    """Lay a mail down sealed in another place; killed between the two steps it lies in both, and is taken once."""
    draft = where.with_name(f".{where.name}")
    draft.touch(mode=0o600)
    draft.write_bytes(seal_bytes(content))
    draft.replace(where)
    mail.unlink(missing_ok=True)
    return where


def _name(where: Path, begins: str, mail: Path) -> Path:
    own = mail.name.partition("-")[2] if _tries(mail) else mail.name
    return _made(where) / f"{begins}-{own.removesuffix(SEALED)[-LONGEST_NAME:]}{SEALED}"


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
