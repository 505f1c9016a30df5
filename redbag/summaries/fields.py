"""What a section of the health summary can ask, and how an answer is kept, read out and compared."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

LONGEST = 4000
MOST_ROWS = 100
NOT_KNOWN = "not_known"
DATE_MARKS = re.compile(r"[\s./-]+")
ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LEVELS = (
    ("independent", "Independent"),
    ("slight", "Slight help"),
    ("moderate", "Moderate help"),
    ("moderately_severe", "A lot of help"),
    ("severe", "Cannot do it"),
)
"""The five levels of capability of the PRSB nursing summary, from none to severe disability."""
LEVEL_PARTS = ("usual", "now", "note")


@dataclass(frozen=True)
class Field:
    """One thing a section asks.

    Kinds and what they hold: text (a line), long (paragraphs), choice (a key of `choices`), rows (a list of objects of
    `columns`), tick (true or false), date (ISO, or empty), number (decimal digits, or empty), levels (`usual`, `now`:
    a key of LEVELS or empty, `note`: a line). `prsb` names the heading and element of the standard that it answers,
    `code` its SNOMED CT concept and `codes` those of its choices, `suggest` words that are offered while typing (with a
    code where there is one); free text is always allowed. `more` is asked behind "More" unless it is answered.
    """

    name: str
    label: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple["Field", ...] = ()
    counts: bool = True
    hint: str = ""
    prsb: str = ""
    code: str = ""
    unit: str = ""
    suggest: tuple[tuple[str, str], ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    more: bool = False


@dataclass(frozen=True)
class Section:
    """A section: its fields, after how many days it asks "still right?" (None: never), and who usually writes it.

    `travels` is False for what never leaves the home: it is on no sheet, in no snapshot and on no page of others.
    `rule` finds what the fields alone cannot: faults by field name.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    fresh_days: int | None
    author: str
    prsb: str = ""
    hint: str = ""
    travels: bool = True
    rule: Callable[[Mapping], dict[str, str]] = lambda content: {}


@dataclass(frozen=True)
class Change:
    """One difference between two contents of a section; `before` or `after` is empty for what came or went."""

    label: str
    before: str
    after: str


BLANK: Mapping = {"choice": NOT_KNOWN, "rows": [], "tick": False, "levels": {"usual": "", "now": "", "note": ""}}


def blank(field: Field):
    """What an unanswered field holds: a choice is not known, never "none"."""
    value = BLANK.get(field.kind, "")
    return list(value) if isinstance(value, list) else dict(value) if isinstance(value, Mapping) else value


def empty(section: Section) -> dict:
    """The content of a section nobody has filled."""
    return {field.name: blank(field) for field in section.fields}


def answered(field: Field, value: object) -> bool:
    """Whether a field says anything; a choice only once it is known."""
    if field.kind == "levels":
        return isinstance(value, Mapping) and any(value.values())
    return value not in ("", NOT_KNOWN, [], None, False)


def completeness(section: Section, content: Mapping) -> int:
    """How much of what the section asks is answered, 0 to 100."""
    asked = [field for field in section.fields if field.counts]
    filled = [field for field in asked if answered(field, content.get(field.name))]
    return round(100 * len(filled) / len(asked)) if asked else 100


def unanswered(section: Section, content: Mapping) -> list[str]:
    """The labels of what counts and is not answered."""
    return [each.label for each in section.fields if each.counts and not answered(each, content.get(each.name))]


