"""What to call a line: stopped and started only in the hospital's word, changed only where it surely differs."""

from collections.abc import Sequence

from redbag.medicines.comparing_times import WEEK_AND_DAY
from redbag.medicines.differences import findings
from redbag.medicines.finding import Finding
from redbag.medicines.high_risk import weekly_unsaid
from redbag.medicines.listed import Difference, Line
from redbag.medicines.matching import Pair
from redbag.medicines.reading import Reading
from redbag.medicines.written import same_words, tidy

NO_NAME = "No name is written on this line: ask what it is."
SAYS = {
    "stopped": "The hospital says it was stopped.",
    "started": "The hospital says it is new.",
    "changed": "The hospital says it was changed.",
}
WITHHELD = "The hospital says it is on hold for now. That is not stopped: ask when it is given again."
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
        return _line("uncertain", pair, _many(pair), "Ask before you stop it.")
    why = "The list of the hospital does not name it. That does not mean stopped: ask before you stop it."
    if pair.how == "more":
        why = (
            f"Your list has it more often than the list of the hospital ({_names(pair)}). Ask before you stop this one."
        )
    return _line("not_mentioned", pair, why, _mistaken(pair))


def _only_after(pair: Pair, after: Reading, theirs: Sequence[Reading]) -> Line:
    change = after.said.change
    if not after.key:
        return _line("new_to_us", pair, NO_NAME)
    if _contradicted(after, theirs):
        return _line("uncertain", pair, CONTRADICTS, _mistaken(pair))
    if change == "stopped":
        return _line(
            "stopped", pair, SAYS["stopped"], "It is not on your list: look on the MAR chart, and ask.", _mistaken(pair)
        )
    if change in ("withheld", "unclear"):
        return _line(
            "uncertain", pair, WITHHELD if change == "withheld" else _words_of(after), "It is not on your list."
        )
    weekly = weekly_unsaid(after)
    if pair.how in ("ambiguous", "twice"):
        return _line("uncertain", pair, weekly, _many(pair))
    if change == "started":
        more = f"Your list has the same medicine too ({_names(pair)}): read both lines." if pair.how == "more" else ""
        return _line("started", pair, weekly, SAYS["started"], more, _mistaken(pair))
    if change == "changed":
        return _line("uncertain", pair, weekly, SAYS["changed"], "But it is not on your list: ask.", _mistaken(pair))
    goes_on = "The hospital says it goes on, but it is not on your list: ask." if change == "continued" else ""
    more = f"The list of the hospital has it more often than yours ({_names(pair)})." if pair.how == "more" else ""
    plain = "It is not on your list, and the hospital does not say that it is new: ask."
    return _line("new_to_us", pair, weekly, more, goes_on or plain, _mistaken(pair))


def _of_two(pair: Pair, before: Reading, after: Reading, theirs: Sequence[Reading]) -> Line:
    different = findings(before, after)
    if pair.how in ("looks_like", "other_way", "code_only"):
        return _line("uncertain", pair, _doubt(pair, before, after), different=different)
    how = _same_medicine(pair, before, after)
    if _contradicted(after, theirs):
        return _line("uncertain", pair, CONTRADICTS, how, different=different)
    return _as_said(pair, after, different, how)


def _as_said(pair: Pair, after: Reading, different: Sequence[Finding], how: str) -> Line:
    """What the hospital says, held against what differs."""
    reasons = [finding.why for finding in sorted(different, key=lambda finding: not finding.certain)]
    change = after.said.change
    if change == "stopped":
        return _line("stopped", pair, SAYS["stopped"], _never_to_stop(pair), how, different=different)
    if change == "withheld":
        return _line("uncertain", pair, WITHHELD, how, different=different)
    if change == "unclear":
        return _line("uncertain", pair, _words_of(after), how, *reasons, different=different)
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


def _same_medicine(pair: Pair, before: Reading, after: Reading) -> str:
    """How the two were taken for one medicine, where their names differ."""
    one, other = before.listed.name.strip(), after.listed.name.strip()
    if pair.how == "code":
        return f"Both lists give the same code (dm+d) for {one} and {other}."
    if same_words(one, other) or (not before.name.brand and not after.name.brand and _plain(before) == _plain(after)):
        return ""
    return f"{one} and {other} are two names for one medicine ({after.name.medicine})."


def _plain(reading: Reading) -> str:
    return reading.name.medicine if tidy(reading.listed.name).startswith(reading.name.medicine) else reading.listed.name


def _doubt(pair: Pair, before: Reading, after: Reading) -> str:
    one, other = before.listed.name.strip(), after.listed.name.strip()
    if pair.how == "looks_like" and before.name.ingredients and after.name.ingredients:
        return (
            f"{one} and {other} may be one medicine, but a name has words that we do not know: ask if it is the same."
        )
    if pair.how == "looks_like":
        return f"{other} looks like {one}. Names that look alike can be different medicines: ask if it is the same."
    if pair.how == "code_only":
        return f"The code is the same, but {one} and {other} are different medicines: ask which is right."
    return "It is the same medicine given another way. Ask if one takes the place of the other, or both are given."


def _words_of(after: Reading) -> str:
    return f"The list of the hospital says: {after.said.words}. It is not clear what that means: ask."


def _never_to_stop(pair: Pair) -> str:
    warned = next(
        (each.listed.do_not_stop for each in (pair.after, pair.before) if each and each.listed.do_not_stop.strip()), ""
    )
    return f"But a list says it must not be stopped ({warned.strip()}): ring before you stop it." if warned else ""


def _many(pair: Pair) -> str:
    if pair.how == "twice":
        return "The same line stands twice on one list and not on the other: ask if it is given twice."
    return f"This medicine is on a list more than once, and it is not clear which goes with which ({_names(pair)})."


def _names(pair: Pair) -> str:
    """The others in words: what is on the lists of the same medicine."""
    said = [
        " ".join(filter(None, (each.listed.name, each.listed.dose, each.listed.frequency))).strip()
        for each in pair.beside
    ]
    return "; ".join(sorted(set(said)))


def _mistaken(pair: Pair) -> str:
    if pair.how != "alone" or not pair.beside:
        return ""
    return f"Careful: {_names_only(pair)} on the other list looks like it, and is another medicine."


def _names_only(pair: Pair) -> str:
    return ", ".join(sorted({each.listed.name.strip() for each in pair.beside}))


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
