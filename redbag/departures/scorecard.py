"""How a hospital's own discharges went: each measure with how many of how many. Pure; nothing is guessed.

What the reports count (nights, how soon a letter is read, what got lost) is not counted here a second time.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

HAD_NONE_TO_TAKE = ("not_needed", "home_has")


@dataclass(frozen=True)
class Departure:
    """One discharge as it was recorded. What nobody recorded is None, and counts neither for nor against.

    `letter_at` is when the first letter was sent; `medicines` the last word about medicines to take out with its
    reason; `answer` the home's last answer before they left, with the time for *not before*.
    """

    transfer: UUID
    ward: str
    left_at: datetime
    back_at: datetime | None = None
    letter_at: datetime | None = None
    medicines: tuple[str, str] | None = None
    answer: tuple[str, datetime | None] | None = None


@dataclass(frozen=True)
class Measure:
    """One question. `judge` says yes or no of a departure, None where nothing is recorded to judge by."""

    name: str
    title: str
    of: str
    judge: Callable[[Departure], bool | None]
    good: bool = False


@dataclass(frozen=True)
class Score:
    """How many of how many, and which journeys they were, in the order they came."""

    measure: Measure
    total: int
    journeys: Sequence[UUID]

    @property
    def count(self) -> int:
        return len(self.journeys)

    @property
    def percent(self) -> int | None:
        """In whole per cent, a half upwards; None where nothing is recorded."""
        return (200 * self.count + self.total) // (2 * self.total) if self.total else None


def scores(departures: Iterable[Departure]) -> list[Score]:
    """Every measure over these departures."""
    rows = list(departures)
    return [_score(measure, rows) for measure in MEASURES]


def _score(measure: Measure, rows: Sequence[Departure]) -> Score:
    judged = [(row, measure.judge(row)) for row in rows]
    known = [(row, verdict) for row, verdict in judged if verdict is not None]
    return Score(measure, len(known), [row.transfer for row, verdict in known if verdict])


def _before(row: Departure) -> bool:
    return row.letter_at is not None and row.letter_at <= row.left_at


def _on_arrival(row: Departure) -> bool:
    if row.letter_at is None or row.letter_at <= row.left_at:
        return False
    return row.back_at is None or row.letter_at <= row.back_at


def _later(row: Departure) -> bool:
    return row.letter_at is not None and not _before(row) and not _on_arrival(row)


def _never(row: Departure) -> bool:
    return row.letter_at is None


def _without_medicines(row: Departure) -> bool | None:
    """Of those who had medicines to take; what is still *not ready* when they left is without."""
    if row.medicines is None or row.medicines[1] in HAD_NONE_TO_TAKE:
        return None
    says, reason = row.medicines
    return says == "not_ready" or (says == "without" and reason != "in_hand")


def _against_the_home(row: Departure) -> bool | None:
    """Whether they came although the home had said no, or before the time that it had said."""
    if row.answer is None:
        return None
    says, not_before = row.answer
    if says == "not_before" and not_before is not None:
        return (row.back_at or row.left_at) < not_before
    return says == "cannot"


ALL = "of all who went home"
MEASURES = (
    Measure("letter_before", "Letter sent before they left", ALL, _before, good=True),
    Measure("letter_on_arrival", "Letter sent on the way, or by arrival", ALL, _on_arrival),
    Measure("letter_later", "Letter sent later", ALL, _later),
    Measure("letter_never", "No letter sent so far", ALL, _never),
    Measure(
        "without_medicines",
        "Left without medicines to take out",
        "of those of whom the ward said how it is with them",
        _without_medicines,
    ),
    Measure(
        "against_the_home",
        "The home had said no, or not before, and they came all the same",
        "of those of whom the home had answered",
        _against_the_home,
    ),
)
BY_NAME = {measure.name: measure for measure in MEASURES}
