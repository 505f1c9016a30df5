"""One medicine of a list, read in all its parts: which, how strong, how much, how often, how given."""

import re
from dataclasses import dataclass

from redbag.medicines.doses import PIECE_OF, Amount, Dose, Strength, read_dose, read_strength
from redbag.medicines.giving import FORM_WORDS, Given, given_as
from redbag.medicines.listed import Listed
from redbag.medicines.names import Name, name_of, phrases_in
from redbag.medicines.saying_stopped import Said, what_is_said
from redbag.medicines.timings import Timing, meaningful, read_timing
from redbag.medicines.written import NUMBER, tidy

BARE = re.compile(rf"{NUMBER}(?!\w)")
ONLY_COUNT = re.compile(rf"(?:take |give )?{NUMBER}(?:\s?(?:-|to|or)\s?{NUMBER})?(?: to be taken)?")
MEASURED = ("micrograms", "micrograms an hour", "ml", "units", "mmol", "%")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A medicine and what was understood of it. `key` is what makes two the same medicine; empty without a name."""

    listed: Listed
    name: Name
    strength: Strength | None
    dose: Dose
    timing: Timing
    given: Given
    said: Said
    words: tuple[str, ...]

    @property
    def key(self) -> str:
        """Ingredients and unknown words together."""
        return self.name.medicine

    @property
    def active(self) -> tuple[Amount, ...]:
        """How much of the medicine itself is given each time, for each ingredient; empty when that is not certain."""
        return _active(self.dose, self.strength) if self.dose.understood else ()


def read(listed: Listed) -> Reading:
    """What a list says of one medicine, understood as far as it can be; no text makes it fail."""
    said, name_words = what_is_said(listed)
    found, rest = phrases_in(name_words)
    named_strength, rest = read_strength(rest)
    formed_strength, _ = read_strength(listed.form)
    frequency_words = _or_instructions(listed)
    timing, (left, dose_words, rest) = read_timing([frequency_words, said.dose, rest])
    bare = FORM_WORDS.sub(" ", rest)
    form_words = f"{listed.form} {name_words} {said.dose}"
    given = given_as(form_words=form_words, route_words=listed.route, drunk=" ml" in _spaced(said.dose))
    written = dose_words if tidy(dose_words) or tidy(said.dose) else left if meaningful(left) else _number_in(bare)
    per_piece = bool(named_strength and named_strength.per == "piece")
    dose = read_dose(_counted(written, given.form or ("tablet" if per_piece else "")))
    timing.left = meaningful(left) if tidy(dose_words) else ""
    return Reading(
        listed=listed,
        name=name_of(found, bare),
        strength=next(iter(dose.strengths), None) or named_strength or formed_strength,
        dose=dose,
        timing=timing,
        given=given,
        said=said,
        words=_words(listed, said),
    )


def _spaced(dose: str) -> str:
    return re.sub(r"(?<=[0-9])(?=mls?\b)", " ", tidy(dose))


def named(reading: Reading) -> str:
    """Name and form as written."""
    return " ".join(filter(None, (reading.listed.name.strip(), reading.listed.form.strip())))


def _number_in(rest: str) -> str:
    """The count in a name such as *Bisoprolol 2.5 mg tablets, one daily*; nothing where there is more than one."""
    found = BARE.findall(rest)
    return found[0] if len(found) == 1 else ""


def _counted(words: str, form: str) -> str:
    """*Two* of a medicine that comes in tablets is two tablets."""
    piece = form.split()[-1] if form.split() else ""
    return f"{words} {piece}" if ONLY_COUNT.fullmatch(tidy(words).strip(" .,;:-")) and piece in PIECE_OF else words


def _or_instructions(listed: Listed) -> str:
    """How often: as its own column says, else as the instructions say where they say when."""
    if listed.frequency.strip():
        return listed.frequency
    timing, _ = read_timing([listed.instructions])
    return listed.instructions if timing.understood else ""


def _words(listed: Listed, said: Said) -> tuple[str, ...]:
    """The parts as written, in one shape, to see what is the same word for word."""
    parts = (listed.name, listed.form, said.dose, listed.route, listed.frequency)
    return tuple(tidy(part).rstrip(". ") for part in parts)


def _active(dose: Dose, strength: Strength | None) -> tuple[Amount, ...]:
    amounts = {each.unit: each for each in dose.amounts}
    counts = [each for each in dose.amounts if each.unit not in MEASURED]
    measured = [each for each in dose.amounts if each.unit in MEASURED and each.unit != "ml"]
    many = amounts.get("ml") if strength and strength.per == "ml" else next(iter(counts), None)
    if len(counts) > 1 or len(measured) > 1:
        return ()
    worked_out = _times(many, strength) if many and strength else ()
    if not measured:
        return worked_out
    if worked_out:
        return worked_out if worked_out == tuple(measured) else ()
    sure = not counts or (counts[0].low == counts[0].high == 1)
    return tuple(measured) if sure else ()


def _times(many: Amount, strength: Strength) -> tuple[Amount, ...]:
    if (strength.per == "ml") != (many.unit == "ml"):
        return ()
    if any(part.unit in ("", "%", "?") for part in strength.parts) or many.unit == "application":
        return ()
    return tuple(
        Amount(low=many.low * part.value, high=many.high * part.value, unit=part.unit) for part in strength.parts
    )
