"""What is not the same in two readings of one medicine: each part the same, different, or not certain, and why."""

import re
from collections.abc import Iterator

from redbag.medicines.comparing_doses import dose_differs, strength_differs
from redbag.medicines.comparing_times import compare_timings
from redbag.medicines.doses import read_dose
from redbag.medicines.finding import Finding, found
from redbag.medicines.giving import PLAIN, SWALLOWED, form_of
from redbag.medicines.reading import Reading, named
from redbag.medicines.saying_stopped import MUST_GO_ON
from redbag.medicines.timings import read_timing
from redbag.medicines.written import same_words, tidy

SPECIAL = frozenset(SWALLOWED) - frozenset(PLAIN)
PLANS = re.compile(
    r"\b(?:reduc|increas|decreas|taper|wean|titrat|adjust|doubl|halv|alternat|stop|omit|hold|withh|restart|max|instead|"
    r"replac|switch|if |unless|until|when |then )"
)
PARTS = ("name", "strength", "dose", "route", "frequency", "form", "instructions")


def findings(before: Reading, after: Reading) -> list[Finding]:
    """Every part in which the two are not the same, or may not be."""
    looks = (_name, _release, strength_differs, dose_differs, _route, _frequency, _form, _end, _instructions)
    every = [finding for look in looks for finding in look(before, after)]
    return sorted(every, key=lambda finding: PARTS.index(finding.part))


