"""The words that stand on a line: why it is what it is called, for a carer at three in the morning."""

from collections.abc import Sequence

from redbag.medicines.matching import Pair
from redbag.medicines.reading import Reading
from redbag.medicines.written import same_words, tidy

SAYS = {
    "stopped": "The hospital says it was stopped.",
    "started": "The hospital says it is new.",
    "changed": "The hospital says it was changed.",
}
WITHHELD = "The hospital says it is on hold for now. That is not stopped: ask when it is given again."


def also_ours(pair: Pair) -> str:
    """That our list has the same medicine too, where the hospital's has it more often."""
    if pair.how != "more":
        return ""
    return f"Your list has the same medicine too ({names_beside(pair)}): read these lines together."


def word_of_hospital(after: Reading) -> str:
    """What the hospital says happened to it, in words for people."""
    change = after.said.change
    if change in ("withheld", "unclear"):
        return WITHHELD if change == "withheld" else words_of(after)
    return SAYS.get(change, "")


def given_too(after: Reading, theirs: Sequence[Reading]) -> str:
    """Where the hospital stops or holds one, and gives the same medicine in another dose."""
    ended = ("stopped", "withheld")
    others = [each for each in theirs if each is not after and each.key == after.key and each.said.change not in ended]
    if after.said.change not in ended or not others:
        return ""
    return f"But it lists the same medicine once more ({_said_of(others)}): read these lines together."


def same_medicine(pair: Pair, before: Reading, after: Reading) -> str:
    """How the two were taken for one medicine, where their names differ."""
    one, other = before.listed.name.strip(), after.listed.name.strip()
    if pair.how == "code":
        return f"Both lists give the same code (dm+d) for {one} and {other}."
    if same_words(one, other) or (not before.name.brand and not after.name.brand and _plain(before) == _plain(after)):
        return ""
    return f"{one} and {other} are two names for one medicine ({after.name.medicine})."


def _plain(reading: Reading) -> str:
    return reading.name.medicine if tidy(reading.listed.name).startswith(reading.name.medicine) else reading.listed.name


def doubt_of(pair: Pair, before: Reading, after: Reading) -> str:
    """Why two that stand together may not be one medicine."""
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


def words_of(after: Reading) -> str:
    """Words of the list that nobody here knows for certain."""
    return f"The list of the hospital says: {after.said.words.rstrip('.')}. It is not clear what that means: ask."


def never_to_stop(pair: Pair) -> str:
    """A warning not to stop it, where a list gives one."""
    warned = next(
        (each.listed.do_not_stop for each in (pair.after, pair.before) if each and each.listed.do_not_stop.strip()), ""
    )
    return f"But a list says it must not be stopped ({warned.strip()}): ring before you stop it." if warned else ""


def many(pair: Pair) -> str:
    """Why a medicine that is on a list more than once is asked about."""
    if pair.how == "twice":
        return "The same line stands twice on one list and not on the other: ask if it is given twice."
    return (
        f"This medicine is on a list more than once, and it is not clear which goes with which ({names_beside(pair)})."
    )


def names_beside(pair: Pair) -> str:
    """The others in words: what is on the lists of the same medicine."""
    return _said_of(pair.beside)


def _said_of(readings: Sequence[Reading]) -> str:
    said = []
    for each in readings:
        listed = each.listed
        change = f"({listed.change.strip()})" if tidy(listed.change) else ""
        said.append(
            " ".join(filter(None, (listed.name.strip(), listed.dose.strip(), listed.frequency.strip(), change)))
        )
    return "; ".join(sorted(set(said)))


def mistaken(pair: Pair) -> str:
    """What it must not be mistaken for."""
    if pair.how != "alone" or not pair.beside:
        return ""
    return f"Careful: {_names_only(pair)} on the other list looks like it, and is another medicine."


def _names_only(pair: Pair) -> str:
    return ", ".join(sorted({each.listed.name.strip() for each in pair.beside}))
