"""Whether somebody can be rung at this hour, where the words of when they answer clearly give hours. Pure."""

import re
from datetime import time

HOUR = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?"
HOURS = re.compile(rf"{HOUR}\s*(?:to|until|till|-|–)\s*{HOUR}")
EVERY_DAY = re.compile(r"every ?day|daily|(?:7|seven) days(?: a week)?|open|from|[\s,.:;()]")


def closed_at(when: str, clock: time) -> bool:
    """Whether the words clearly give hours of every day and this is outside them; False whenever they do not."""
    words = when.casefold().replace("a.m.", "am").replace("p.m.", "pm").replace("noon", "12 pm")
    found = HOURS.findall(words)
    if len(found) != 1 or EVERY_DAY.sub("", HOURS.sub("", words)):
        return False
    hours = _hours(*found[0])
    if hours is None or hours[0] == hours[1]:
        return False
    opens, closes = hours
    now = clock.hour * 60 + clock.minute
    inside = opens <= now < closes if opens < closes else now >= opens or now < closes
    return not inside


def _hours(hour: str, minute: str, half: str, to_hour: str, to_minute: str, to_half: str) -> tuple[int, int] | None:
    """From and until, in minutes of the day; "9-5" is a day's work: 9 am to 5 pm. None for what is no time."""
    opens, closes = _minutes(hour, minute, half), _minutes(to_hour, to_minute, to_half)
    if opens is None or closes is None:
        return None
    plain = not to_half and int(to_hour) < 12 and not hour.startswith("0") and not to_hour.startswith("0")
    return opens, closes + 12 * 60 if plain and closes <= opens and half != "pm" else closes


def _minutes(hour: str, minute: str, half: str) -> int | None:
    hours, minutes = int(hour), int(minute or 0)
    if hours > (12 if half else 24) or minutes > 59 or (half and not hours):
        return None
    return (hours % 12 + (12 if half == "pm" else 0) if half else hours) * 60 + minutes
