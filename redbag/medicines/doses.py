"""Doses and strengths: what is written, as exact amounts; what is not certain is left unread.

A bare "U" is never units (it is read as a nought), ".5" and "2,5" are no numbers, and "2 tablets (500 mg)" says neither
what one tablet holds nor what both do.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from redbag.medicines.written import FRACTIONS, NUMBER, blank, either, number, tidy

MEASURES: dict[str, dict[Fraction, tuple[str, ...]]] = {
    "micrograms": {
        Fraction(1_000_000): ("g", "gm", "gms", "gram", "grams", "gramme", "grammes"),
        Fraction(1000): ("mg", "mgs", "milligram", "milligrams", "milligramme", "milligrammes"),
        Fraction(1): ("micrograms", "microgram", "mcg", "mcgs", "μg", "ug", "microgramme", "microgrammes"),
        Fraction(1, 1000): ("ng", "nanogram", "nanograms"),
    },
    "ml": {
        Fraction(1000): ("l", "litre", "litres"),
        Fraction(1): ("ml", "mls", "millilitre", "millilitres", "milliliter", "milliliters"),
        Fraction(5): ("5ml spoonful", "5ml spoonfuls", "5 ml spoonful", "5 ml spoonfuls", "x 5ml spoonful",
                      "x 5ml spoonfuls", "x 5ml"),
    },
    "units": {Fraction(1): ("unit", "units", "iu", "i.u.", "international unit", "international units")},
    "mmol": {Fraction(1): ("mmol", "mmols", "millimol", "millimoles")},
    "%": {Fraction(1): ("%", "% w/w", "% w/v", "percent", "per cent")},
}  # fmt: skip
UNIT_OF = {word: (unit, size) for unit, sizes in MEASURES.items() for size, words in sizes.items() for word in words}
PIECES = {
    "tablet": ("tablet", "tablets", "tab", "tabs", "tablet(s)", "caplet", "caplets"),
    "capsule": ("capsule", "capsules", "cap", "caps", "capsule(s)"),
    "puff": ("puff", "puffs", "puff(s)", "inhalation", "inhalations", "actuation", "actuations", "dose"),
    "drop": ("drop", "drops", "drop(s)", "gtt"),
    "patch": ("patch", "patches", "patch(es)"),
    "plaster": ("plaster", "plasters"),
    "sachet": ("sachet", "sachets", "sachet(s)"),
    "spray": ("spray", "sprays"),
    "suppository": ("suppository", "suppositories"),
    "enema": ("enema", "enemas"),
    "pessary": ("pessary", "pessaries"),
    "ampoule": ("ampoule", "ampoules", "vial", "vials", "nebule", "nebules"),
    "lozenge": ("lozenge", "lozenges"),
    "application": ("application", "applications"),
}
PIECE_OF = {word: piece for piece, words in PIECES.items() for word in words}
UNIT = rf"(?:{either(UNIT_OF)})(?![\w%])"
PIECE = rf"(?:{either(PIECE_OF)})(?!\w)"
KINDS = r"(?:(?:dispersible|soluble|effervescent|orodispersible|modified[ -]release|m/r|mr|ec|gastro-resistant|oral) )?"
PER = r"\s?(?:/|per|in)\s?"
LATER = r"(?:([0-9]{1,7}(?:\.[0-9]{1,4})?)(?![0-9]))"
PER_ML = re.compile(rf"({NUMBER})(?:\s?-\s?({NUMBER}))?\s?({UNIT}){PER}{LATER}?\s?(ml|mls|l|litre)(?!\w)")
PER_HOUR = re.compile(rf"({NUMBER})\s?({UNIT}){PER}{LATER}?\s?(?:hours|hour|hrs|hr|h)(?!\w)")
PER_PIECE = re.compile(rf"({NUMBER})\s?({UNIT}){PER}(?:{PIECE}|metered dose)")
SLASH = r"\s?[/+]\s?"
COMBINED = re.compile(
    rf"({NUMBER})\s?({UNIT})?{SLASH}{LATER}\s?({UNIT})?(?:{SLASH}{LATER}\s?((?!ml){UNIT}))?"
    rf"(?:{PER}(?:([0-9]{{1,2}}\s?)?(ml)|{PIECE}))?(?![\w/])"
)
TIMES = re.compile(
    rf"({NUMBER})\s?(?:x|of)?\s?(?:{KINDS}{PIECE} of |)({NUMBER})\s?({UNIT})(?:\s{KINDS}(?:{PIECE}))?(?: each)?"
)
COUNT_AFTER = re.compile(rf"({NUMBER})\s?({UNIT})\s{KINDS}{PIECE}\s?(?:[,:;-]|[(]|take)\s?({NUMBER})(?:\s{PIECE})?")
RANGE = re.compile(rf"({NUMBER})\s?({UNIT}|{KINDS}{PIECE})?\s?(?:-|to|or)\s?({NUMBER})\s?({UNIT}|{KINDS}{PIECE})")
SINGLE = re.compile(rf"({NUMBER})\s?(?:x\s)?({UNIT}|{KINDS}{PIECE})")
HARMLESS = frozenset((
    "take", "taken", "give", "given", "to", "be", "of", "the", "a", "an", "each", "with", "water", "dose", "doses",
    "tablet", "tablets", "capsule", "capsules", "oral", "as", "by", "apply", "insert", "inhale", "instil", "spread",
    "is", "mix", "dissolve", "dissolved", "swallow", "swallowed", "whole", "and", "into", "via",
))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Part:
    """One ingredient's share: as written, its measure (empty when none was written), and how much of it that is."""

    written: Fraction
    unit: str
    value: Fraction


