"""A report's days: Europe/London, the first and the last included."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from redbag.errors import BadInput

LONDON = ZoneInfo("Europe/London")
USUAL = timedelta(days=29)
LONGEST = timedelta(days=3 * 366)


def read_period(*, first: str | None, last: str | None, now: datetime) -> tuple[date, date]:
    """Two days as typed (2026-11-21); without them the last 30 days. BadInput by field (`from`, `to`)."""
    errors: dict[str, str] = {}
    end = _day(last, "to", errors) or now.astimezone(LONDON).date()
    start = _day(first, "from", errors) or end - USUAL
    if not errors and start > end:
        errors["from"] = "The first day must not be after the last."
    if not errors and start > now.astimezone(LONDON).date():
        errors["from"] = "These days have not come yet."
    if not errors and end - start > LONGEST:
        errors["from"] = "Choose at most three years."
    if errors:
        raise BadInput(errors)
    return start, end


def days_between(*, first: str | None, last: str | None) -> tuple[datetime | None, datetime | None]:
    """From when until when two days as typed last; None for one that was left open. BadInput by field."""
    errors: dict[str, str] = {}
    start, end = _day(first, "from", errors), _day(last, "to", errors)
    if not errors and start and end and start > end:
        errors["from"] = "The first day must not be after the last."
    if errors:
        raise BadInput(errors)
    return midnight(start) if start else None, midnight(end + timedelta(days=1)) if end else None


def _day(text: str | None, name: str, errors: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007  (a day has no time zone)
    except ValueError:
        errors[name] = "Enter a day as year, month, day, like 2026-11-21."
        return None
    if not 2000 <= day.year <= 2200:
        errors[name] = "Check the year."
        return None
    return day


def bounds(start: date, end: date) -> tuple[datetime, datetime]:
    """From when until when the days last: the second moment is the first one after them."""
    if start > end:
        raise BadInput({"from": "The first day must not be after the last."})
    return midnight(start), midnight(end + timedelta(days=1))


def midnight(day: date) -> datetime:
    """When a day begins in London."""
    return datetime.combine(day, time.min, tzinfo=LONDON)


def before(start: date, end: date) -> tuple[date, date]:
    """As many days, just before these; of whole months as many months."""
    last = start - timedelta(days=1)
    if start.day == 1 and end == end_of_month(end):
        return months_until(last, 12 * (end.year - start.year) + end.month - start.month + 1)[0], last
    return start - (end - start) - timedelta(days=1), last


def end_of_month(day: date) -> date:
    """The last day of its month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def month_that_is_over(now: datetime) -> date:
    """The first day of the newest month that is over in London."""
    return months_until(now.astimezone(LONDON).date(), 2)[0]


def months_until(last: date, how_many: int) -> list[date]:
    """The first days of so many months, up to that of `last`."""
    months = last.year * 12 + last.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(months - how_many + 1, months + 1)]


NAMED = {
    "this-month": "This month",
    "last-month": "Last month",
    "30": "Last 30 days",
    "90": "Last 90 days",
    "365": "Last 365 days",
    "this-year": "This year",
}


def named(name: str, *, today: date) -> tuple[date, date] | None:
    """The days that one of NAMED means today, up to today at most; None for any other name."""
    first = today.replace(day=1)
    if name in ("30", "90", "365"):
        return today - timedelta(days=int(name) - 1), today
    if name == "last-month":
        end = first - timedelta(days=1)
        return end.replace(day=1), end
    return {"this-month": (first, today), "this-year": (today.replace(month=1, day=1), today)}.get(name)


OVER = {
    "last-month": "Last month",
    "90": "Last 3 months",
    "365": "Last 12 months",
    "this-year": "This year",
}
HOW_MANY = {"last-month": 1, "90": 3, "365": 12}


def named_months(name: str, *, today: date) -> tuple[date, date] | None:
    """The months that are over which one of OVER means today; None for any other name, and for a year without one."""
    end = today.replace(day=1) - timedelta(days=1)
    if name == "this-year":
        return (end.replace(month=1, day=1), end) if end.year == today.year else None
    return (months_until(end, HOW_MANY[name])[0], end) if name in HOW_MANY else None


def a_year_before(start: date, end: date) -> tuple[date, date]:
    """The same days of the year before, of 29 February the 28th; of whole months whole months."""
    last = _year_back(end)
    return _year_back(start), end_of_month(last) if start.day == 1 and end == end_of_month(end) else last


def _year_back(day: date) -> date:
    last = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if last else day.day)
