"""When journeys begin and how long each of their legs lasts: nothing but numbers and moments."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from redbag.management.national.households import Life

LONDON = ZoneInfo("Europe/London")
BY_HOUR = (3, 2, 2, 2, 2, 3, 5, 7, 9, 11, 12, 11, 10, 9, 9, 9, 9, 10, 10, 9, 8, 6, 5, 4)
OUT_BY_HOUR = (1, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 11, 13, 14, 14, 14, 13, 11, 8, 6, 4, 3, 3, 2)
BY_WEEKDAY = (1.12, 1.04, 1.0, 1.0, 1.02, 0.92, 0.9)
WINTER = {11: 1.1, 12: 1.3, 1: 1.35, 2: 1.18}
SUMMER = 0.92
BACK_AGAIN = 0.13  # of those who came home: to hospital again within days or weeks
SHORT, LONGER_WITHOUT = 0.34, 1.3
PAUSE = timedelta(hours=3)
DAY, YEAR = timedelta(days=1), timedelta(days=365)


@dataclass
class Stay:
    """One journey as moments: packed, the crew, the hospital, out again, home; and whether a bag is to go along."""

    bag: bool
    packed: datetime
    left: datetime
    arrived: datetime
    out: datetime
    home: datetime


class Calendar:
    """The days up to now with how much happens on each: more in winter and on Mondays."""

    def __init__(self, since: datetime, now: datetime) -> None:
        self.since, self.first = since, since.astimezone(UTC).date()
        days = [self.first + timedelta(days=each) for each in range((now - since).days + 2)]
        self.sums = [0.0, *accumulate(WINTER.get(day.month, SUMMER) * BY_WEEKDAY[day.weekday()] for day in days)]

    def busy(self, moment: datetime) -> float:
        """How much has happened up to a moment."""
        whole, rest = divmod((moment - self._midnight()) / DAY, 1)
        return self.sums[int(whole)] + (self.sums[int(whole) + 1] - self.sums[int(whole)]) * rest

    def day(self, busy: float) -> date:
        """The day on which so much has happened."""
        return self.first + timedelta(days=bisect_right(self.sums, busy) - 1)

    def moment(self, busy: float) -> datetime:
        """The moment at which so much has happened."""
        whole = bisect_right(self.sums, busy) - 1
        rest = (busy - self.sums[whole]) / (self.sums[whole + 1] - self.sums[whole])
        return self._midnight() + DAY * (whole + rest)

    def _midnight(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)


def stays_of(life: Life, dice: Random, *, calendar: Calendar, bagless: float) -> list[Stay]:
    """As many journeys as this resident has, one after the other; the last of who lives here may be under way.

    Bags became usual over the years of the calendar.
    """
    made: list[Stay] = []
    start, end = calendar.busy(life.since), calendar.busy(life.until)
    slot = (end - start) / max(1, life.journeys)
    for number in range(life.journeys):
        span = (start + slot * number, start + slot * (number + 1))
        last = number == life.journeys - 1 and life.row.archived_at is None
        begins = _begins(calendar, *span, made[-1] if made else None, dice, ends=not last)
        without = bagless * (0.5 - 0.13 * ((begins - calendar.since) / YEAR))
        latest = None if last else calendar.moment(span[1] - slot / 20)
        made.append(_stay(begins, latest, dice, bag=dice.random() > without))
    return made


def _begins(
    calendar: Calendar, earliest: float, latest: float, before: Stay | None, dice: Random, *, ends: bool
) -> datetime:
    """Some moment of these days, most likely by day; or soon after the journey before.

    With `ends` time is left at the end of them, so that they hold the journey whole.
    """
    room = latest - earliest
    if before is not None:
        again = before.home + DAY * dice.lognormvariate(1.9, 0.9)
        if dice.random() < BACK_AGAIN and again < calendar.moment(latest - room / 3):
            return _whole(again)
        earliest = max(earliest, calendar.busy(before.home) + room / 50)
    latest -= room / 10 if ends else 0
    chosen = earliest + (latest - earliest) * dice.random()
    moment = _at(calendar.day(chosen), dice.choices(range(24), BY_HOUR)[0], dice)
    if not calendar.moment(earliest) <= moment <= calendar.moment(latest):
        moment = calendar.moment(chosen)
    return _whole(moment)


def _stay(begins: datetime, latest: datetime | None, dice: Random, *, bag: bool) -> Stay:
    """Waiting, riding, staying and coming home, each log-normal; shortened where it must be over by `latest`."""
    wait, ride, back = dice.lognormvariate(3.8, 0.6), dice.lognormvariate(3.6, 0.45), dice.lognormvariate(3.9, 0.4)
    short = dice.random() < SHORT
    stay = dice.lognormvariate(1.9, 0.45) * 60 if short else dice.lognormvariate(1.9, 0.85) * 24 * 60
    stay *= 1 if bag else LONGER_WITHOUT
    left = begins + timedelta(minutes=wait)
    arrived = left + timedelta(minutes=ride)
    out = arrived + timedelta(minutes=stay)
    if not short:
        out = max(arrived + PAUSE, _at(out.date(), dice.choices(range(24), OUT_BY_HOUR)[0], dice))
    moments = [begins, left, arrived, out, out + timedelta(minutes=back)]
    if latest is not None and moments[-1] > latest:
        pressed = (latest - begins) / (moments[-1] - begins)
        moments = [begins + (each - begins) * pressed for each in moments]
    return Stay(bag, *map(_whole, moments))


def _at(day, hour: int, dice: Random) -> datetime:
    return datetime.combine(day, time(hour, dice.randrange(60)), LONDON).astimezone(UTC)


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
