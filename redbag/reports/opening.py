"""What a paper opens with: the month in which its days end, as This month tells it."""

from dataclasses import dataclass
from datetime import date, datetime

from redbag.reports.one_month import NoSuchMonth, counted_in, days_of, found_in, said
from redbag.reports.scopes import Scope
from redbag.reports.still_open import still_open


@dataclass(frozen=True)
class Opening:
    """A month in sentences: how many went, what is open now however old, what to look at and to do, what else, what
    went well; `over` is whether the month is.
    """

    month: date
    over: bool
    went: str
    still: tuple[str, ...]
    first: tuple[tuple[str, str], ...]
    more: tuple[str, ...]
    well: tuple[str, ...]


def opening_of(scope: Scope, *, last: date, now: datetime) -> Opening | None:
    """The month of this day for the homes themselves; None for everybody else, and for a month that has not come."""
    if not scope.inside or any(column != "home" for column, _ in scope.places):
        return None
    try:
        days = days_of(f"{last:%Y-%m}", now=now)
    except NoSuchMonth:
        return None
    found, still = found_in(scope, days, now=now), still_open(scope, now=now)
    return Opening(
        month=days.first,
        over=days.over,
        went=said(counted_in(scope, days, now=now), days),
        still=tuple(each for each in (still.things_said, still.letters_said) if each),
        first=tuple((each.words, each.to_do) for each in found.first),
        more=tuple(each.words for each in found.more),
        well=tuple(each.words for each in found.well),
    )
