"""Which medicine of one list is which of the other.

By name in the table (ingredients), by the same words, or by the same dm+d code; never by likeness alone, which is only
ever a question. The order of the lists, and which list is which, make no difference to what is paired.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from redbag.medicines.giving import IMPLIED, SWALLOWED
from redbag.medicines.names import NAMES, looks_like
from redbag.medicines.reading import Reading

Side = list[Reading]
LIKE = 0.8


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two that belong together, or one that stands alone (the other is None).

    `how` is same, code, looks_like or other_way; for one alone it is alone, twice or ambiguous. `beside` is what it
    could be mistaken for or belongs with on the other list.
    """

    before: Reading | None
    after: Reading | None
    how: str
    beside: tuple[Reading, ...] = ()


def pairs(before: Sequence[Reading], after: Sequence[Reading]) -> list[Pair]:
    """Every reading of both lists in exactly one pair."""
    mine, theirs = sorted(before, key=_order), sorted(after, key=_order)
    found: list[Pair] = []
    for key in sorted({each.key for each in (*mine, *theirs)} - {""}):
        found += _of_one_medicine(*([each for each in side if each.key == key] for side in (mine, theirs)))
    left = [each.before for each in found if each.how == "alone" and each.before]
    right = [each.after for each in found if each.how == "alone" and each.after]
    found = [each for each in found if each.how != "alone"]
    found += _by_code(left, right)
    found += _by_likeness(left, right)
    left += [each for each in mine if not each.key]
    right += [each for each in theirs if not each.key]
    found += [Pair(before=each, after=None, how="alone", beside=_beside(each, theirs)) for each in left]
    return found + [Pair(before=None, after=each, how="alone", beside=_beside(each, mine)) for each in right]


def _in(reading: Reading, readings: Sequence[Reading | None]) -> bool:
    """Whether it is this very one: two that say the same are still two."""
    return any(reading is each for each in readings)


def _order(reading: Reading) -> tuple[str, ...]:
    each = reading.listed
    return (reading.key, *reading.words, each.code, each.change, each.instructions, each.until, each.reason, repr(each))


def _of_one_medicine(mine: Side, theirs: Side) -> list[Pair]:
    """Pairs of one medicine: what is wholly the same first, then what only fits one way; the rest is ambiguous."""
    found: list[Pair] = []
    mine, theirs = list(mine), list(theirs)
    for mark in (_exactly, _meaning):
        found += _zip_equal(mine, theirs, mark)
    found += _stopped_and_begun_anew(mine, theirs)
    for mark in (_way_and_release, _amount, _part_of_day):
        if len(mine) + len(theirs) > 2:
            found += _only_one_way(mine, theirs, mark)
    if len(mine) == len(theirs) == 1:
        found.append(Pair(before=mine[0], after=theirs[0], how="same" if _fits(mine[0], theirs[0]) else "other_way"))
    elif mine and theirs:
        found += [Pair(before=each, after=None, how="ambiguous", beside=tuple(theirs)) for each in mine]
        found += [Pair(before=None, after=each, how="ambiguous", beside=tuple(mine)) for each in theirs]
    else:
        found += _left_over(mine, theirs, found)
    return found


def _left_over(mine: Side, theirs: Side, found: Sequence[Pair]) -> list[Pair]:
    """One list names this medicine more often than the other; `found` are those already paired."""
    paired = [(pair.before, pair.after) for pair in found]
    ours, others = ([each for each in side if each] for side in zip(*paired, strict=True)) if paired else ([], [])
    rest = [Pair(before=each, after=None, how=_why_over(each, others), beside=tuple(others)) for each in mine]
    return rest + [Pair(before=None, after=each, how=_why_over(each, ours), beside=tuple(ours)) for each in theirs]


def _why_over(reading: Reading, others: Side) -> str:
    """Alone when the other list has none of it, twice when it has this very line, else more."""
    same = any(each.words == reading.words or _meaning(each) == _meaning(reading) for each in others)
    return "twice" if same else "more" if others else "alone"


def _zip_equal(mine: Side, theirs: Side, mark: Callable[[Reading], object]) -> list[Pair]:
    """Pair those with an equal mark, one with one, and take them out of both lists."""
    found = []
    for one in list(mine):
        other = next((each for each in theirs if mark(each) == mark(one) and _fits(one, each)), None)
        if other is not None:
            found.append(Pair(before=one, after=other, how="same"))
            _take(mine, one)
            _take(theirs, other)
    return found


def _only_one_way(mine: Side, theirs: Side, mark: Callable[[Reading], object]) -> list[Pair]:
    """Pair those whose mark stands once on each list."""
    found = []
    for one in list(mine):
        same = [each for each in theirs if mark(each) == mark(one)]
        if mark(one) and len(same) == 1 and sum(mark(each) == mark(one) for each in mine) == 1 and _fits(one, same[0]):
            found.append(Pair(before=one, after=same[0], how="same"))
            _take(mine, one)
            _take(theirs, same[0])
    return found


