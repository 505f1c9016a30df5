"""Loads the nation some homes at a time, each lot in one transaction; a run that was killed goes on where it was."""

import multiprocessing
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from queue import Empty

from django.conf import settings
from django.db import connection, transaction

from redbag.management.national.asked import Asked
from redbag.management.national.chunks import chunks_of, household, rows_of
from redbag.management.national.counted import count, leave_nothing_waiting
from redbag.management.national.places import NATION, Home, Nation, draw, wards_of
from redbag.management.national.staff import employ
from redbag.management.national.writing import write
from redbag.organisations.models import Organisation
from redbag.residents.models import Resident
from redbag.rows import everything

Tell = Callable[[str], object]
Chunk = list[tuple[Home, int]]
TOGETHER = 7_300_000  # the first half of the name of a lock that PostgreSQL keeps for one chunk
PATIENCE = 5.0  # seconds until it is asked whether somebody works still
EVERY = 5.0  # seconds between two words about how far it has come


class Unwelcome(Exception):
    """Nothing can be loaded here; the words say why."""


@dataclass
class Progress:
    """How far it has come, in words, not too often."""

    tell: Tell
    chunks: int
    done: int = 0
    made: int = 0
    rows: int = 0
    began: float = 0.0
    told: float = 0.0

    def step(self, rows: int) -> None:
        """One more chunk is there, with so many new rows (none: it was there before)."""
        now = time.monotonic()
        self.done, self.made, self.rows = self.done + 1, self.made + (rows > 0), self.rows + rows
        if self.done == self.chunks or now - self.told > EVERY:
            self.told, passed = now, max(now - self.began, 0.001)
            left = passed / max(self.made, 1) * (self.chunks - self.done)
            share = 100 * self.done // self.chunks
            self.tell(f"{share} %, {self.rows} rows, {self.rows / passed:.0f} rows/s, {left / 60:.1f} minutes left")


@everything()
def load(*, asked: Asked, processes: int, tell: Tell) -> None:
    """Load what was asked for, up to its `now`; one that was begun before goes on up to its own. Raises Unwelcome."""
    nation = _begin(asked)
    chunks = chunks_of(nation)
    progress = Progress(tell, len(chunks), began=time.monotonic())
    alone = (_load(nation, *each) for each in enumerate(chunks))
    for rows in _side_by_side(nation, chunks, processes) if processes > 1 else alone:
        progress.step(rows)
    if settings.DEMO and nation.homes:
        employ(nation, since=nation.asked.since)
    leave_nothing_waiting(nation, anew=bool(progress.rows))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if not progress.rows:  # what a run that was killed at its end had left to do is done now
        raise Unwelcome("National data is here already. No home was added.")
    tell(f"{progress.rows} rows loaded in {(time.monotonic() - progress.began) / 60:.1f} minutes.")


def _begin(asked: Asked) -> Nation:
    """The map: as it is there, or newly drawn and written with its areas, hospitals and ambulance services."""
    there = Organisation.objects.filter(ods_code=NATION).first()
    if there is None:
        _refuse_where_people_are()
        nation = draw(asked)
        with transaction.atomic():
            write([nation.row])
            write([*(area.row for area in nation.areas), *nation.services])
            write([hospital.row for hospital in nation.hospitals])
            write(wards_of(nation))
        return nation
    begun = re.search(r"up to (\S+)$", there.address)
    again = replace(asked, now=datetime.fromisoformat(begun[1])) if begun else asked
    if not there.address.endswith(str(again)):
        raise Unwelcome(f"Other national data is here ({there.address}). Nothing was changed.")
    return draw(again)


def _refuse_where_people_are() -> None:
    if not settings.DEMO and Resident.objects.exists():
        raise Unwelcome("There are real residents here. Nothing was changed.")


def _load(nation: Nation, number: int, chunk: Chunk) -> int:
    """Load a chunk unless it is there; how many rows. Two that load the same one take turns."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TOGETHER, number])
        if Organisation.objects.filter(ods_code=chunk[0][0].row.ods_code).exists():
            return 0
        tables = [_tables(nation, *each) for each in chunk]
        return sum(write([row for rows in table for row in rows]) for table in zip(*tables, strict=True))


def _tables(nation: Nation, home: Home, first: int) -> list[list]:
    """The rows of one home, a table after the other."""
    made = household(nation, home, first)
    counted = count(made, now=nation.asked.now)
    own: list[list] = [counted.journeys, counted.handovers, counted.losses, counted.letters, counted.residents]
    return [*rows_of(nation, made), *own]


def _side_by_side(nation: Nation, chunks: Sequence[Chunk], processes: int) -> Iterator[int]:
    """The same in several processes, each with every so manieth chunk and a connection of its own."""
    connection.close()
    context = multiprocessing.get_context("fork")
    said = context.Queue()
    workers = [
        context.Process(target=_work, args=(nation, chunks, place, processes, said, os.getpid()), daemon=True)
        for place in range(processes)
    ]
    for worker in workers:
        worker.start()
    for _ in chunks:
        rows = _next(said, workers)
        if isinstance(rows, str):
            raise RuntimeError(rows)
        yield rows
    for worker in workers:
        worker.join()


def _next(said, workers: Sequence) -> int | str:
    """What one of them says next; RuntimeError when one was killed, which would be waited for for ever."""
    while True:
        try:
            return said.get(timeout=PATIENCE)
        except Empty:
            if any(worker.exitcode for worker in workers):
                raise RuntimeError("A part of the nation could not be loaded: a process was killed.") from None


def _work(nation: Nation, chunks: Sequence[Chunk], place: int, processes: int, said, parent: int) -> None:
    """One process's share; it stops after its chunk when whoever started it is gone."""
    try:
        with everything():
            for number in range(place, len(chunks), processes):
                if os.getppid() != parent:
                    return
                said.put(_load(nation, number, chunks[number]))
    except Exception as wrong:
        said.put(f"A part of the nation could not be loaded: {wrong!r}")
        raise
    finally:
        connection.close()
