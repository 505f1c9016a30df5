"""Mail that a server puts into a folder: taken in one by one, the oldest first."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings

from redbag.discharges.mail import take_mail
from redbag.discharges.mail_parts import LARGEST, BadMail

log = structlog.get_logger()
AT_ONCE = 50
NOT_YET = (".part", ".tmp")


def sweep_folder(*, now: datetime) -> int:
    """Take in what lies in REDBAG_DATA/mail-in; how many mails were dealt with.

    A mail that is taken leaves a line in `done` saying what became of it, and is deleted: it would lie there unsealed.
    One that cannot be read goes to `failed` as it is. What a server is still writing ends in .part or .tmp, or begins
    with a dot.
    """
    folder = Path(settings.REDBAG_DATA) / "mail-in"
    if not folder.is_dir():
        return 0
    waiting = sorted(_mails(folder), key=lambda each: each.stat().st_mtime)[:AT_ONCE]
    return sum(_take(each, now) for each in waiting)


def _mails(folder: Path) -> Iterator[Path]:
    for each in folder.iterdir():
        if each.is_file() and not each.is_symlink() and not each.name.startswith(".") and each.suffix not in NOT_YET:
            yield each


def _take(mail: Path, now: datetime) -> bool:
    try:
        with mail.open("rb") as file:
            taken = take_mail(content=file.read(LARGEST + 1), now=now)
    except FileNotFoundError:  # another worker was faster
        return False
    except BadMail as wrong:
        log.warning("mail.failed", why=str(wrong))
        _beside(mail, "failed", now).write_bytes(mail.read_bytes())
    except Exception as wrong:
        log.warning("mail.waits", why=type(wrong).__name__)
        return False
    else:
        _beside(mail, "done", now).write_text(f"{now.isoformat()} {taken.outcome.value} {len(taken.letters)}\n")
    mail.unlink(missing_ok=True)
    return True


def _beside(mail: Path, where: str, now: datetime) -> Path:
    folder = mail.parent / where
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{now:%Y%m%dT%H%M%S%f}-{mail.name}"
