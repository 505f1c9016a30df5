"""Pictures of the pages of a PDF, drawn in a process of its own that is stopped when it takes too long or too much."""

import subprocess
import sys
import threading
from pathlib import Path

from redbag.errors import Refused

PROGRAM = Path(__file__).with_name("page_to_jpeg.py")
SECONDS = 20
LARGEST = 8 * 1024 * 1024
AT_ONCE = threading.BoundedSemaphore(2)
CANNOT = "We cannot draw page {} of this PDF. Print it and take a photo of the page, or save it again as PDF."


class CannotBeDrawn(Refused):
    code = "cannot_be_drawn"


def draw_page(pdf: bytes, number: int) -> bytes:
    """The page (1 is the first) as a JPEG, 1600 points on its long side; CannotBeDrawn after 20 seconds at most.

    pdfium is not safe to use from several threads, so each page has a process; two of them at once for each worker.
    """
    command = [sys.executable, "-I", str(PROGRAM), str(number)]
    with AT_ONCE:
        try:
            done = subprocess.run(command, input=pdf, capture_output=True, timeout=SECONDS, check=True)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired, BrokenPipeError):
            raise CannotBeDrawn(CANNOT.format(number)) from None
    if not done.stdout.startswith(b"\xff\xd8\xff") or len(done.stdout) > LARGEST:
        raise CannotBeDrawn(CANNOT.format(number))
    return done.stdout
