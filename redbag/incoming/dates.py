"""Dates and times as documents write them. What is no date stays words, and is said."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
EARLIEST = 1880
UNREAD = "{what}: the date {said} cannot be read. Look at the document, or ask the hospital."
NO_TIME = "{what}: the document gives the day and no time."


def read_day(said: str, what: str, notes: list[str]) -> date | None:
    """The day that is said in full, or None with a note; the time of a day, if there is one, is left out."""
    return _day(said[:10], said, what, notes) if said else None


def _day(day: str, said: str, what: str, notes: list[str]) -> date | None:
    try:
        if DAY.match(day) and int(day[:4]) >= EARLIEST:
            return date.fromisoformat(day)
    except ValueError:
        pass
    notes.append(UNREAD.format(what=what, said=said[:40]))
    return None


def read_time(said: str, what: str, notes: list[str]) -> datetime | None:
    """The moment that is said; without a zone it is London's. A day alone is its beginning, with a note."""
    if not said:
        return None
    if len(said) <= 10:
        day = _day(said, said, what, notes)
        if day:
            notes.append(NO_TIME.format(what=what))
        return datetime.combine(day, time(), tzinfo=LONDON) if day else None
    try:
        moment = datetime.fromisoformat(said)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
        if EARLIEST <= moment.year < 9000:
            return moment
    except (ValueError, OverflowError):
        pass
    notes.append(UNREAD.format(what=what, said=said[:40]))
    return None


def day_in_words(said: str) -> str:
    """A full date as people write it, 1 Dec 2026; anything else word for word."""
    try:
        return f"{date.fromisoformat(said[:10]):%-d %b %Y}" if DAY.match(said[:10]) else said
    except ValueError:
        return said
