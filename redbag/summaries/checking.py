"""What is wrong with a content somebody sent, by field."""

import re
from collections.abc import Mapping

from redbag.summaries.fields import LEVEL_PARTS, LEVELS, LONGEST, MOST_ROWS, Field, Section, as_date

NUMBER = re.compile(r"[0-9]{1,6}([.,][0-9]{1,3})?")


def problems(section: Section, content: object) -> dict[str, str]:
    """What is wrong, by `section.field`, in a row by `section.field.row.column`; empty when nothing is."""
    if not isinstance(content, Mapping):
        return {section.name: "Send an object with the section's fields."}
    known = {field.name: field for field in section.fields}
    wrong = {name: f"There is no such field. Fields: {', '.join(known)}." for name in content if name not in known}
    for name, value in content.items():
        if name in known:
            wrong |= _faults(known[name], value)
    faulty = {name.partition(".")[0] for name in wrong}
    sound = {name: value for name, value in content.items() if name not in faulty}
    wrong |= {name: fault for name, fault in section.rule(sound).items() if name not in faulty}
    return {f"{section.name}.{name}": fault for name, fault in wrong.items()}


def _faults(field: Field, value: object) -> dict[str, str]:
    if field.kind == "rows":
        return _faults_of_rows(field, value)
    return {field.name: fault} if (fault := _fault(field, value)) else {}


def _fault(field: Field, value: object) -> str:
    if field.kind == "levels":
        return _fault_of_levels(value)
    if field.kind == "tick":
        return "" if isinstance(value, bool) else "Send true or false."
    if not isinstance(value, str):
        return "Send text."
    if field.kind == "choice" and value not in dict(field.choices):
        return f"Choose one of: {', '.join(dict(field.choices))}."
    if field.kind == "date" and value and as_date(value) is None:
        return "Enter a real date, like 3/5/2026."
    if field.kind == "number" and value and not NUMBER.fullmatch(value.strip()):
        return f"Enter a number{f' in {field.unit}' if field.unit else ''}, like 54.5."
    return "" if len(value) <= LONGEST else f"Use at most {LONGEST} characters."


def _faults_of_rows(field: Field, value: object) -> dict[str, str]:
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        return {field.name: f"Send a list of at most {MOST_ROWS} rows."}
    columns = {column.name: column for column in field.columns}
    wrong = {}
    for place, row in enumerate(value):
        if not isinstance(row, Mapping) or set(row) - set(columns):
            return {field.name: f"Each row holds: {', '.join(columns)}."}
        for name, cell in row.items():
            if fault := _fault(columns[name], cell):
                wrong[f"{field.name}.{place}.{name}"] = f"{columns[name].label}: {fault}"
    return wrong


def _fault_of_levels(value: object) -> str:
    if not isinstance(value, Mapping) or set(value) - set(LEVEL_PARTS):
        return f"Send an object with {', '.join(LEVEL_PARTS)}."
    if any(value.get(part) not in (None, "", *dict(LEVELS)) for part in ("usual", "now")):
        return f"Choose one of: {', '.join(dict(LEVELS))}."
    note = value.get("note") or ""
    return "" if isinstance(note, str) and len(note) <= LONGEST else f"Use at most {LONGEST} characters."
