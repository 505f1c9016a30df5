"""Which medicines harm most when they are wrong, in words for people.

Source: general professional knowledge; not complete; a clinical safety officer must review it.
"""

from fractions import Fraction

from redbag.medicines.listed import Line, Listed
from redbag.medicines.reading import Reading, read

SAID = {
    "blood thinner": "Blood thinner",
    "insulin": "Insulin",
    "opioid": "Strong painkiller (opioid)",
    "methotrexate": "Methotrexate: once a WEEK only",
    "lithium": "Lithium",
    "epilepsy": "For fits (epilepsy) or nerve pain: must not stop suddenly",
    "Parkinson's": "For Parkinson's: must not be late, must not stop suddenly",
    "Parkinson's: ask": "Can be harmful in Parkinson's: ask",
    "steroid": "Steroid: must not stop suddenly",
    "clozapine": "Clozapine: must not stop or restart without the clinic",
    "myasthenia": "For myasthenia: must not be late",
    "diabetes tablets": "Can make blood sugar too low",
    "weekly": "Some strengths are once a WEEK only",
}
LATE_HARMS = ("Parkinson's", "insulin", "epilepsy", "blood thinner", "myasthenia")
NEVER_SUDDENLY = ("Parkinson's", "epilepsy", "insulin", "blood thinner", "steroid", "lithium", "clozapine")
WEEKLY_STRENGTHS = {"alendronic acid": 70_000, "risedronate": 35_000}
NOT_WEEKLY = "This is a medicine for once a WEEK, and the list says otherwise. Given every day it can kill. Ring first."


def flags(line: Line) -> tuple[str, ...]:
    """Why this line needs special care, in words; empty for most medicines."""
    return tuple(dict.fromkeys(SAID[group] for group in groups(line) if group in SAID))


def groups(line: Line) -> tuple[str, ...]:
    """The groups of its medicines, such as insulin or opioid; empty for most."""
    found = [read(each).name.known for each in (line.before, line.after) if each]
    return tuple(dict.fromkeys(known.group for known in found if known and known.group))


def is_time_critical(line: Line) -> bool:
    """Whether either list says it must not be late, or it is of a kind that must not be."""
    said = any(each.time_critical for each in (line.before, line.after) if each)
    return said or any(group in LATE_HARMS for group in groups(line))


def do_not_stop(line: Line) -> str:
    """The warning that it must not be stopped, in the words of the list that gives it, the hospital's first."""
    return next((each.do_not_stop for each in (line.after, line.before) if each and each.do_not_stop.strip()), "")


def harms_when_missed(line: Line) -> bool:
    """Whether leaving it out can harm: marked so, time-critical, or of a kind that must not stop suddenly."""
    never = any(group in NEVER_SUDDENLY for group in groups(line))
    return bool(do_not_stop(line)) or never or is_time_critical(line)


def weekly_unsaid(reading: Reading) -> str:
    """A warning when a medicine that is only ever given once a week is listed otherwise; empty when it is not."""
    known = reading.name.known
    once_a_week = known and (known.group == "methotrexate" or _weekly_strength(reading, known.generic))
    rate = reading.timing.rate
    weekly = rate and rate[1] <= Fraction(1, 7)
    return NOT_WEEKLY if once_a_week and not weekly and reading.given.way != "injected" else ""


def _weekly_strength(reading: Reading, generic: str) -> bool:
    limit = WEEKLY_STRENGTHS.get(generic)
    return bool(limit and any(each.unit == "micrograms" and each.high >= limit for each in reading.active))


def of_listed(listed: Listed) -> tuple[str, ...]:
    """The words for one medicine on its own."""
    return flags(Line(kind="uncertain", before=None, after=listed))
