"""A home's figures of a month, and a sheet of them as it was read. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from redbag.reports.baseline_numbers import MONTHS, read_average, read_count, read_month


@dataclass(frozen=True)
class Column:
    """A column by its name, its title in the template, and other titles it goes by."""

    name: str
    title: str
    read: Callable[[str], Any]
    must: bool = True
    known_as: tuple[str, ...] = ()


COLUMNS = (
    Column("month", "Month", read_month, known_as=("months", "date", "period")),
    Column("residents", "Average residents", read_average, known_as=("residents", "average number of residents")),
    Column(
        "attendances",
        "A&E attendances",
        read_count,
        known_as=("attendances", "ae attendances", "a and e attendances", "a e", "a e visits", "ed attendances"),
    ),
    Column("admissions", "Emergency admissions", read_count, known_as=("admissions", "unplanned admissions")),
    Column(
        "stay_days",
        "Average stay in hospital (days)",
        read_average,
        must=False,
        known_as=("stay days", "average stay", "length of stay", "average length of stay", "average stay in hospital"),
    ),
    Column("items_lost", "Items lost", read_count, must=False, known_as=("lost items", "lost")),
)
TITLES = {column.name: column.title for column in COLUMNS}


@dataclass(frozen=True)
class Figures:
    """One month in numbers; None for what was not told."""

    year: int
    month: int
    residents: Decimal
    attendances: int
    admissions: int
    stay_days: Decimal | None = None
    items_lost: int | None = None

    @property
    def key(self) -> str:
        """The month as 2024-04."""
        return f"{self.year}-{self.month:02}"

    @property
    def title(self) -> str:
        """The month in words."""
        return f"{MONTHS[self.month - 1]} {self.year}"


@dataclass(frozen=True)
class Wrong:
    """What is wrong, where: the line's number (None: the whole text), the column's name (empty: the whole line)."""

    line: int | None
    column: str
    words: str

    @property
    def place(self) -> str:
        """Where, in words."""
        return ", ".join(filter(None, (f"Line {self.line}" if self.line else "", TITLES.get(self.column, ""))))


@dataclass(frozen=True)
class Question:
    """Something unlikely that a person has to say yes to; `key` is what they answer."""

    line: int
    key: str
    words: str


@dataclass
class Sheet:
    """What was read: `lines` by number, in the order of the text; what was left out with why."""

    lines: dict[int, Figures] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    head: int | None = None
    blank: list[int] = field(default_factory=list)

    @property
    def figures(self) -> list[Figures]:
        """What can be kept, by month."""
        return sorted(self.lines.values(), key=lambda each: (each.year, each.month))
