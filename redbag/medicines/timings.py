"""How often a medicine is given: times a day, times of the day, as needed; what is not certain is left unread."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from redbag.medicines.written import NUMBER, blank, either, number, tidy

DAYS = {"hour": Fraction(1, 24), "day": Fraction(1), "week": Fraction(7), "month": Fraction(28), "year": Fraction(364)}
PERIODS = {each: each for each in DAYS} | {
    "h": "hour", "hr": "hour", "daily": "day", "weekly": "week", "monthly": "month"
}  # fmt: skip
PERIOD = r"(hour|hr|h|day|week|month|year)"
LATIN = {
    1: ("od", "o.d.", "o.d", "qd", "q.d.", "daily", "once daily", "every day", "each day", "a day", "per day", "/day"),
    2: ("bd", "b.d.", "b.d", "bid", "b.i.d.", "b.i.d", "bds"),
    3: ("tds", "t.d.s.", "t.d.s", "tid", "t.i.d.", "t.i.d"),
    4: ("qds", "q.d.s.", "q.d.s", "qid", "q.i.d.", "q.i.d"),
}  # fmt: skip
LATIN_OF = {word: times for times, words in LATIN.items() for word in words}
SLOTS = {
    "morning": ("om", "o.m.", "mane", "in the morning", "every morning", "each morning", "mornings", "morning",
                "with breakfast", "at breakfast", "before breakfast", "after breakfast", "breakfast time", "breakfast",
                "am"),
    "midday": ("midday", "at lunchtime", "lunchtime", "lunch time", "with lunch",
               "lunch"),
    "afternoon": ("afternoons", "in the afternoon", "afternoon", "tea time", "teatime", "with tea", "at tea"),
    "night": ("nocte", "noct", "o.n.", "at night", "every night", "each night", "nightly", "night", "at bedtime",
              "bedtime", "before bed", "in the evening", "every evening", "evenings", "evening", "with supper",
              "supper", "with evening meal", "evening meal", "with dinner", "pm"),
}  # fmt: skip
SLOT_OF = {word: slot for slot, words in SLOTS.items() for word in words}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_DAYS = {short: day for day in WEEKDAYS for short in (day, f"{day}s", day[:3])} | {
    "tues": "tuesday", "thurs": "thursday", "thur": "thursday", "weds": "wednesday"
}  # fmt: skip
NEEDED = re.compile(
    r"\b(?:prn|p\.r\.n\.?|(?:as|when|if|where) (?:needed|required|necessary)|sos)(?:[ ,:]+(?:for|when|if) [a-z '/]+)?"
    r"|\b(?:when|if) (?!not\b)[a-z]+(?: [a-z'/]+)*"
)
LIMIT = re.compile(r"\(?\bmax(?:imum)?\b[^;)]*?\b(?:24 ?(?:hours|hrs|hr|h)|day|daily)\b\)?")
COURSE = re.compile(
    r"\bfor (?:a further )?(?:[0-9]{1,3}|[a-z]{3,6}) (?:day|week|month)s?\b|\b[0-9]{1,3}/(?:7|52|12)\b"
    r"|\b[0-9]{1,3}[ -](?:day|week) course\b|\bx ?[0-9]{1,3} (?:day|week)s\b|\b(?:until|till|stop on|then stop)\b.*"
)
MEALS = {
    "with food": r"\b(?:with or after|with|after) (?:food|meals|meal)\b|\bpc\b",
    "before food": r"\b(?:[0-9]{1,2}[ -]min(?:ute)?s? )?(?:before|ac|without|half an hour before) (?:food|meals|meal)\b"
    r"|\bon an empty stomach\b|\bempty stomach\b",
}
CLOCK = re.compile(
    r"(?:\bat )?\b([0-9]{1,2})(?:[:.]([0-5][0-9]))? ?([ap])\.?m\b\.?"
    r"|(?:\bat )?\b([01][0-9]|2[0-3]):?([0-5][0-9])(?: ?(?:hours|hrs|h))?\b"
)
NOON = re.compile(r"(?:\bat )?\b(?:12 ?)?(?:(noon)|midnight)\b|\b(12) ?midday\b")
EVERY = re.compile(
    rf"(?:\bevery|\bq) ?({NUMBER})(?:\s?(?:-|to)\s?({NUMBER}))?[ -]?{PERIOD}s?\b"
    rf"|({NUMBER})(?:\s?(?:-|to)\s?({NUMBER}))?[ -]?(hour|hr|week|month)(?:ly)\b"
)
OTHER_DAYS = re.compile(r"\b(?:on )?(?:every other day|alternate days?|alt days?|every second day|eod)\b")
TIMES = re.compile(
    rf"(?:\b(once|twice|thrice)|({NUMBER})(?:\s?(?:-|to|or)\s?({NUMBER}))?\s?(?:x|times|time))\s?"
    rf"(?:(?:a|per|each|every|in a|in|/)?\s?{PERIOD}|(daily|weekly|monthly))\b"
)
PLAIN = re.compile(
    r"\b(fortnightly|monthly|weekly|(?:every|each|a|per) (?:week|month|fortnight|year)|yearly|annually)\b"
)
PLAIN_DAYS = {"fortnight": 14, "month": 28, "week": 7, "year": 364, "annual": 364}
ONCE = re.compile(r"\b(?:stat|once only|single dose|one[- ]off(?: dose)?|one dose only)\b")
LATIN_WORDS = re.compile(rf"(?<![\w.])(?:{either(LATIN_OF)})(?![\w])")
SLOT_WORDS = re.compile(rf"(?<![\w.])(?:{either(SLOT_OF)})(?![\w])")
DAY_WORDS = re.compile(rf"\b(?:on |every |each )?({either(SHORT_DAYS)})\b")
UP_TO = re.compile(r"\b(?:up to|no more than|not more than)\b")
WORD_OF = {"once": Fraction(1), "twice": Fraction(2), "thrice": Fraction(3)}
HARMLESS = frozenset((
    "and", "at", "in", "the", "a", "then", "each", "time", "times", "regular", "regularly", "take", "give", "to",
    "be", "taken", "on", "every", "o'clock", "for",
))  # fmt: skip


@dataclass(kw_only=True)
class Timing:
    """When a text says a medicine is given. `rates` are times a day (from, to); one understood has exactly one.

    `as_needed` is None for *up to three times a day*, which says neither. `clocks` are minutes after midnight.
    """

    rates: set[tuple[Fraction, Fraction]] = field(default_factory=set)
    slots: set[str] = field(default_factory=set)
    clocks: set[int] = field(default_factory=set)
    weekdays: set[str] = field(default_factory=set)
    every_hours: set[Fraction] = field(default_factory=set)
    as_needed: bool | None = False
    once: bool = False
    meals: str = ""
    limit: str = ""
    course: str = ""
    left: str = ""

    @property
    def rate(self) -> tuple[Fraction, Fraction] | None:
        """Times a day, from and to; None when nothing, or two things that do not fit, were said."""
        return next(iter(self.rates)) if len(self.rates) == 1 else None

    @property
    def understood(self) -> bool:
        """Whether every word was read and there is one answer."""
        fits = self.rate is not None or ((self.as_needed or self.once) and not self.rates)
        return not self.left and bool(fits)


def read_timing(texts: Sequence[str]) -> tuple[Timing, list[str]]:
    """The timing that several texts (frequency, dose, name) say together, and each text without it."""
    timing, rests = Timing(), []
    for text in texts:
        rests.append(_take(timing, _night(text)))
    _settle(timing)
    return timing, rests


def meaningful(rest: str) -> str:
    """The words of a rest that could mean something."""
    return " ".join(word for word in re.findall(r"[^\s,;:()&+]+", rest) if word.strip(".-'*[]/") not in HARMLESS | {""})


def _night(text: str) -> str:
    """ON in capitals, or alone, is at night; *on* among words is only on."""
    alone = re.sub(r"(?<![\w])ON(?![\w])(?! [A-Z])", " nocte ", text)
    return " nocte " if tidy(text).strip(". ") == "on" else tidy(alone)


def _take(timing: Timing, rest: str) -> str:
    """Take out of the text whatever says when, into the timing."""
    if found := COURSE.search(rest):
        timing.course, rest = found.group(), blank(rest, found)
    if found := LIMIT.search(rest):
        timing.limit, rest = found.group(), blank(rest, found)
    for meals, pattern in MEALS.items():
        if found := re.search(pattern, rest):
            timing.meals, rest = meals, blank(rest, found)
    for take in (_take_rates, _take_times_of_day):
        rest = take(timing, rest)
    if found := NEEDED.search(rest):
        timing.as_needed, rest = True, blank(rest, found)
    if found := ONCE.search(rest):
        timing.once, rest = True, blank(rest, found)
    if found := UP_TO.search(rest):
        timing.as_needed, rest = timing.as_needed or None, blank(rest, found)
    return rest


def _take_rates(timing: Timing, rest: str) -> str:
    while found := EVERY.search(rest):
        few, many, period = (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6])
        length = DAYS[PERIODS[period]]
        spans = [number(each) * length for each in (few, many) if each]
        if not all(spans):
            break
        timing.rates.add((1 / spans[-1], 1 / spans[0]))
        if period.startswith("h"):
            timing.every_hours |= {span * 24 for span in spans}
        rest = blank(rest, found)
    while found := TIMES.search(rest):
        low = WORD_OF[found[1]] if found[1] else number(found[2])
        high = number(found[3]) if found[3] else low
        length = DAYS[PERIODS[found[4] or found[5]]]
        timing.rates.add((low / length, high / length))
        rest = blank(rest, found)
    if found := OTHER_DAYS.search(rest):
        timing.rates.add((Fraction(1, 2), Fraction(1, 2)))
        rest = blank(rest, found)
    while found := PLAIN.search(rest):
        days = next(days for word, days in PLAIN_DAYS.items() if word in found.group())
        timing.rates.add((Fraction(1, days), Fraction(1, days)))
        rest = blank(rest, found)
    while found := LATIN_WORDS.search(rest):
        times = Fraction(LATIN_OF[found.group()])
        timing.rates.add((times, times))
        rest = blank(rest, found)
    return rest


def _take_times_of_day(timing: Timing, rest: str) -> str:
    while found := NOON.search(rest):
        timing.clocks.add(12 * 60 if found[1] or found[2] else 0)
        rest = blank(rest, found)
    while found := CLOCK.search(rest):
        hour, minute = int(found[1] or found[4]), int(found[2] or found[5] or 0)
        if found[3] and not 1 <= hour <= 12:
            break
        hour = hour % 12 + (12 if found[3] == "p" else 0) if found[3] else hour
        timing.clocks.add(hour * 60 + minute)
        rest = blank(rest, found)
    while found := SLOT_WORDS.search(rest):
        timing.slots.add(SLOT_OF[found.group()])
        rest = blank(rest, found)
    while found := DAY_WORDS.search(rest):
        timing.weekdays.add(SHORT_DAYS[found[1]])
        rest = blank(rest, found)
    return rest


def _settle(timing: Timing) -> None:
    """Days of the week and times of the day give the rate where none was said; where they contradict it, none holds."""
    parts = len(timing.clocks) + len(timing.slots - {slot_of(each) for each in timing.clocks})
    if timing.weekdays:
        often = Fraction(len(timing.weekdays), 7)
        timing.rates.add((often, often))
    elif parts and (not timing.rates or (timing.rate and timing.rate[1] < parts > 1)):
        timing.rates.add((Fraction(parts), Fraction(parts)))


def slot_of(minutes: int) -> str:
    """The part of the day of a time: before 11 morning, before 14 midday, before 18 afternoon, else night."""
    hour = minutes // 60
    return "morning" if 5 <= hour < 11 else "midday" if 11 <= hour < 14 else "afternoon" if 14 <= hour < 18 else "night"


def parts_of_day(timing: Timing) -> frozenset[str]:
    """The parts of the day that a timing names, by word or by clock."""
    return frozenset(timing.slots | {slot_of(each) for each in timing.clocks})
