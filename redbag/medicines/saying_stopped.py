"""What a list says has happened to a medicine. Only clear words of the hospital count; absent is never stopped."""

import re
from dataclasses import dataclass

from redbag.medicines.listed import Listed
from redbag.medicines.written import either, tidy

CHANGES = {
    "stopped": ("stopped", "stop", "discontinued", "discontinue", "ceased", "cease", "withdrawn", "no longer needed",
                "no longer required", "no longer taking", "not continued", "do not continue", "deprescribed",
                "removed"),
    "withheld": ("withheld", "withhold", "on hold", "hold", "held", "suspended", "paused", "temporarily stopped",
                 "stopped temporarily", "temporarily withheld", "omitted", "omit"),
    "started": ("started", "start", "new", "newly started", "commenced", "initiated", "added", "new medicine",
                "new medication", "started in hospital", "new this admission", "begun"),
    "changed": ("changed", "change", "increased", "decreased", "reduced", "dose changed", "dose increased", "altered",
                "dose decreased", "dose reduced", "new dose", "new strength", "new form", "new brand",
                 "amended", "switched", "restarted", "re-started", "adjusted"),
    "continued": ("continued", "continue", "unchanged", "no change", "ongoing", "same", "as before", "not changed",
                  "continuing", "no changes"),
}  # fmt: skip
CHANGE_OF = {word: change for change, words in CHANGES.items() for word in words}
ENDED = either((*CHANGES["stopped"][:6], *CHANGES["withheld"]))
FIRST_WORDS = re.compile(rf"({ENDED})(?!\w)(?! date)")
CHANGED_FIRST = re.compile(rf"(?:{either(CHANGE_OF)})(?!\w)")
IMPERATIVE = re.compile(r"(?:stop|discontinue|cease|withhold|hold|omit)(?!\w)")
ALONE = re.compile(r"(?:stop|discontinue|cease|withhold|hold|omit)\s?(?:$|[:.,;-]|due\b|because\b|as\b|this\b|now\b)")
PLANNED = re.compile(r"(?:stop|discontinue|cease|withhold|hold|omit)\b.*\b(?:on|in|at|from|by)\b")
ANYWHERE = re.compile(r"(?<![\w-])(stopped|discontinued|ceased|withheld|on hold|suspended|paused)(?![\w-])")
NOT_CERTAIN = re.compile(
    r"\b(?:not|never|don't|do not|if|when|until|unless|to be|will be|should be|may be|can be|could be|after|before|"
    r"review|consider|restart\w*|re-start\w*|resum\w*|\?)|\?"
)
MUST_GO_ON = re.compile(
    r"\b(?:do not|don't|never|must not|should not|not to be|not)\b[^.;]{0,30}\b(?:stop\w*|discontinu\w*)"
)
AGAIN = re.compile(r"\bre-?started\b|\bresumed\b")
NEVER_AGAIN = re.compile(r"\b(?:not|never|don't|without)\b[^.;]{0,20}\b(?:restart|re-start|resum)\w*|\bdo not review\b")
TEMPORARY = re.compile(r"\b(?:temporar\w*|for now|until|restart\w*|re-start\w*|resum\w*|review|on hold)\b")


@dataclass(frozen=True, kw_only=True)
class Said:
    """`change` is started, stopped, withheld, changed, continued, unclear, or empty; `words` are the list's own.

    `dose` is the dose without such words.
    """

    change: str
    words: str
    dose: str


def what_is_said(listed: Listed) -> tuple[Said, str]:
    """What the list says happened to a medicine, and its name without those words."""
    answers: dict[str, str] = {}
    if tidy(listed.change):
        unclear = tidy(listed.change) == "unclear" and listed.change_reason
        answers[_of_change(listed)] = (unclear or listed.change).strip()
    name, dose = listed.name, listed.dose
    inside = [(text, _in_text(text, anywhere=True)) for text in (listed.name, listed.dose, listed.frequency)]
    beside = (listed.instructions, listed.change_reason, listed.reason)
    inside += [(text, _in_text(text, anywhere=False)) for text in beside]
    answers |= {change: text.strip() for text, change in inside if change}
    name, dose = _without(name), _without(dose)
    if "withheld" in answers and set(answers) <= {"withheld", "stopped", "changed"}:
        answers = {"withheld": answers["withheld"]}
    if len(answers) > 1:
        return Said(change="unclear", words="; ".join(dict.fromkeys(answers.values())), dose=dose), name
    change, words = next(iter(answers.items()), ("", ""))
    return Said(change=change, words=words, dose=dose), name


def _of_change(listed: Listed) -> str:
    """What the column of changes says; stopped with *until*, *restart* or *review* beside it is only withheld."""
    words = tidy(listed.change).strip(" .:*")
    found = CHANGED_FIRST.match(words)
    change = CHANGE_OF[found.group()] if found else _in_text(listed.change, anywhere=True) or "unclear"
    if change not in ("stopped", "withheld"):
        return "unclear" if ANYWHERE.search(words) and words not in CHANGE_OF else change
    about = NEVER_AGAIN.sub(" ", f"{words} {tidy(listed.change_reason)} {tidy(listed.instructions)}")
    if AGAIN.search(words):
        return "unclear"
    if change == "stopped" and TEMPORARY.search(about):
        return "withheld"
    return "unclear" if words not in CHANGE_OF and (PLANNED.match(words) or NOT_CERTAIN.search(words)) else change


def _in_text(text: str, *, anywhere: bool) -> str:
    """Stopped or withheld when the words say so plainly, unclear when they say it with an if or a not yet.

    Outside name, dose and frequency (`anywhere`) only the first words count, and *stop if* or *stop on* is advice.
    """
    words = MUST_GO_ON.sub(" ", tidy(text)).lstrip(" (*[-")
    found = FIRST_WORDS.match(words) or (ANYWHERE.search(words) if anywhere else None)
    if not found:
        return ""
    change = CHANGE_OF[found.group(1)]
    planned = PLANNED.search(words) or (not anywhere and IMPERATIVE.match(words) and not ALONE.match(words))
    if planned or NOT_CERTAIN.search(words):
        return "withheld" if change == "withheld" and not planned else "unclear" if anywhere else ""
    return change


def _without(text: str) -> str:
    """The text without words of stopping, so that a name is only a name."""
    bare = re.sub(rf"(?i)(?<![\w-])[(*\[]{{0,3}}(?:{ENDED})(?![\w-])[)*\]:,-]{{0,3}}", " ", text)
    return bare if tidy(bare) else text
