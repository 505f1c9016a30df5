"""The form of any section, made from its definition; what came back in it; and how it reads."""

from collections.abc import Mapping, Sequence
from typing import Any

from redbag.summaries.fields import LEVEL_PARTS, LEVELS, MOST_ROWS, Field, said
from redbag.summaries.fields import blank as blank_of
from redbag.web.typed import text

BLANK_ROWS = 2
SIDES = (("usual", "Usually"), ("now", "Today"))
EMPTY: Mapping = {}


def boxes(fields: Sequence[Field], content: Mapping, *, errors: Mapping = EMPTY, blank: int = BLANK_ROWS) -> list[dict]:
    """What the template draws: one box for each field, with so many blank rows below the filled ones."""
    return [_box(field, content.get(field.name), field.name, errors, blank) for field in fields]


def _box(field: Field, value: Any, name: str, errors: Mapping, blank: int) -> dict:
    box = {
        "name": name,
        "label": field.label,
        "hint": field.hint,
        "kind": field.kind,
        "value": value or "",
        "error": errors.get(name, ""),
    }
    if field.kind == "levels":
        box["sides"] = [_side(name, part, label, value or {}) for part, label in SIDES]
        box["note"] = (value or {}).get("note", "")
    if field.kind == "choice":
        chosen = value or "not_known"
        box["choices"] = [{"value": key, "text": words, "checked": key == chosen} for key, words in field.choices]
    if field.kind == "rows":
        filled = list(value or [])
        wanted = min(MOST_ROWS, len(filled) + blank)
        rows = [*filled, *({} for _ in range(wanted - len(filled)))]
        box["count"] = len(rows)
        box["rows"] = [
            [_box(column, row.get(column.name), f"{name}-{place}-{column.name}", errors, 0) for column in field.columns]
            for place, row in enumerate(rows)
        ]
    return box


def _side(name: str, part: str, label: str, value: Mapping) -> dict:
    chosen = value.get(part, "")
    offered = [("", "Not filled in"), *LEVELS]
    return {
        "name": f"{name}-{part}",
        "label": label,
        "choices": [{"value": key, "text": words, "selected": key == chosen} for key, words in offered],
    }


def read(fields: Sequence[Field], posted: Mapping) -> dict:
    """The content that came back; rows without a word are dropped, an untouched choice is not known."""
    return {field.name: _value(field, posted, field.name) for field in fields}


def _value(field: Field, posted: Mapping, name: str) -> Any:
    if field.kind == "tick":
        return name in posted
    if field.kind == "choice":
        return text(posted, name) or "not_known"
    if field.kind == "levels":
        return {part: text(posted, f"{name}-{part}") for part in LEVEL_PARTS}
    if field.kind != "rows":
        return text(posted, name)
    told = text(posted, f"{name}-count")
    count = min(MOST_ROWS, int(told)) if told.isdecimal() else 0
    rows = [
        {column.name: _value(column, posted, f"{name}-{place}-{column.name}") for column in field.columns}
        for place in range(count)
    ]
    return [row for row in rows if any(row.values())]


def shown(fields: Sequence[Field], content: Mapping) -> list[dict]:
    """The content as people read it: label and words, or a small table."""
    return [_shown(field, content.get(field.name)) for field in fields]


def _shown(field: Field, value: Any) -> dict:
    if field.kind == "rows":
        rows = [[_words(column, row.get(column.name)) for column in field.columns] for row in value or []]
        return {"label": field.label, "heads": [column.label for column in field.columns], "rows": rows}
    return {"label": field.label, "words": _words(field, value)}


def _words(field: Field, value: Any) -> str:
    return said(field, blank_of(field) if value is None else value)