def as_date(value: str) -> date | None:
    """A date as people write it (3/5/2026, 3 5 2026, 3 May 2026) or ISO; None when it is neither."""
    parts = DATE_MARKS.split(value.strip())
    if len(parts) != 3:
        return None
    year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
    try:
        return date(int(year), _month(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


def _month(told: str) -> int:
    """The number of a month, by number or by the first three letters of its name; ValueError otherwise."""
    return int(told) if told.isdecimal() else MONTHS.index(told[:3].lower()) + 1


def said_day(day: date) -> str:
    """3 May 2026."""
    return f"{day.day} {day:%b %Y}"


def tidy(section: Section, content: Mapping) -> dict:
    """The whole content as it is kept: every field there is, dates in ISO, empty rows dropped, nothing unknown."""
    return {field.name: _tidied(field, content.get(field.name)) for field in section.fields}


def _tidied(field: Field, value):
    if value is None:
        return blank(field)
    if field.kind == "rows":
        rows = [{column.name: _tidied(column, row.get(column.name)) for column in field.columns} for row in value]
        return [row for row in rows if any(answered(column, row[column.name]) for column in field.columns)]
    if field.kind == "levels":
        return {part: value.get(part) or "" for part in LEVEL_PARTS}
    if field.kind == "date" and value and (day := as_date(value)):
        return day.isoformat()
    return value.strip().replace(",", ".") if field.kind == "number" else value


def said(field: Field, value) -> str:
    """An answer as people read it; empty when there is none. Rows are one line each."""
    if not answered(field, value) and field.kind != "choice":
        return ""
    if field.kind == "tick":
        return "Yes"
    if field.kind == "choice":
        return dict(field.choices).get(value, "")
    if field.kind == "date":
        day = as_date(value)
        return said_day(day) if day else value
    if field.kind == "levels":
        return _levels_said(value)
    if field.kind == "rows":
        return "\n".join(row_said(field, row) for row in value)
    return f"{value} {field.unit}" if field.unit else ISO_DAY.sub(lambda found: _in_words(found[0]), value)


def _in_words(day: str) -> str:
    """A day that stands in a text as 2026-05-03, as 3 May 2026."""
    known = as_date(day)
    return said_day(known) if known else day


def _levels_said(value: Mapping) -> str:
    """Usual and last seen in words. It is read on other days too, so it does not say "today"."""
    words = dict(LEVELS)
    usual, now = words.get(value.get("usual"), ""), words.get(value.get("now"), "")
    if now and now == usual:
        told = f"{now}, as usual"
    elif now:
        told = f"When last checked: {now.lower()}" + (f" (usually: {usual.lower()})" if usual else "")
    else:
        told = f"Usually: {usual.lower()}" if usual else ""
    return "; ".join(filter(None, (told, value.get("note", ""))))


def differs(value: Mapping) -> str:
    """Whether they need `more` or `less` help than usual; empty when it is the same or one side is not known."""
    order = [key for key, _ in LEVELS]
    usual, now = value.get("usual"), value.get("now")
    if usual not in order or now not in order or usual == now:
        return ""
    return "more" if order.index(now) > order.index(usual) else "less"


def short(field: Field) -> str:
    """The label without what explains it, to stand inside a sentence."""
    label = field.label.partition(" (")[0].partition(",")[0]
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def row_said(field: Field, row: Mapping) -> str:
    """One row on one line: the first column, then the others that say something, each with its label."""
    first, *others = field.columns
    parts = [said(first, row.get(first.name))]
    parts += [
        column.label if column.kind == "tick" else f"{short(column)}: {told}"
        for column in others
        if (told := said(column, row.get(column.name))) and answered(column, row.get(column.name))
    ]
    return ", ".join(filter(None, parts))


def changes(section: Section, before: Mapping, after: Mapping) -> list[Change]:
    """What differs between two contents, field by field; rows are matched by their first column, word for word."""
    found: list[Change] = []
    was, now = tidy(section, before), tidy(section, after)
    for field in section.fields:
        if was[field.name] == now[field.name]:
            continue
        if field.kind == "rows":
            found += _row_changes(field, was[field.name], now[field.name])
        else:
            found.append(Change(field.label, said(field, was[field.name]), said(field, now[field.name])))
    return found


def _row_changes(field: Field, before: Sequence[Mapping], after: Sequence[Mapping]) -> list[Change]:
    """Rows that came, went or differ. Two rows of one name are told apart by their order."""
    key = field.columns[0].name
    left = list(before)
    found = []
    for row in after:
        if row in left:
            left.remove(row)
            continue
        same = next((each for each in left if each[key] == row[key] and each not in after), None)
        if same is not None:
            left.remove(same)
        found.append(Change(field.label, row_said(field, same) if same else "", row_said(field, row)))
    return found + [Change(field.label, row_said(field, row), "") for row in left]