def _stopped_and_begun_anew(mine: Side, theirs: Side) -> list[Pair]:
    """The hospital stops one and starts it anew: ours is the one that it stops."""
    stopped = [each for each in theirs if each.said.change == "stopped"]
    begun = [each for each in theirs if each.said.change == "started"]
    if (
        len(mine) != 1
        or len(stopped) != 1
        or not begun
        or len(theirs) != len(begun) + 1
        or not _fits(mine[0], stopped[0])
    ):
        return []
    pair = Pair(before=mine[0], after=stopped[0], how="same")
    _take(theirs, stopped[0])
    mine.clear()
    return [pair]


def _take(side: Side, reading: Reading) -> None:
    side[:] = [each for each in side if each is not reading]


def _exactly(reading: Reading) -> object:
    return reading.words


def _meaning(reading: Reading) -> object:
    timing = reading.timing
    times = (frozenset(timing.rates), frozenset(timing.slots), frozenset(timing.clocks), timing.as_needed, timing.left)
    return (reading.name.release, reading.given.way, reading.active or reading.words[2], times)


def _way_and_release(reading: Reading) -> object:
    return (reading.given.way, reading.name.release) if reading.given.way else None


def _amount(reading: Reading) -> object:
    return reading.active


def _part_of_day(reading: Reading) -> object:
    timing = reading.timing
    return (frozenset(timing.slots), frozenset(timing.clocks), timing.as_needed) if timing.understood else None


def _fits(one: Reading, other: Reading) -> bool:
    """Whether both are given in the same way as far as the lists say: swallowed, injected, on the skin."""
    ways = {one.given.way, other.given.way} - {""}
    forms = {one.given.form, other.given.form} - {""}
    if len(ways) > 1 and not ways <= {"injected"}:
        return False
    kinds = {"swallowed" if form in SWALLOWED else IMPLIED.get(form, form.split()[-1]) for form in forms}
    return len(kinds) < 2 or any(f" {form}" in other_form for form in forms for other_form in forms)


def _by_code(left: Side, right: Side) -> list[Pair]:
    """Pair what has the same dm+d code under different names, where only one on each list has it."""
    found = []
    for one in list(left):
        code = _code(one)
        mine = [each for each in left if _code(each) == code]
        theirs = [each for each in right if _code(each) == code]
        if code and len(mine) == len(theirs) == 1:
            known = one.name.known and theirs[0].name.known
            found.append(Pair(before=one, after=theirs[0], how="code_only" if known else "code"))
            _take(left, one)
            _take(right, theirs[0])
    return found


def _code(reading: Reading) -> str:
    digits = re.sub(r"\D", "", reading.listed.code) if reading.listed.code.isascii() else ""
    return digits if 6 <= len(digits) <= 18 else ""


def _by_likeness(left: Side, right: Side) -> list[Pair]:
    """Pair names that look alike, as a question, where one of them is in no table and there is only one candidate."""
    like = [(one, other) for one in left for other in right if _alike(one, other)]
    found = []
    for one, other in like:
        if sum(one is each for each, _ in like) == 1 == sum(other is each for _, each in like):
            found.append(Pair(before=one, after=other, how="looks_like"))
            _take(left, one)
            _take(right, other)
    return found


def _alike(one: Reading, other: Reading) -> bool:
    """Names that may be one medicine misspelt; never two that the table knows apart, nor nearer to a third."""
    if not _fits(one, other):
        return False
    if one.name.ingredients and other.name.ingredients:
        return one.name.ingredients == other.name.ingredients
    if looks_like(one.key, other.key) or _likeness(one.key, other.key) < LIKE:
        return False
    return all(_nearest(mine) in ("", theirs) for mine, theirs in ((one.key, other.key), (other.key, one.key)))


def _likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1, whichever comes first; 0 for those that are far apart, short or long."""
    first, second = sorted((one, other))
    if min(len(one), len(other)) < 4 or max(len(one), len(other)) > 60:
        return 0
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= LIKE and matcher.quick_ratio() >= LIKE else 0


@lru_cache(maxsize=2048)
def _nearest(key: str) -> str:
    """The medicine of the table whose name is nearest to these words; empty when none is near, or it is one."""
    if key in NAMES:
        return ""
    best, generic = max((_likeness(name, key), generic) for name, (generic, _) in NAMES.items())
    return generic if best >= LIKE else ""


def _beside(reading: Reading, others: Sequence[Reading]) -> tuple[Reading, ...]:
    """Those on the other list that it must not be mistaken for."""
    return tuple(each for each in others if looks_like(reading.name.ingredients, each.name.ingredients))
