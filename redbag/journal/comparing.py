"""Holds the chain against signed checkpoints: those of the database, and copies that others kept."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redbag.journal.checkpoints import FORM, digest_of, fault_in, statement_of
from redbag.journal.models import Checkpoint, Seal
from redbag.journal.sealing import FIRST

NUMBERS = ("number", "seal", "entries")
WORDS = ("form", "day", "made_at", "journal", "chained", "previous", "key")


class Unreadable(Exception):
    """A file that holds no checkpoint."""


@dataclass(frozen=True)
class Copy:
    """A checkpoint somebody kept, and the file it came from."""

    file: str
    statement: Mapping[str, Any]
    signature: str


def copies_in(place: Path) -> list[Copy]:
    """The checkpoints in a file, or in the .json files of a folder; raises Unreadable with the file's name.

    A file holds one checkpoint, or what the address /journal/checkpoints.json answered.
    """
    files = sorted(place.glob("*.json")) if place.is_dir() else [place]
    return [copy for file in files for copy in _read(file)]


def own_faults() -> Iterator[str]:
    """What does not fit among the database's own checkpoints, the oldest first."""
    rows = list(Checkpoint.objects.order_by("number"))
    chained = _chained({row.seal for row in rows})
    first, last = _ends()
    expected, previous = 1, FIRST
    for row in rows:
        statement = statement_of(row)
        if row.number != expected:
            yield f"checkpoint {expected} is missing"
        elif row.previous != previous:
            yield f"checkpoint {row.number} does not follow from the one before it"
        if (fault := fault_in(statement, row.signature)) or (fault := _against(statement, chained, first, last)):
            yield f"checkpoint {row.number} of {row.day} {fault}"
        expected, previous = row.number + 1, digest_of(statement, row.signature)


def faults_beside(copies: Sequence[Copy]) -> Iterator[str]:
    """What does not fit between the database and checkpoints that were kept outside it."""
    kept = Checkpoint.objects.in_bulk([copy.statement["number"] for copy in copies])
    chained = _chained({copy.statement["seal"] for copy in copies})
    first, last = _ends()
    for copy in copies:
        name = f"checkpoint {copy.statement['number']} of {copy.statement['day']} in {copy.file}"
        here = kept.get(copy.statement["number"])
        if (fault := fault_in(copy.statement, copy.signature)) or (
            fault := _against(copy.statement, chained, first, last)
        ):
            yield f"{name} {fault}"
        elif here is None:
            yield f"{name} is missing from the database"
        elif digest_of(statement_of(here), here.signature) != digest_of(copy.statement, copy.signature):
            yield f"{name} is not the one in the database"


def _against(statement: Mapping[str, Any], chained: Mapping[int, str], first: str, last: int) -> str:
    number = statement["seal"]
    if statement["journal"] not in (first, FIRST):
        return "is of another journal: this one begins with another first seal"
    if number > last:
        return f"signed {number} seals, but the journal ends at seal {last}: its end is missing"
    if number and chained.get(number) != statement["chained"]:
        return f"does not fit seal {number}: up to there the journal is not what was signed"
    return ""


def _chained(numbers: set[int]) -> dict[int, str]:
    return dict(Seal.objects.filter(number__in=numbers).values_list("number", "chained"))


def _ends() -> tuple[str, int]:
    """The chained value of the first seal, by which a journal is known, and the number of the last."""
    first = Seal.objects.filter(number=1).values_list("chained", flat=True).first()
    last = Seal.objects.order_by("-number").values_list("number", flat=True).first()
    return first or FIRST, last or 0


def _read(file: Path) -> list[Copy]:
    try:
        held = json.loads(file.read_text())
        rows = held.get("checkpoints", [held])
        copies = [Copy(file=file.name, statement=row["statement"], signature=row["signature"]) for row in rows]
        whole = all(_is_whole(copy) for copy in copies)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Unreadable(f"{file} holds no checkpoint") from wrong
    if not whole:
        raise Unreadable(f"{file} holds no checkpoint")
    return copies


def _is_whole(copy: Copy) -> bool:
    said = copy.statement
    return (
        said.keys() == {*NUMBERS, *WORDS}
        and all(type(said[name]) is int and 0 <= said[name] < 2**53 for name in NUMBERS)
        and all(isinstance(said[name], str) for name in WORDS)
        and said["form"] == FORM
        and isinstance(copy.signature, str)
    )
