"""Programs that open what strangers made: each run is a process that knows no secret and is stopped in time."""

import subprocess
import sys
import threading
from pathlib import Path

from redbag.errors import Busy

PROGRAMS = Path(__file__).resolve().parent
SECONDS = 20
LARGEST = 8 * 1024 * 1024
AT_ONCE = threading.BoundedSemaphore(2)
WAIT = 10
STILL_DRAWING = "The page is still being drawn. Try again in a moment."


class Stumbled(Exception):
    """The program made no JPEG; `code` is what it ended with, None when it was stopped."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


def run(program: str, file: bytes, *words: str) -> bytes:
    """The JPEG that a program beside this one makes of a file; Stumbled when it makes none, after 20 seconds at most.

    Two run at once for each worker; Busy for whoever has waited ten seconds for their turn. The environment, with its
    keys, stays here.
    """
    if not AT_ONCE.acquire(timeout=WAIT):
        raise Busy(STILL_DRAWING)
    try:
        made = _made([sys.executable, "-I", str(PROGRAMS / program), *words], file)
    finally:
        AT_ONCE.release()
    if not made.startswith(b"\xff\xd8\xff") or len(made) > LARGEST:
        raise Stumbled(0)
    return made


def _made(command: list[str], file: bytes) -> bytes:
    try:
        done = subprocess.run(
            command, input=file, capture_output=True, timeout=SECONDS, check=True, env={}, cwd="/", close_fds=True
        )
    except subprocess.CalledProcessError as ended:
        raise Stumbled(ended.returncode) from None
    except (subprocess.TimeoutExpired, BrokenPipeError):
        raise Stumbled(None) from None
    return done.stdout