@dataclass(frozen=True, kw_only=True)
class Strength:
    """What one piece, one ml or one hour holds, for each ingredient. `per` is piece, ml or hour."""

    parts: tuple[Part, ...]
    per: str


@dataclass(frozen=True, kw_only=True)
class Amount:
    """From `low` to `high` of a unit: micrograms, micrograms an hour, ml, units, mmol, %, or a piece such as tablet."""

    low: Fraction
    high: Fraction
    unit: str


@dataclass(frozen=True, kw_only=True)
class Dose:
    """Amounts, a strength if one was written, and what was left unread; it is understood only when nothing was."""

    amounts: tuple[Amount, ...] = ()
    strengths: tuple[Strength, ...] = ()
    left: str = ""

    @property
    def understood(self) -> bool:
        """Whether every word was read, and no unit has two amounts."""
        units = [each.unit for each in self.amounts]
        return not self.left and len(units) == len(set(units)) and len(self.strengths) <= 1


def read_dose(text: str) -> Dose:
    """The amounts of a dose as written."""
    rest = tidy(text)
    strengths, rest = _densities(rest)
    rates, rest = _rates(rest)
    counted, rest = _counted(rest)
    amounts, rest = _amounts(rest)
    extra = [] if not counted else [counted[1]]
    return Dose(
        amounts=tuple(dict.fromkeys([*rates, *(counted[:1] if counted else []), *amounts])),
        strengths=tuple(dict.fromkeys([*strengths, *extra])),
        left=_left(rest),
    )


def read_strength(text: str) -> tuple[Strength | None, str]:
    """The one strength in a name or a form, and the text without it; None where there is none or more than one."""
    rest = tidy(text)
    found, rest = _densities(rest)
    rates, rest = _rates(rest)
    amounts, rest = _amounts(rest)
    found += [_strength(each, per="hour" if each.unit == "micrograms an hour" else "piece") for each in rates]
    found += [_strength(each, per="piece") for each in amounts if each.unit in MEASURES and each.unit != "ml"]
    several = tuple(dict.fromkeys(found))
    return (several[0] if len(several) == 1 else None), rest


