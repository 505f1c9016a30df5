"""Whether two timings say the same; every week for every day is said out loud, for it can kill."""

from fractions import Fraction

from redbag.medicines.timings import Timing, parts_of_day
from redbag.medicines.written import tidy

# Hours between doses that mean the same as so many times a day or so many days. Every 8 hours is not *three times a
# day*: it wakes somebody at night. Every 6 and every 4 hours neither.
NAMED_CERTAIN = frozenset(Fraction(hours) for hours in (12, 24, 48, 72, 96, 120, 144, 168, 336, 672))
WEEK_AND_DAY = (
    "One list says every WEEK, the other every DAY or nearly. Given every day, a weekly medicine can kill. "
    "Do not give it before you have asked."
)
# When so many times a day are usually given; another time of the day has to be said on both lists.
USUAL = {
    1: ({"morning"},),
    2: ({"morning", "night"},),
    3: ({"morning", "midday", "night"}, {"morning", "afternoon", "night"}),
    4: ({"morning", "midday", "afternoon", "night"},),
}
OTHER_PARTS = "It is given at another time of the day."


def compare_timings(one: Timing, other: Timing, *, same_words: bool) -> tuple[str, str]:
    """Same, different or unsure, and why in words."""
    if same_words and not _contradicts(other):
        return "same", ""
    if _week_and_day(one.rates | other.rates):
        clear = one.understood and other.understood
        return ("different" if clear else "unsure"), WEEK_AND_DAY
    if not other.rates and not other.once and other.as_needed is False and not tidy(other.left):
        return "unsure", "The list of the hospital does not say how often: ask."
    if not one.understood or not other.understood:
        return "unsure", "It cannot be told whether it is given as often as before: ask."
    return _understood(one, other)


def _contradicts(timing: Timing) -> bool:
    return _week_and_day(timing.rates)


def _week_and_day(rates: set[tuple[Fraction, Fraction]]) -> bool:
    return any(high <= Fraction(1, 3) for _, high in rates) and any(low >= Fraction(1, 2) for low, _ in rates)


def _understood(one: Timing, other: Timing) -> tuple[str, str]:
    if one.once != other.once:
        return "different", "One is a single dose, the other goes on."
    if {one.as_needed, other.as_needed} == {True, False}:
        return "different", "One is only when needed, the other is regular."
    if one.rate != other.rate:
        if one.rate is None or other.rate is None:
            return "unsure", "Only one list says how often it may be given: ask."
        return "different", "It is given more often or less often than before."
    if {one.as_needed, other.as_needed} == {None, False}:
        return "unsure", "One list says *up to*, the other does not: ask if it is only when needed."
    return _same_rate(one, other)


def _same_rate(one: Timing, other: Timing) -> tuple[str, str]:
    if bool(one.every_hours) != bool(other.every_hours) and not (one.every_hours | other.every_hours) <= NAMED_CERTAIN:
        return "unsure", "Every so many hours is not the same as so many times a day (nights): ask."
    if one.weekdays and other.weekdays and one.weekdays != other.weekdays:
        return "different", "It is given on another day of the week."
    if one.clocks and other.clocks and not one.slots | other.slots and one.clocks != other.clocks:
        return "different", OTHER_PARTS
    parts, others = parts_of_day(one), parts_of_day(other)
    if parts and others and not (parts <= others or others <= parts):
        return "different", OTHER_PARTS
    if bool(parts) != bool(others) and not _usual(parts or others, one.rate):
        return "unsure", "Only one list says at what time of the day, and it is not the usual time: ask."
    if one.limit != other.limit and ((one.limit and other.limit) or one.rate is None):
        return "unsure", "The most in a day is not written the same: ask."
    return "same", ""


def _usual(parts: frozenset[str], rate: tuple[Fraction, Fraction] | None) -> bool:
    """Whether these parts of the day are what so many times a day usually means; fewer than named do not contradict."""
    if rate is None or rate[1] > 4:
        return True
    often = max(1, int(rate[1]))
    return any(parts <= usual if often > 1 and len(parts) < often else parts == usual for usual in USUAL[often])
