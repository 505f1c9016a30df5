"""What can be decided of a line, and what is wrong with a decision, in words by field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from redbag.errors import BadInput
from redbag.medicines.listed import Listed
from redbag.reconciliations.lists import as_row, listed
from redbag.reconciliations.models import Decision, Line

Kind, Way, Outcome = Line.Kind, Decision.Way, Decision.Outcome
ASKED = (
    ("ward", "The ward"),
    ("pharmacist", "A pharmacist"),
    ("gp", "The GP or 111"),
    ("other", "Somebody else"),
)
SIDES = ("before", "after", "other")
BY_LETTER = {
    Kind.UNCHANGED: Outcome.GIVE,
    Kind.CHANGED: Outcome.GIVE,
    Kind.STARTED: Outcome.GIVE,
    Kind.STOPPED: Outcome.STOP,
}
"""What the letter's own word comes to. Of what it does not say, it decides nothing: somebody has to ring."""
ASK_FIRST = {
    Kind.NOT_MENTIONED: "The letter does not say that this was stopped. Ring and ask before you decide.",
    Kind.NEW_TO_US: "The letter does not say that this was started. Ring and ask before you decide.",
    Kind.UNCERTAIN: "It is not certain what the letter means. Ring and ask before you decide.",
}
LONGEST_NAME, LONGEST_ANSWER = 150, 2000
MINUTES_AHEAD = timedelta(minutes=5)
FURTHEST = timedelta(days=400)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What somebody decides of a line. `gives` says which side is given; for other, `told` is how, word for word."""

    way: str
    outcome: str
    asked: str = ""
    asked_name: str = ""
    asked_at: datetime | None = None
    answer: str = ""
    gives: str = ""
    told: str = ""
    next_due_at: datetime | None = None


def as_letter(line: Line, *, next_due_at: datetime | None = None) -> Choice:
    """The decision that the letter says itself. BadInput where it says nothing."""
    outcome = BY_LETTER.get(Kind(line.kind))
    if outcome is None:
        raise BadInput({"way": ASK_FIRST[Kind(line.kind)]})
    gives = "after" if outcome == Outcome.GIVE else ""
    return Choice(way=Way.AS_LETTER, outcome=outcome, gives=gives, next_due_at=next_due_at)


def checked(line: Line, choice: Choice, *, now: datetime) -> Choice:
    """The choice as it is kept, or BadInput by field."""
    errors = {}
    if choice.way not in Way.values:
        raise BadInput({"way": "Choose how you know: the letter says so, or you rang."})
    if choice.way == Way.AS_LETTER:
        if choice.outcome == Outcome.WAIT:
            raise BadInput({"asked": "To wait, say whom you ring for an answer."})
        fits = as_letter(line, next_due_at=choice.next_due_at)
        if choice.outcome and choice.outcome != fits.outcome:
            errors["outcome"] = "The letter says otherwise. To do something else, ring first and say whom you asked."
        choice = fits
    else:
        errors |= _faults_of_call(choice, now)
        choice = _of_one_side(line, choice)
        errors |= _faults_of_giving(choice, line.comparison())
    errors |= faults_of_next(choice, now=now)
    if errors:
        raise BadInput(errors)
    return choice


def would_give(line: Line, choice: Choice) -> str | None:
    """What a choice after a call comes to, as JSON; None while it does not say what is to be given."""
    choice = _of_one_side(line, choice)
    return None if _faults_of_giving(choice, line.comparison()) else given(line, choice)


def _of_one_side(line: Line, choice: Choice) -> Choice:
    """The choice, where only one side exists with that one."""
    if choice.outcome != Outcome.GIVE or choice.gives in SIDES:
        return choice
    sides = line.comparison()
    only = [side for side in ("before", "after") if sides[side]]
    return replace(choice, gives=only[0] if len(only) == 1 else choice.gives)


def _faults_of_call(choice: Choice, now: datetime) -> dict[str, str]:
    errors = {}
    if choice.outcome not in Outcome.values:
        errors["outcome"] = "Choose: give, do not give, or wait."
    if choice.asked not in dict(ASKED):
        errors["asked"] = "Choose whom you rang."
    for name, longest in (("asked_name", LONGEST_NAME), ("answer", LONGEST_ANSWER), ("told", LONGEST_ANSWER)):
        if len(getattr(choice, name)) > longest:
            errors[name] = f"Use at most {longest} characters."
    if choice.asked_at and choice.asked_at > now + MINUTES_AHEAD:
        errors["asked_at"] = "This time has not come yet. When did you ring?"
    if choice.outcome == Outcome.WAIT:
        return errors
    if not choice.asked_name.strip():
        errors.setdefault("asked_name", "Write down who answered: their name.")
    if not choice.answer.strip():
        errors.setdefault("answer", "Write down what they said, word for word.")
    if choice.asked_at is None:
        errors.setdefault("asked_at", "Say when you rang.")
    return errors


def _faults_of_giving(choice: Choice, sides: Mapping) -> dict[str, str]:
    if choice.outcome != Outcome.GIVE:
        return {}
    if choice.gives not in SIDES or (choice.gives != "other" and not sides[choice.gives]):
        return {"gives": "Choose what is to be given: as before, as in the letter, or as they told you."}
    if choice.gives == "other" and not choice.told.strip():
        return {"told": "Write down how it is to be given: dose and how often, word for word."}
    return {}


def faults_of_next(choice: Choice, *, now: datetime) -> dict[str, str]:
    """What is wrong with the time of the next dose, in words by field."""
    moment = choice.next_due_at
    if moment is None:
        return {}
    if choice.outcome != Outcome.GIVE:
        return {"next_due_at": "A next dose goes only with what is to be given."}
    if moment < now - MINUTES_AHEAD:
        return {"next_due_at": "This time has passed. Choose another day or time."}
    return {"next_due_at": "This is too far ahead."} if moment > now + FURTHEST else {}


def given(line: Line, choice: Choice) -> str:
    """The medicine as it is to be given, as JSON; empty when it is not given.

    As told by somebody else: the name as the letter has it, its dose and times as they were told, the rest unchanged.
    """
    if choice.outcome != Outcome.GIVE:
        return ""
    sides = line.comparison()
    if choice.gives != "other":
        row = sides[choice.gives]
    else:
        row = {**(sides["after"] or sides["before"]), "dose": choice.told.strip(), "frequency": "", "instructions": ""}
    plain: Listed = replace(listed(row), time_critical=sides["must_not_be_late"])
    return json.dumps(as_row(plain), sort_keys=True)