def _name(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.name, after.name
    names = (before.listed.name, after.listed.name)
    if one.salt and other.salt and one.salt != other.salt:
        yield found(
            "name", *names, "The names end in different words (the salt): ask if it is the same.", certain=False
        )
    if not _brand_matters(before, after) or same_words(*names):
        return
    if one.brand and other.brand and one.brand != other.brand:
        yield found(
            "name", *names, "It is another brand. With this medicine the brand must not change unasked.", certain=True
        )
    elif bool(one.brand) != bool(other.brand):
        yield found(
            "name",
            *names,
            "With this medicine the brand matters, and only one list names it: ask which.",
            certain=False,
        )


def _brand_matters(before: Reading, after: Reading) -> bool:
    when = (before.name.known or after.name.known).brand_matters if before.name.known or after.name.known else ""
    if when == "MR":
        return "MR" in (before.name.release, after.name.release)
    if when == "patch":
        return "patch" in (before.given.form, after.given.form)
    return bool(when) and not (when == "inhaled" and _is_by_mouth(before, after))


def _is_by_mouth(before: Reading, after: Reading) -> bool:
    return "swallowed" in (before.given.way, after.given.way)


def _release(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.name, after.name
    names = (named(before), named(after))
    if one.release != other.release:
        why = "Only one list says how fast it works (slow release or coated): ask which."
        if one.release and other.release:
            why = "One is slow release, the other is not: it works for another length of time."
        yield found("form", *names, why, certain=bool(one.release and other.release))
    elif (
        _speed(one.release_words)
        and _speed(other.release_words)
        and _speed(one.release_words) != _speed(other.release_words)
    ):
        yield found("form", *names, "Both are slow release, but not of the same kind: ask.", certain=False)


def _speed(words: str) -> str:
    """Once-a-day or twice-a-day slow release, where the letters tell."""
    return {"xl": "a day", "24 hour": "a day", "la": "a day", "sr": "half a day", "12 hour": "half a day"}.get(
        words, ""
    )


def _route(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.given, after.given
    words = (before.listed.route or before.listed.form, after.listed.route or after.listed.form)
    if before.words[3] == after.words[3] and one.route == other.route:
        return
    if not one.route_understood or not other.route_understood:
        if before.words[3] != after.words[3]:
            yield found("route", *words, "It cannot be told whether it is given the same way: ask.", certain=False)
    elif one.route and other.route:
        if one.route != other.route and not _one_names_both(one.route, other.route):
            yield found("route", *words, "It is given another way.", certain=True)
    elif one.route != other.route and "by mouth" not in (one.route, other.route):
        yield found("route", *words, "Only one list says which way it is given: ask.", certain=False)


def _one_names_both(one: str, other: str) -> bool:
    """*Injection* is any injection; an eye may be said without saying which, but never two different eyes."""
    general = {"injection": ("under the skin", "into a muscle", "into a vein")}
    if one in ("eye", "ear") or other in ("eye", "ear"):
        return {one, other} & {"eye", "ear"} != set() and one.split()[-1].rstrip("s") == other.split()[-1].rstrip("s")
    return other in general.get(one, ()) or one in general.get(other, ())


def _form(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.given.form, after.given.form
    if one and other and one != other:
        yield found("form", named(before), named(after), "It comes in another form.", certain=True)
    elif one != other and (one or other) in SPECIAL:
        why = "Only one list says in what form it comes, and it is no plain tablet or capsule: ask."
        yield found("form", named(before), named(after), why, certain=False)
    elif before.words[1] != after.words[1] and (_not_known(before.listed.form) or _not_known(after.listed.form)):
        yield found("form", named(before), named(after), "The form has words that we do not know: ask.", certain=False)


def _not_known(words: str) -> bool:
    return bool(tidy(words)) and not form_of(words)


def _end(before: Reading, after: Reading) -> Iterator[Finding]:
    one = before.listed.until or before.timing.course
    other = after.listed.until or after.timing.course
    if same_words(one, other):
        return
    why = "The hospital gives a day or a number of days after which it ends."
    if not other:
        why = "Your list says when it ends, the list of the hospital does not: ask."
    yield found("instructions", one, other, why, certain=bool(other))


def _instructions(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.listed.instructions, after.listed.instructions
    if before.timing.meals and after.timing.meals and before.timing.meals != after.timing.meals:
        why = "It is with food on one list and before food on the other."
        yield found("instructions", one or _when(before), other or _when(after), why, certain=True)
    elif same_words(one, other):
        return
    elif tidy(one) and tidy(other):
        yield found("instructions", one, other, "How to give it is written differently: read both.", certain=False)
    elif _says_more(before) or _says_more(after):
        why = "The instructions say something of how much, how often or until when: read them, and ask."
        yield found("instructions", one, other, why, certain=False)


def _says_more(reading: Reading) -> bool:
    """Whether the instructions hold amounts, times or plans that the other columns may not."""
    words = MUST_GO_ON.sub(" ", tidy(reading.listed.instructions))
    timing, (rest,) = read_timing([words])
    often = bool(timing.rates) and timing.rates != reading.timing.rates
    known = {*reading.dose.amounts, *reading.active}
    much = any(amount not in known for amount in read_dose(rest).amounts)
    return often or much or bool(PLANS.search(words)) or bool(timing.course)


def _frequency(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.timing, after.timing
    words = (_when(before), _when(after))
    verdict, why = compare_timings(one, other, same_words=_same_when(before, after))
    if verdict == "same" and _times_are_lost(before, after):
        verdict, why = "unsure", "Each time of the day matters with this medicine, and only one list says them: ask."
    if verdict != "same":
        yield found("frequency", *words, why, certain=verdict == "different")


def _same_when(before: Reading, after: Reading) -> bool:
    return before.words[4] == after.words[4] and (before.words[2] == after.words[2] or bool(after.words[4]))


def _when(reading: Reading) -> str:
    return reading.listed.frequency if tidy(reading.listed.frequency) else reading.listed.dose or reading.listed.name


def _times_are_lost(before: Reading, after: Reading) -> bool:
    known = before.name.known or after.name.known
    often = max((timing.rate[1] for timing in (before.timing, after.timing) if timing.rate), default=0) >= 3
    return bool(
        known and known.group == "Parkinson's" and often and bool(before.timing.clocks) != bool(after.timing.clocks)
    )
