"""What a document asks others to do, where it can be read who and by when; always word for word."""

import re
from collections.abc import Iterator
from datetime import date

from redbag.incoming.dates import day_in_words, read_day
from redbag.incoming.headings import PLAN
from redbag.incoming.message import Action
from redbag.incoming.narrative import Row
from redbag.incoming.parts import Parts, Resource, said_name
from redbag.incoming.sections import Part
from redbag.incoming.trees import concept, objects, words

MOST = 100
TOO_MANY = f"The plan asks for more than {MOST} things. Read the rest in its text."
OWNERS = (
    ("gp", r"gp|gp practice|gp surgery|general practitioner|surgery|practice nurse"),
    ("home", r"care home|care home staff|nursing home|residential home|home|home staff|carer|carers|care staff"),
    ("hospital", r"hospital|ward|consultant|outpatients|outpatient clinic|clinic|discharge team|hospital team"),
    ("other", r"district nurse|district nurses|community nurse|community nurses|community team|pharmacist|pharmacy"),
    (
        "other",
        r"dietitian|dietician|physiotherapist|occupational therapist|social worker|family|patient|memory service",
    ),
)
WHO = [
    (owner, re.compile(rf"(?:the )?(?P<who>{names})(?=\s+(?:to|please|should|will)\b|\s*[:,-]\s)", re.IGNORECASE))
    for owner, names in OWNERS
]
IS_WHO = [(owner, re.compile(rf"(?:the )?(?:{names})\Z", re.IGNORECASE)) for owner, names in OWNERS]
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
WRITTEN = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[ -]({MONTHS})[a-z]*[ -,]+(\d{{4}})\b", re.IGNORECASE)
NUMBERS = re.compile(r"\b(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})/(\d{1,2})/(\d{4}))\b")
WITHIN = re.compile(
    r"\b(?:(?:in|within|after|for)\s+(?:\d+|one|two|three|four|six|eight|twelve)(?:\s*(?:-|to)\s*\d+)?\s+"
    r"(?:hours?|days?|weeks?|months?|years?)(?:'? time)?|tomorrow|today|next week|weekly|daily)\b",
    re.IGNORECASE,
)
HEADED = {
    "what": ("action", "actions", "what", "task", "request"),
    "who": ("who", "by whom", "owner", "responsible", "person responsible", "for"),
    "when": ("when", "by when", "date", "due", "due date", "timescale"),
}


def read_actions(parts: Parts, sections: list[Part], notes: list[str]) -> list[Action]:
    """The actions of care plans and tasks; without any, those of the plan's text that name who is to act or when."""
    found = [*_planned(parts, notes), *_tasks(parts, notes)] or list(_in_text(sections))
    if len(found) > MOST:
        notes.append(TOO_MANY)
    return list(dict.fromkeys(found))[:MOST]


def _planned(parts: Parts, notes: list[str]) -> Iterator[Action]:
    for plan in parts.of_kind("CarePlan"):
        for detail in objects(plan, "activity", "detail"):
            what = words(detail, "description") or concept(detail, "code")
            if what and words(detail, "status") not in ("cancelled", "entered-in-error", "completed"):
                who = _performer(detail, "performer", parts, plan)
                end = words(detail, "scheduledPeriod", "end") or words(detail, "scheduledPeriod", "start")
                yield _action(what, who, end or words(detail, "scheduledString"), notes)


def _tasks(parts: Parts, notes: list[str]) -> Iterator[Action]:
    for task in parts.of_kind("Task"):
        what = words(task, "description") or concept(task, "code")
        if what and words(task, "status") not in ("cancelled", "entered-in-error", "rejected", "completed"):
            who = _performer(task, "owner", parts, task)
            period = words(task, "restriction", "period", "end") or words(task, "executionPeriod", "end")
            yield _action(what, who, period, notes)


def _performer(node: Resource, path: str, parts: Parts, within: Resource) -> str:
    found = parts.followed(node, path, within=within)
    return words(node, path, "display") or said_name(found) or concept(found, "code")


def _action(what: str, who: str, when: str, notes: list[str]) -> Action:
    day = read_day(when, "Plan", notes) if re.match(r"\d", when) else None
    return Action(
        text=what[:2_000],
        owner=_owner(who) or _owner_in(what)[0] or "other",
        owner_text=who[:150],
        due_on=day,
        due_text=(day_in_words(when) if when else _due_text(what))[:150],
    )


def _owner(who: str) -> str:
    plain = " ".join(who.split())
    exact = next((owner for owner, names in IS_WHO if names.match(plain)), "")
    return exact or ("gp" if re.search(r"\b(surgery|medical (centre|practice)|GP)\b", plain) else "")


def _owner_in(line: str) -> tuple[str, str]:
    """Who a line begins with: GP to check ..., Care home: weigh ...; nobody otherwise."""
    bare = line.lstrip("-*•. 0123456789)")
    return next(((owner, found["who"]) for owner, names in WHO if (found := names.match(bare))), ("", ""))


def _in_text(sections: list[Part]) -> Iterator[Action]:
    for part in sections:
        if part.belongs != PLAN:
            continue
        in_tables = {" | ".join(row.cells) for table in part.read.tables for row in table.rows}
        for table in part.read.tables:
            yield from _in_table(table.rows)
        for line in part.read.text.splitlines():
            owner, who = _owner_in(line)
            due = due_in(line)
            if (owner or due) and line not in in_tables:
                yield Action(
                    text=line[:2_000], owner=owner or "other", owner_text=who, due_on=due, due_text=_due_text(line)
                )


def _in_table(table: tuple[Row, ...]) -> Iterator[Action]:
    """Rows under headings that say what, who and when."""
    heads = [
        next((part for part, names in HEADED.items() if " ".join(cell.lower().split()) in names), "")
        for cell in table[0].cells
    ]
    if "what" not in heads or not {"who", "when"} & set(heads):
        return
    for row in table[1:]:
        said = dict(zip(heads, row.cells, strict=False))
        if what := said.get("what", ""):
            who, when = said.get("who", ""), said.get("when", "")
            yield Action(
                text=what[:2_000],
                owner=_owner(who) or "other",
                owner_text=who[:150],
                due_on=due_in(when),
                due_text=when[:150],
            )


def due_in(line: str) -> date | None:
    """The one full date in a line; none when there are several, for nobody can tell which is meant."""
    days = {day for found in WRITTEN.finditer(line) if (day := _written(found))}
    days |= {day for found in NUMBERS.finditer(line) if (day := _numbers(found))}
    return days.pop() if len(days) == 1 else None


def _written(found: re.Match[str]) -> date | None:
    month = MONTHS.split("|").index(found[2].lower()) + 1
    return _date(int(found[3]), month, int(found[1]))


def _numbers(found: re.Match[str]) -> date | None:
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    return _date(int(year), int(month), int(day))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _due_text(line: str) -> str:
    for pattern in (WRITTEN, NUMBERS, WITHIN):
        if found := pattern.search(line):
            return found[0]
    return ""