def _densities(rest: str) -> tuple[list[Strength], str]:
    """Strengths per ml, per piece and of combinations, and the text without them."""
    found = []
    while match := next(filter(_is_combined, COMBINED.finditer(rest)), None):
        found.append(_combined(match))
        rest = blank(rest, match)
    while match := PER_ML.search(rest):
        low, high, unit, over, volume = match.groups()
        many = (number(over) if over else 1) * UNIT_OF[volume][1]
        found.append(Strength(parts=tuple(_part(each, unit, over=many) for each in (low, high) if each), per="ml"))
        rest = blank(rest, match)
    while match := PER_PIECE.search(rest):
        found.append(Strength(parts=(_part(match[1], match[2]),), per="piece"))
        rest = blank(rest, match)
    return found, rest


def _is_combined(match: re.Match) -> bool:
    """Not a half or a date: 25/100, 30mg/500mg, 125mg/31mg/5ml."""
    first, unit, second, second_unit, third, third_unit = match.groups()[:6]
    if (third and not third_unit) or not first[0].isdigit() or "/" in first:
        return False
    if not unit and not second_unit:
        return f"{first}/{second}" not in FRACTIONS.values()
    return "ml" not in (UNIT_OF[each][0] for each in (unit, second_unit) if each)


def _combined(match: re.Match) -> Strength:
    first, unit, second, second_unit, third, third_unit, many, volume = match.groups()
    last = third_unit or second_unit
    over = number(many.strip()) if many else Fraction(1)
    parts = [_part(first, unit or last, over=over), _part(second, second_unit or last, over=over)]
    return Strength(
        parts=tuple([*parts, _part(third, third_unit, over=over)] if third else parts), per="ml" if volume else "piece"
    )


def _part(written: str, unit: str | None, *, over: Fraction | int = 1) -> Part:
    kind, size = UNIT_OF[unit] if unit else ("", Fraction(1))
    return Part(written=number(written) / over, unit=kind, value=number(written) * size / over)


def _strength(amount: Amount, *, per: str) -> Strength:
    values = dict.fromkeys((amount.low, amount.high))
    return Strength(parts=tuple(Part(written=each, unit=amount.unit, value=each) for each in values), per=per)


def _rates(rest: str) -> tuple[list[Amount], str]:
    """What is given over an hour, as patches are named."""
    found = []
    while match := PER_HOUR.search(rest):
        value = number(match[1]) * UNIT_OF[match[2]][1] / (number(match[3]) if match[3] else 1)
        found.append(Amount(low=value, high=value, unit=f"{UNIT_OF[match[2]][0]} an hour"))
        rest = blank(rest, match)
    return found, rest


def _counted(rest: str) -> tuple[tuple[Amount, Strength] | None, str]:
    """2 x 500 mg, or 500 mg tablets, 2: the whole amount and what one piece holds, where that is certain."""
    if match := COUNT_AFTER.search(rest):
        one, unit, many = match.groups()
    elif match := TIMES.search(rest):
        many, one, unit = match.groups()
    else:
        return None, rest
    part = _part(one, unit)
    if part.unit in ("ml", "%") or not number(many):
        return None, rest
    total = part.value * number(many)
    whole = Amount(low=total, high=total, unit=part.unit)
    return (whole, Strength(parts=(Part(written=part.value, unit=part.unit, value=part.value),), per="piece")), blank(
        rest, match
    )


def _amounts(rest: str) -> tuple[list[Amount], str]:
    found = []
    while match := RANGE.search(rest):
        low, low_unit, high, unit = match.groups()
        first, last = _amount(low, low_unit or unit), _amount(high, unit)
        found.append(Amount(low=first.low, high=last.high, unit=last.unit if first.unit == last.unit else "?"))
        rest = blank(rest, match)
    while match := SINGLE.search(rest):
        found.append(_amount(match[1], match[2]))
        rest = blank(rest, match)
    return list(dict.fromkeys(found)), rest


def _amount(written: str, measure: str) -> Amount:
    piece = measure if measure in PIECE_OF else measure.split()[-1]
    unit, size = UNIT_OF.get(measure) or (PIECE_OF[piece], Fraction(1))
    return Amount(low=number(written) * size, high=number(written) * size, unit=unit)


def _left(rest: str) -> str:
    """The words that were not read and could mean something."""
    return " ".join(word for word in re.findall(r"[^\s,;:()]+", rest) if word.strip(".-'*[]") not in HARMLESS | {""})
