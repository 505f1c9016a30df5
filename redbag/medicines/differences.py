"""What is not the same in two readings of one medicine: each part the same, different, or not certain, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from redbag.medicines.comparing_times import compare_timings
from redbag.medicines.doses import Amount, Strength
from redbag.medicines.giving import PLAIN, SWALLOWED
from redbag.medicines.listed import Difference
from redbag.medicines.reading import Reading
from redbag.medicines.written import same_words, tidy

SPECIAL = frozenset(SWALLOWED) - frozenset(PLAIN)
PARTS = ("name", "strength", "dose", "route", "frequency", "form", "instructions")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One part that is not the same; `certain` is whether it surely differs. `why` is for people."""

    part: str
    before: str
    after: str
    certain: bool
    why: str

    def difference(self) -> Difference:
        """The part, word for word."""
        return Difference(part=self.part, before=self.before, after=self.after)


def findings(before: Reading, after: Reading) -> list[Finding]:
    """Every part in which the two are not the same, or may not be."""
    looks = (_name, _release, _strength, _dose, _route, _frequency, _form, _end, _instructions)
    found = [finding for look in looks for finding in look(before, after)]
    return sorted(found, key=lambda finding: PARTS.index(finding.part))


def _found(part: str, one: str, other: str, why: str, *, certain: bool) -> Finding:
    return Finding(part=part, before=one.strip(), after=other.strip(), certain=certain, why=why)


