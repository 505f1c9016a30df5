"""How many report files and inspection packs one process makes at the same time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

# Where one process of four threads does everything, two stay free for the papers that go with the patient.
free = BoundedSemaphore(2)


@contextmanager
def a_turn() -> Iterator[bool]:
    """Whether there is a turn; it is given back at the end. Who gets none leaves the work to the next sweep."""
    mine = free.acquire(blocking=False)
    try:
        yield mine
    finally:
        if mine:
            free.release()
