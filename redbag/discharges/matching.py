"""Whose a document is: more than one thing about the person must agree, and nothing may contradict. No database."""

import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from redbag.incoming.message import Person
from redbag.residents.nhs_numbers import BadNhsNumber, check

SIGNS_INSIDE = dict.fromkeys(map(ord, "'`´\u2018\u2019"))


class Agreement(StrEnum):
    AGREED = "agreed"
    DISAGREED = "disagreed"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why a document is held. What nobody can be told apart by is `NOBODY` to the hospital: see `told`."""

    NHS_NUMBER_MISSING = "nhs_number_missing"
    NHS_NUMBER_INVALID = "nhs_number_invalid"
    BIRTH_MISSING = "birth_missing"
    SAYS_TWO_PEOPLE = "says_two_people"
    WRONG_PERSON = "wrong_person"
    NHS_NUMBER_DIFFERS = "nhs_number_differs"
    BIRTH_DIFFERS = "birth_differs"
    DAY_AND_MONTH_SWAPPED = "day_and_month_swapped"
    NAME_DIFFERS = "name_differs"
    NOBODY = "nobody"
    SEVERAL = "several"
    NO_OPEN_TRANSFER = "no_open_transfer"
    OTHER_HOME = "other_home"
    LEFT = "left"
    SAME_ID_OTHER_WORDS = "same_id_other_words"
    SENT_BACK = "sent_back"
    ENTERED_IN_ERROR = "entered_in_error"


ABOUT_WHAT_WAS_SENT = {
    Why.NHS_NUMBER_MISSING,
    Why.NHS_NUMBER_INVALID,
    Why.BIRTH_MISSING,
    Why.SAYS_TWO_PEOPLE,
    Why.SAME_ID_OTHER_WORDS,
    Why.SENT_BACK,
    Why.ENTERED_IN_ERROR,
}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A resident whom a document may be about.

    `also` are names of records that were joined into this one; `expected` says that a journey to the hospital that
    sent the document is open, or ended lately.
    """

    key: Hashable
    home: Hashable
    nhs_number: str
    date_of_birth: date
    first_name: str
    last_name: str
    preferred_name: str = ""
    also: tuple[tuple[str, str], ...] = ()
    left: bool = False
    expected: bool = False


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What a document says of a person beside what a home knows, identifier by identifier."""

    nhs_number: Agreement
    date_of_birth: Agreement
    name: Agreement


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whose it is, or why that is not certain."""

    whose: Hashable | None = None
    why: tuple[Why, ...] = ()


def compare(person: Person, candidate: Candidate) -> Compared:
    """Each identifier by itself; an NHS number that is none disagrees, one that either side lacks is unknown."""
    return Compared(
        nhs_number=_numbers(person.nhs_number, candidate.nhs_number),
        date_of_birth=_same(person.date_of_birth, candidate.date_of_birth),
        name=_names(person, candidate),
    )


def contradictions(person: Person, candidate: Candidate) -> tuple[Why, ...]:
    """What a document says against being about this resident; nothing when it says nothing against it."""
    seen, against = compare(person, candidate), [Why.SAYS_TWO_PEOPLE] if person.doubts else []
    if seen.nhs_number == Agreement.DISAGREED:
        against.append(Why.NHS_NUMBER_DIFFERS if _is_number(person.nhs_number) else Why.NHS_NUMBER_INVALID)
    if seen.date_of_birth == Agreement.DISAGREED:
        swapped = _swapped(person.date_of_birth) == candidate.date_of_birth
        against.append(Why.DAY_AND_MONTH_SWAPPED if swapped else Why.BIRTH_DIFFERS)
    if seen.name == Agreement.DISAGREED:
        against.append(Why.NAME_DIFFERS)
    return (Why.WRONG_PERSON, *against) if against else ()


def whose(person: Person, candidates: Sequence[Candidate], *, home: Hashable | None = None) -> Verdict:
    """The one resident with this NHS number and this birth date whose name is not flatly another; else why not.

    `home` is where the hospital says that they live. Of several homes that know the person, the one with a journey to
    this hospital counts. Nobody is ever found by one identifier.
    """
    if lacking := _lacking(person):
        return Verdict(why=lacking)
    same = [each for each in candidates if compare(person, each).nhs_number == Agreement.AGREED]
    if not same:
        return Verdict(why=(Why.NOBODY,))
    fitting = [each for each in same if not contradictions(person, each)]
    if not fitting:
        return Verdict(why=contradictions(person, same[0])[1:])
    if home is not None:
        fitting = [each for each in fitting if each.home == home]
        if not fitting:
            return Verdict(why=(Why.OTHER_HOME,))
    living = [each for each in fitting if not each.left]
    if not living:
        return Verdict(why=(Why.LEFT,))
    if len(living) > 1:
        living = [each for each in living if each.expected] or living
    if len(living) > 1:
        nowhere = not any(each.expected for each in living)
        return Verdict(why=(Why.SEVERAL, Why.NO_OPEN_TRANSFER) if nowhere else (Why.SEVERAL,))
    return Verdict(whose=living[0].key)