def _name(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.name, after.name
    names = (before.listed.name, after.listed.name)
    if one.salt and other.salt and one.salt != other.salt:
        yield _found(
            "name", *names, "The names end in different words (the salt): ask if it is the same.", certain=False
        )
    if not _brand_matters(before, after) or same_words(*names):
        return
    if one.brand and other.brand and one.brand != other.brand:
        yield _found(
            "name", *names, "It is another brand. With this medicine the brand must not change unasked.", certain=True
        )
    elif bool(one.brand) != bool(other.brand):
        yield _found(
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
    names = (_named(before), _named(after))
    if one.release != other.release:
        why = "Only one list says how fast it works (slow release or coated): ask which."
        if one.release and other.release:
            why = "One is slow release, the other is not: it works for another length of time."
        yield _found("form", *names, why, certain=bool(one.release and other.release))
    elif (
        _speed(one.release_words)
        and _speed(other.release_words)
        and _speed(one.release_words) != _speed(other.release_words)
    ):
        yield _found("form", *names, "Both are slow release, but not of the same kind: ask.", certain=False)


def _speed(words: str) -> str:
    """Once-a-day or twice-a-day slow release, where the letters tell."""
    return {"xl": "a day", "24 hour": "a day", "la": "a day", "sr": "half a day", "12 hour": "half a day"}.get(
        words, ""
    )


def _named(reading: Reading) -> str:
    return " ".join(filter(None, (reading.listed.name.strip(), reading.listed.form.strip())))


def _strength(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.strength, after.strength
    if not one or not other or (same := _same_strength(one, other)) is True:
        return
    why = "One tablet, ml or patch does not hold the same amount as before: count or measure anew."
    if same is None:
        why = "The strengths are written in different ways: ask if it is the same."
    yield _found(
        "strength",
        _named_or_dose(before),
        _named_or_dose(after),
        why + _factor(one.parts[0].value, other.parts[0].value, same),
        certain=same is False,
    )


def _named_or_dose(reading: Reading) -> str:
    return _named(reading) if any(sign.isdigit() for sign in _named(reading)) else reading.listed.dose


def _same_strength(one: Strength, other: Strength) -> bool | None:
    """None when it cannot be told."""
    if one.per != other.per or len(one.parts) != len(other.parts):
        return None
    pairs = list(zip(one.parts, other.parts, strict=True))
    if all(first.unit == second.unit for first, second in pairs):
        return all(first.value == second.value for first, second in pairs)
    if all(not first.unit or not second.unit for first, second in pairs):
        return True if all(first.written == second.written for first, second in pairs) else None
    return None


def _dose(before: Reading, after: Reading) -> Iterator[Finding]:
    words = (_dose_words(before), _dose_words(after))
    if before.active and after.active and [each.unit for each in before.active] == [each.unit for each in after.active]:
        if before.active != after.active:
            yield _found(
                "dose", *words, "It is another dose." + _by_how_much(before.active, after.active), certain=True
            )
        return
    unclear = bool(before.strength) != bool(after.strength) and not (before.active and after.active)
    if before.words[2] == after.words[2] and not unclear:
        if not tidy(before.listed.dose) and before.dose.amounts != after.dose.amounts:
            yield _found("dose", *words, "How much to give is not clear on both lists: ask.", certain=False)
        return
    if before.dose.understood and after.dose.understood and before.dose.amounts and not unclear:
        yield from _counted(before, after, words)
    elif not after.dose.amounts and not after.dose.left:
        yield _found("dose", *words, "The list of the hospital does not say how much to give: ask.", certain=False)
    elif unclear and before.dose.amounts == after.dose.amounts:
        yield _found(
            "dose", *words, "Only one list says how strong it is, so the dose may not be the same: ask.", certain=False
        )
    else:
        yield _found("dose", *words, "It cannot be told whether this is the same dose: ask.", certain=False)


def _counted(before: Reading, after: Reading, words: tuple[str, str]) -> Iterator[Finding]:
    """Amounts in pieces or ml, with the strength the same or silent on both lists."""
    one, other = before.dose.amounts, after.dose.amounts
    if one == other:
        return
    if [each.unit for each in one] == [each.unit for each in other] and "?" not in (each.unit for each in one):
        yield _found("dose", *words, "It is another dose." + _by_how_much(one, other), certain=True)
    else:
        yield _found("dose", *words, "It cannot be told whether this is the same dose: ask.", certain=False)


def _dose_words(reading: Reading) -> str:
    return reading.listed.dose if tidy(reading.listed.dose) else reading.listed.name


def _by_how_much(one: tuple[Amount, ...], other: tuple[Amount, ...]) -> str:
    return _factor(one[0].high, other[0].high, False) if len(one) == len(other) == 1 else ""


def _factor(one: Fraction, other: Fraction, same: bool | None) -> str:
    """10, 100 or 1000 times as much is a slip of the point or of a unit until somebody says it is not."""
    if same is not False or not one or not other:
        return ""
    for times in (10, 100, 1000):
        if other == one * times:
            return f" It is {times} TIMES AS MUCH as before: a point or a unit may be wrong. Ring before you give it."
        if one == other * times:
            return f" It is {times} TIMES LESS than before: a point or a unit may be wrong. Ring before you give it."
    return ""


def _route(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.given, after.given
    words = (before.listed.route or before.listed.form, after.listed.route or after.listed.form)
    if before.words[3] == after.words[3] and one.route == other.route:
        return
    if not one.route_understood or not other.route_understood:
        if before.words[3] != after.words[3]:
            yield _found("route", *words, "It cannot be told whether it is given the same way: ask.", certain=False)
    elif one.route and other.route:
        if one.route != other.route and not _one_names_both(one.route, other.route):
            yield _found("route", *words, "It is given another way.", certain=True)
    elif one.route != other.route and "by mouth" not in (one.route, other.route):
        yield _found("route", *words, "Only one list says which way it is given: ask.", certain=False)


def _one_names_both(one: str, other: str) -> bool:
    """*Injection* is any injection; an eye may be said without saying which, but never two different eyes."""
    general = {"injection": ("under the skin", "into a muscle", "into a vein")}
    if one in ("eye", "ear") or other in ("eye", "ear"):
        return {one, other} & {"eye", "ear"} != set() and one.split()[-1].rstrip("s") == other.split()[-1].rstrip("s")
    return other in general.get(one, ()) or one in general.get(other, ())


def _form(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.given.form, after.given.form
    if one and other and one != other:
        yield _found("form", _named(before), _named(after), "It comes in another form.", certain=True)
    elif one != other and (one or other) in SPECIAL:
        why = "Only one list says in what form it comes, and it is no plain tablet or capsule: ask."
        yield _found("form", _named(before), _named(after), why, certain=False)


def _end(before: Reading, after: Reading) -> Iterator[Finding]:
    one = before.listed.until or before.timing.course
    other = after.listed.until or after.timing.course
    if same_words(one, other):
        return
    why = "The hospital gives a day or a number of days after which it ends."
    if not other:
        why = "Your list says when it ends, the list of the hospital does not: ask."
    yield _found("instructions", one, other, why, certain=bool(other))


def _instructions(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.listed.instructions, after.listed.instructions
    if before.timing.meals and after.timing.meals and before.timing.meals != after.timing.meals:
        yield _found(
            "instructions", one, other, "It is with food on one list and before food on the other.", certain=True
        )
    elif tidy(one) and tidy(other) and not same_words(one, other):
        yield _found("instructions", one, other, "How to give it is written differently: read both.", certain=False)


def _frequency(before: Reading, after: Reading) -> Iterator[Finding]:
    one, other = before.timing, after.timing
    words = (_when(before), _when(after))
    verdict, why = compare_timings(one, other, same_words=_same_when(before, after))
    if verdict == "same" and _times_are_lost(before, after):
        verdict, why = "unsure", "Each time of the day matters with this medicine, and only one list says them: ask."
    if verdict != "same":
        yield _found("frequency", *words, why, certain=verdict == "different")


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
