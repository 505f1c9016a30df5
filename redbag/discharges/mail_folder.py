"""Mail that a server puts into a folder: taken in one by one, the oldest first."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings

from redbag.discharges.mail import take_mail
from redbag.discharges.mail_parts import LARGEST, BadMail

log = structlog.get_logger()
ONE_SWEEP = timedelta(seconds=3)  # the journal is sealed by the same worker
NOT_YET = (".part", ".tmp")


def sweep_folder(*, now: Callable[[], datetime]) -> int:
    """Take in what lies in REDBAG_DATA/mail-in for a few seconds, and leave the rest to the next sweep; how many.

    A mail that is taken leaves a line in `done` saying what became of it, and is deleted: it would lie there unsealed.
    One that cannot be read goes to `failed` as it is. What a server is still writing ends in .part or .tmp, or begins
    with a dot.
    """
    began = now()
    folder = Path(settings.REDBAG_DATA) / "mail-in"
    if not folder.is_dir():
        return 0
    done = 0
    for mail in sorted(_mails(folder), key=lambda each: each.stat().st_mtime):
        if now() - began >= ONE_SWEEP:
            break
        done += _take(mail, now())
    return done


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
        mail.replace(_beside(mail, "failed") / f"{now:%Y%m%dT%H%M%S%f}-{mail.name}")
    except Exception as wrong:
        log.warning("mail.waits", why=type(wrong).__name__)
        return False
    else:
        with (_beside(mail, "done") / f"{now:%Y-%m-%d}.txt").open("a") as told:
            told.write(f"{now.isoformat()} {taken.outcome.value} {len(taken.letters)} {mail.name}\n")
    mail.unlink(missing_ok=True)
    return True


def _beside(mail: Path, where: str) -> Path:
    folder = mail.parent / where
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
