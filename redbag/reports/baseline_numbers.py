"""Months and numbers as people and spreadsheets write them. Pure; what cannot be read is a ValueError in words."""

import re
from decimal import ROUND_HALF_UP, Decimal

FIRST_YEAR, LAST_YEAR = 2000, 2200
MOST = 9999
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
LIKE_THIS = "Write the month like 2024-04 or Apr 2024."
NOTHING = "Nothing is here. Write 0 if there were none. If you do not know, take the whole line out."
_SPACES = re.compile(r"[\s'’\u00a0\u2007\u2009\u202f]+")
_YEAR_MONTH = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{4})")
_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ][0:]+)?")
_BRITISH_DAY = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})(?:[T ][0:]+)?")
_NAMED = re.compile(r"(?:([0-9]{1,2})[ .-]+)?([A-Za-z]{3,9})[ .,/'’-]*([0-9]{4}|[0-9]{2})")
_YEAR_NAMED = re.compile(r"([0-9]{4})[ .,/-]*([A-Za-z]{3,9})")
_WHOLE = re.compile(r"[0-9]{1,9}(?:[.,]0{1,2})?")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}(?:\1[0-9]{3})*")
_DECIMAL = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,20})?")
_BOTH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{1,20}|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,20}")


def read_month(text: str) -> tuple[int, int]:
    """Year and month of `2024-04`, `04/2024`, `Apr-24`, `April 2024`, or of a month's first day, day before month."""
    said = " ".join(text.split()).strip("'")
    year, month, day = _parts(said)
    if day != 1:
        raise ValueError(f"“{text[:30]}” is one day, not a month. {LIKE_THIS}")
    if not 1 <= month <= 12:
        raise ValueError(f"“{text[:30]}” has no month from 1 to 12. {LIKE_THIS}")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Check the year: {year}.")
    return year, month


def _parts(said: str) -> tuple[int, int, int]:
    if found := _YEAR_MONTH.fullmatch(said):
        return int(found[1]), int(found[2]), 1
    if found := _MONTH_YEAR.fullmatch(said):
        return int(found[2]), int(found[1]), 1
    if found := _DAY.fullmatch(said):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _BRITISH_DAY.fullmatch(said):
        return _full(found[3]), int(found[2]), int(found[1])
    if (found := _NAMED.fullmatch(said)) and (month := _named(found[2])):
        return _full(found[3]), month, int(found[1] or 1)
    if (found := _YEAR_NAMED.fullmatch(said)) and (month := _named(found[2])):
        return int(found[1]), month, 1
    if re.fullmatch(r"[0-9]{5}", said):
        raise ValueError(f"“{said}” is the spreadsheet's own number for a day. {LIKE_THIS}")
    raise ValueError(f"“{said[:30]}” is not a month. {LIKE_THIS}" if said else f"No month is here. {LIKE_THIS}")


def _full(year: str) -> int:
    return int(year) + (2000 if len(year) == 2 else 0)


def _named(word: str) -> int:
    """The number of a month by its name or the beginning of it, else 0."""
    return next((n for n, name in enumerate(MONTHS, start=1) if name.lower().startswith(word.lower())), 0) or (
        9 if word.lower() == "sept" else 0
    )


def read_count(text: str) -> int:
    """A whole number from 0 to 9,999; thousands may be set apart by a space, comma or full stop."""
    said = _tidy(text)
    if _THOUSANDS.fullmatch(said):
        said = said.replace(",", "").replace(".", "")
    elif not _WHOLE.fullmatch(said):
        raise ValueError(f"“{text[:30]}” is not a whole number. Write it in digits, like 12.")
    number = int(re.split("[.,]", said)[0])
    _small(number, text)
    return number


def read_average(text: str) -> Decimal:
    """A number from 0 to 9,999 to one decimal, rounded half up; its decimals may follow a full stop or a comma."""
    said = _tidy(text)
    if _BOTH.fullmatch(said):
        said = re.sub("[.,](?=.*[.,])", "", said)
    elif _THOUSANDS.fullmatch(said):
        raise ValueError(f"“{text[:30]}” can be read in two ways. Write it with one decimal, like 41.5.")
    elif not _DECIMAL.fullmatch(said):
        raise ValueError(f"“{text[:30]}” is not a number. Write it in digits, like 41.5.")
    number = Decimal(said.replace(",", "."))
    _small(number, text)
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _tidy(text: str) -> str:
    said = _SPACES.sub("", text)
    if not said:
        raise ValueError(NOTHING)
    if said.startswith("#"):
        raise ValueError(f"The spreadsheet shows a fault here ({text[:20]}). Put the number in.")
    if re.match(r"[-−–][0-9]", said):
        raise ValueError(f"“{text[:30]}” is less than nought. Check the number.")
    return said


def _small(number: int | Decimal, text: str) -> None:
    if number > MOST:
        raise ValueError(f"“{text[:30]}” is more than {MOST:,}. Check the number.")
