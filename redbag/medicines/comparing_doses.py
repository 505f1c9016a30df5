"""Whether strength and dose are the same: exactly, in any spelling, and only where that is certain."""

from collections.abc import Iterator
from fractions import Fraction

from redbag.medicines.doses import Amount, Strength
from redbag.medicines.finding import Finding, found
from redbag.medicines.reading import Reading, named
from redbag.medicines.written import tidy


def strength_differs(before: Reading, after: Reading) -> Iterator[Finding]:
    """What one piece, ml or hour holds, where both lists say it and it is not the same."""
    one, other = before.strength, after.strength
    if bool(one) != bool(other) and _is_strong_insulin(before, after):
        why = "This insulin is not the usual strength (100 units in 1 ml), and only one list says so: ask."
        yield found("strength", named(before), named(after), why, certain=False)
    if not one or not other or (same := _same_strength(one, other)) is True:
        return
    why = "One tablet, ml or patch does not hold the same amount as before: count or measure anew."
    if same is None:
        why = "The strengths are written in different ways: ask if it is the same."
    yield found(
        "strength",
        _named_or_dose(before),
        _named_or_dose(after),
        why + _factor(one.parts[0].value, other.parts[0].value, same),
        certain=same is False,
    )


def _is_strong_insulin(before: Reading, after: Reading) -> bool:
    """Whether one of them is an insulin of another strength than the usual."""
    strengths = [each.strength for each in (before, after) if each.name.known and each.name.known.group == "insulin"]
    return any(each and (each.per, each.parts[0].value) != ("ml", 100) for each in strengths)


def _named_or_dose(reading: Reading) -> str:
    return named(reading) if any(sign.isdigit() for sign in named(reading)) else reading.listed.dose


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


def dose_differs(before: Reading, after: Reading) -> Iterator[Finding]:
    """How much is given each time, where it is another amount or cannot be told."""
    words = (_dose_words(before), _dose_words(after))
    if before.active and after.active and [each.unit for each in before.active] == [each.unit for each in after.active]:
        if before.active != after.active:
            yield found("dose", *words, "It is another dose." + _by_how_much(before.active, after.active), certain=True)
        return
    unclear = bool(before.strength) != bool(after.strength) and not (before.active and after.active)
    if before.words[2] == after.words[2] and not unclear:
        if not tidy(before.listed.dose) and before.dose.amounts != after.dose.amounts:
            yield found("dose", *words, "How much to give is not clear on both lists: ask.", certain=False)
        return
    if before.dose.understood and after.dose.understood and before.dose.amounts and not unclear:
        yield from _counted(before, after, words)
    elif not after.dose.amounts and not after.dose.left:
        yield found("dose", *words, "The list of the hospital does not say how much to give: ask.", certain=False)
    elif unclear and before.dose.amounts == after.dose.amounts:
        yield found(
            "dose", *words, "Only one list says how strong it is, so the dose may not be the same: ask.", certain=False
        )
    else:
        yield found("dose", *words, "It cannot be told whether this is the same dose: ask.", certain=False)


def _counted(before: Reading, after: Reading, words: tuple[str, str]) -> Iterator[Finding]:
    """Amounts in pieces or ml, with the strength the same or silent on both lists."""
    one, other = before.dose.amounts, after.dose.amounts
    if one == other:
        return
    if [each.unit for each in one] == [each.unit for each in other] and "?" not in (each.unit for each in one):
        yield found("dose", *words, "It is another dose." + _by_how_much(one, other), certain=True)
    else:
        yield found("dose", *words, "It cannot be told whether this is the same dose: ask.", certain=False)


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