def two_people(one: Person, other: Person) -> bool:
    """Whether what was sent beside a document and what stands in it name different people."""
    numbers = _same(_number(one.nhs_number), _number(other.nhs_number))
    births = _same(one.date_of_birth, other.date_of_birth)
    first = _first_names(_words(one.given), _words(other.given))
    last = _last_names(_words(one.family), _words(other.family))
    return Agreement.DISAGREED in (numbers, births) or (first == last == Agreement.DISAGREED)


def told(why: Iterable[str], *, party: bool) -> list[str]:
    """The reasons that the hospital may hear: all about a patient it knows, else only those about what it sent.

    Without a journey, somebody who lives in a home and nobody at all are told in the same word.
    """
    if party:
        return list(why)
    return list(dict.fromkeys(each if each in ABOUT_WHAT_WAS_SENT else Why.NOBODY.value for each in why))


def _lacking(person: Person) -> tuple[Why, ...]:
    lacking = [Why.SAYS_TWO_PEOPLE] if person.doubts else []
    if not person.nhs_number:
        lacking.append(Why.NHS_NUMBER_MISSING)
    elif not _is_number(person.nhs_number):
        lacking.append(Why.NHS_NUMBER_INVALID)
    if person.date_of_birth is None:
        lacking.append(Why.BIRTH_MISSING)
    return tuple(lacking)


def _number(text: str) -> str:
    """The ten digits, or what was sent when it is no NHS number."""
    try:
        return check(text, demo=True)  # a test number is nobody's where it is not allowed
    except BadNhsNumber:
        return text


def _is_number(text: str) -> bool:
    try:
        check(text, demo=True)
    except BadNhsNumber:
        return False
    return True


def _numbers(said: str, known: str) -> Agreement:
    if not said:
        return Agreement.UNKNOWN
    return _same(_number(said), known) if _is_number(said) else Agreement.DISAGREED


def _same(said: object, known: object) -> Agreement:
    if not said or not known:
        return Agreement.UNKNOWN
    return Agreement.AGREED if said == known else Agreement.DISAGREED


def _swapped(born: date | None) -> date | None:
    if born is None or born.day > 12:
        return None
    return date(born.year, born.day, born.month)


def _names(person: Person, candidate: Candidate) -> Agreement:
    """Whether the names fit, by any name the home knows, in either order.

    Another first name is another person, even with the same surname: twins live together. Another surname alone is
    not: people marry. Of half a name nothing follows but a difference.
    """
    given, family = _words(person.given), _words(person.family)
    known = [(candidate.first_name, candidate.last_name), *candidate.also]
    if candidate.preferred_name:
        known.append((candidate.preferred_name, candidate.last_name))
    found = [_name(given, family, _words(first), _words(last)) for first, last in known]
    found += [_name(family, given, _words(first), _words(last)) for first, last in known if given and family]
    if Agreement.AGREED in found:
        return Agreement.AGREED
    in_order = found[: len(known)]
    return Agreement.UNKNOWN if Agreement.UNKNOWN in in_order else Agreement.DISAGREED


def _name(given: list[str], family: list[str], first: list[str], last: list[str]) -> Agreement:
    of_first, of_last = _first_names(given, first), _last_names(family, last)
    if of_first == of_last:
        return of_first
    if of_first == Agreement.UNKNOWN:
        return Agreement.DISAGREED if of_last == Agreement.DISAGREED else Agreement.UNKNOWN
    return Agreement.UNKNOWN if of_first == Agreement.AGREED else Agreement.DISAGREED


def _first_names(one: list[str], other: list[str]) -> Agreement:
    """The first of either stands among the names of the other, or is its initial."""
    if not one or not other:
        return Agreement.UNKNOWN
    joined = "".join(one) == "".join(other)
    fits = joined or _stands_among(one[0], other) or _stands_among(other[0], one)
    return Agreement.AGREED if fits else Agreement.DISAGREED


def _stands_among(name: str, names: list[str]) -> bool:
    initial = name == names[0][:1] or names[0] == name[:1]
    return name in names or initial


def _last_names(one: list[str], other: list[str]) -> Agreement:
    """A part of a surname in common: a double name and one half of it are the same."""
    if not one or not other:
        return Agreement.UNKNOWN
    shared = {part for part in one if len(part) > 2}.intersection(other)
    return Agreement.AGREED if shared or "".join(one) == "".join(other) else Agreement.DISAGREED


def _words(name: str) -> list[str]:
    """A name in lower case without accents, apostrophes and hyphens, part by part."""
    plain = unicodedata.normalize("NFKD", name.translate(SIGNS_INSIDE)).casefold()
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    return "".join(each if each.isalpha() else " " for each in plain).split()
