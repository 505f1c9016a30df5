"""What to call a line: stopped and started only in the hospital's word, changed only where it surely differs."""

from collections.abc import Sequence

from redbag.medicines.comparing_times import WEEK_AND_DAY
from redbag.medicines.differences import findings
from redbag.medicines.finding import Finding
from redbag.medicines.high_risk import weekly_unsaid
from redbag.medicines.listed import Difference, Line
from redbag.medicines.matching import Pair
from redbag.medicines.reading import Reading
from redbag.medicines.wording import (
    SAYS,
    WITHHELD,
    also_ours,
    doubt_of,
    given_too,
    many,
    mistaken,
    names_beside,
    never_to_stop,
    same_medicine,
    word_of_hospital,
    words_of,
)

NO_NAME = "No name is written on this line: ask what it is."
CONTRADICTS = "The list of the hospital says two things of it that do not fit: ask."


def judged(pair: Pair, theirs: Sequence[Reading]) -> Line:
    """The line of a pair, where `theirs` is the whole list after the stay."""
    if pair.before and pair.after:
        return _of_two(pair, pair.before, pair.after, theirs)
    if pair.after:
        return _only_after(pair, pair.after, theirs)
    return _only_before(pair, pair.before)


def _line(kind: str, pair: Pair, *why: str, different: Sequence[Finding] = ()) -> Line:
    said = " ".join(dict.fromkeys(part.strip() for part in why if part.strip()))
    parts: dict[str, Difference] = {}
    for finding in different:
        parts.setdefault(finding.part, finding.difference())
    return Line(
        kind=kind,
        before=pair.before.listed if pair.before else None,
        after=pair.after.listed if pair.after else None,
        differences=tuple(parts.values()),
        why=said,
    )


def _only_before(pair: Pair, before: Reading) -> Line:
    if not before.key:
        return _line("not_mentioned", pair, NO_NAME)
    if pair.how in ("ambiguous", "twice"):
        return _line("uncertain", pair, many(pair), "Ask before you stop it.")
    why = "The list of the hospital does not name it. That does not mean stopped: ask before you stop it."
    if pair.how == "more":
        more = names_beside(pair)
        why = f"Your list has it more often than the list of the hospital ({more}). Ask before you stop this one."
    return _line("not_mentioned", pair, why, mistaken(pair))


def _only_after(pair: Pair, after: Reading, theirs: Sequence[Reading]) -> Line:
    weekly = "" if after.said.change == "stopped" else weekly_unsaid(after)
    if not after.key:
        return _line("new_to_us", pair, NO_NAME, word_of_hospital(after))
    if _contradicted(after, theirs):
        return _line("uncertain", pair, CONTRADICTS, weekly, mistaken(pair))
    if pair.how in ("ambiguous", "twice"):
        return _line("uncertain", pair, weekly, word_of_hospital(after), many(pair))
    return _said_of_new(pair, after, weekly, also_ours(pair), mistaken(pair))


def _said_of_new(pair: Pair, after: Reading, weekly: str, *more: str) -> Line:
    """What the hospital says of a medicine that is not on our list, or not once more."""
    change, says = after.said.change, word_of_hospital(after)
    if change == "stopped":
        return _line("stopped", pair, says, "It is not on your list: look on the MAR chart, and ask.", *more)
    if change in ("withheld", "unclear"):
        return _line("uncertain", pair, says, "It is not on your list.", *more)
    if change == "started":
        return _line("started", pair, weekly, says, *more)
    if change == "changed":
        return _line("uncertain", pair, weekly, says, "But it is not on your list: ask.", *more)
    if change == "continued":
        says = "The hospital says it goes on, but it is not on your list: ask."
    return _line(
        "new_to_us",
        pair,
        weekly,
        says or "It is not on your list, and the hospital does not say that it is new: ask.",
        *more,
    )


def _of_two(pair: Pair, before: Reading, after: Reading, theirs: Sequence[Reading]) -> Line:
    different = findings(before, after)
    if pair.how in ("looks_like", "other_way", "code_only"):
        doubt = doubt_of(pair, before, after)
        return _line("uncertain", pair, weekly_unsaid(after), doubt, word_of_hospital(after), different=different)
    how = same_medicine(pair, before, after)
    if _contradicted(after, theirs):
        return _line("uncertain", pair, CONTRADICTS, how, different=different)
    return _as_said(pair, after, different, " ".join(filter(None, (given_too(after, theirs), how))))


def _as_said(pair: Pair, after: Reading, different: Sequence[Finding], how: str) -> Line:
    """What the hospital says, held against what differs."""
    reasons = [finding.why for finding in sorted(different, key=lambda finding: not finding.certain)]
    change = after.said.change
    if change == "stopped":
        return _line("stopped", pair, SAYS["stopped"], never_to_stop(pair), how, different=different)
    if change == "withheld":
        return _line("uncertain", pair, WITHHELD, how, different=different)
    if change == "unclear":
        return _line("uncertain", pair, words_of(after), how, *reasons, different=different)
    if pair.before and pair.before.said.change in ("stopped", "withheld", "unclear"):
        return _line(
            "uncertain", pair, f"Your own list says: {pair.before.said.words}. Ask.", how, *reasons, different=different
        )
    if change == "started":
        return _line(
            "uncertain",
            pair,
            "The hospital says it is new, but it is on your list: ask.",
            how,
            *reasons,
            different=different,
        )
    if weekly := weekly_unsaid(after):
        reasons = [why for why in reasons if why != WEEK_AND_DAY]
        return _line(
            "changed" if any(each.certain for each in different) else "uncertain",
            pair,
            weekly,
            *reasons,
            how,
            different=different,
        )
    return _compared(pair, change, different, reasons, how)


def _compared(pair: Pair, change: str, different: Sequence[Finding], reasons: Sequence[str], how: str) -> Line:
    """Where the hospital says changed, continued, or nothing."""
    if any(each.certain for each in different) or (change == "changed" and different):
        goes_on = (
            "The hospital says it goes on as before, but it is not the same: ask." if change == "continued" else ""
        )
        says = SAYS["changed"] if change == "changed" else ""
        return _line("changed", pair, goes_on, says, *reasons, how, different=different)
    if different:
        return _line("uncertain", pair, *reasons, how, different=different)
    if change == "changed":
        return _line("uncertain", pair, SAYS["changed"], "But both lists say the same: ask what was changed.", how)
    return _line("unchanged", pair, how)


def _contradicted(after: Reading, theirs: Sequence[Reading]) -> bool:
    """Whether the same list stops it, or holds it, and lists the same dose of it as given."""
    ended = ("stopped", "withheld")
    return any(
        each is not after
        and each.key == after.key
        and (each.said.change in ended) != (after.said.change in ended)
        and (each.active == after.active if each.active and after.active else each.words[2] == after.words[2])
        and {each.said.change, after.said.change} & {"started", "changed"} == set()
        and _same_way(each, after)
        for each in theirs
    )


def _same_way(one: Reading, other: Reading) -> bool:
    return one.given.way == other.given.way and one.name.release == other.name.release
