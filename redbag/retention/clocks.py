"""When a resident's record may go: a pure answer from what is known of the end of their care."""

from dataclasses import dataclass
from datetime import date

CARE_YEARS = 8
MENTAL_YEARS = 20
MENTAL_YEARS_AFTER_DEATH = 10


@dataclass(frozen=True)
class Known:
    """What is known of the end of somebody's care; days are days in the home.

    `open` says in words what is not finished (a journey, a case, a request); `held` that a legal hold stands.
    `last_contact_on` is the last day of which anything about them was recorded.
    """

    lives_here: bool
    left_on: date | None = None
    died_on: date | None = None
    last_contact_on: date | None = None
    mental_health: bool = False
    keep_until: date | None = None
    held: bool = False
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The rule that counts, the first day on which the record may be destroyed, and what stands in the way today.

    Without `due_on` the end of care is not known, and the record stays.
    """

    rule: str
    ended_on: date | None
    due_on: date | None
    not_because: tuple[str, ...]
    is_due: bool


def years_after(day: date, years: int) -> date:
    """The same day so many years later; for 29 February in a year without one, 1 March: later, never earlier."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def answer(known: Known, *, today: date) -> Answer:
    """Whether a record may be destroyed. Whatever is in doubt keeps it longer; it never shortens it.

    Care ended with the latest of leaving, death and last contact. A mental-health record is kept for 20 years after
    last contact or 10 after death, and never shorter than a care record.
    """
    ended = max((day for day in (known.left_on, known.died_on, known.last_contact_on) if day), default=None)
    rule = "mental_health" if known.mental_health else "care_record"
    if known.lives_here or ended is None:
        blocked = ("They live here." if known.lives_here else "Nobody has said when their care ended.", *_now(known))
        return Answer(rule, None if known.lives_here else ended, None, blocked, False)
    due = years_after(ended, CARE_YEARS)
    if known.mental_health:
        due = max(due, _mental(known, ended))
    blocked = _now(known)
    if known.keep_until and known.keep_until > due:
        due = known.keep_until
    return Answer(rule, ended, due, blocked, due <= today and not blocked)


def _mental(known: Known, ended: date) -> date:
    if known.died_on:
        return years_after(known.died_on, MENTAL_YEARS_AFTER_DEATH)
    return years_after(known.last_contact_on or ended, MENTAL_YEARS)


def _now(known: Known) -> tuple[str, ...]:
    return (*(("A legal hold stands.",) if known.held else ()), *known.open)
