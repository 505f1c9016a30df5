"""The form of any section, made from its definition, and what came back in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from redbag.summaries.coding import CODE
from redbag.summaries.fields import LEVEL_PARTS, LEVELS, MOST_ROWS, Field, answered, as_date, row_said, said, short
from redbag.summaries.fields import blank as blank_of
from redbag.web.section_shown import shown
from redbag.web.typed import text

__all__ = ["BLANK_ROWS", "boxes", "read", "shown"]
BLANK_ROWS = 1
MOST_RADIOS = 6
WIDE = ("rows", "long", "levels")
SIDES = (("usual", "Usually"), ("now", "Today"))
EMPTY: Mapping = {}


def boxes(
    fields: Sequence[Field], content: Mapping, *, errors: Mapping = EMPTY, blank: int | None = None
) -> list[dict]:
    """What the template draws: one box for each field, with so many blank rows below the filled ones.

    Without `blank` a list that is empty starts with one row, and a filled one has none to spare.

    A box with `more` is asked behind "More"; `errors` are by field name, in a row by `field-row-column`.
    """
    return [_box(field, content.get(field.name), field.name, errors, blank) for field in fields]


def _box(field: Field, value: Any, name: str, errors: Mapping, blank: int | None) -> dict:
    box = {
        "name": name,
        "label": field.label,
        "short": short(field),
        "hint": field.hint,
        "kind": field.kind,
        "unit": field.unit,
        "value": _typed(field, value),
        "error": errors.get(name, ""),
        "more": field.more,
        "answered": answered(field, value),
        "words": field.suggest and f"{name}-words",
        "suggest": [word for word, _ in field.suggest],
        "wide": field.kind in WIDE or (field.kind == "choice" and len(field.choices) <= MOST_RADIOS),
    }
    if field.kind == "levels":
        box["sides"] = [_side(name, part, label, value or {}) for part, label in SIDES]
        box["note"] = (value or {}).get("note", "")
    if field.kind == "choice":
        chosen = value or "not_known"
        box["as_list"] = len(field.choices) > MOST_RADIOS
        box["choices"] = [
            {"value": key, "text": words, "checked": key == chosen, "selected": key == chosen}
            for key, words in field.choices
        ]
    if field.kind == "rows":
        box |= _rows(field, list(value or []), name, errors, blank)
    return box


def _typed(field: Field, value: Any) -> Any:
    """What stands in the box: a date as people write it, or word for word when it is none."""
    if field.kind == "date" and (day := as_date(value or "")):
        return f"{day.day}/{day.month}/{day.year}"
    return value or ""


def _rows(field: Field, filled: list, name: str, errors: Mapping, blank: int | None) -> dict:
    spare = (0 if filled else BLANK_ROWS) if blank is None else blank
    wanted = min(MOST_ROWS, len(filled) + spare)
    rows = [*filled, *({} for _ in range(wanted - len(filled)))]
    return {
        "count": len(rows),
        "filled": len(filled),
        "rows": [_row(field, row, f"{name}-{place}", errors) for place, row in enumerate(rows)],
        "lists": [
            {"id": f"{name}-{column.name}-words", "words": [word for word, _ in column.suggest]}
            for column in field.columns
            if column.suggest
        ],
    }


def _row(field: Field, row: Mapping, name: str, errors: Mapping) -> dict:
    """One row: its boxes, those behind "More" apart with what they hold in words, open when one of them is wrong."""
    cells = [_box(column, row.get(column.name), f"{name}-{column.name}", errors, 0) for column in field.columns]
    for cell, column in zip(cells, field.columns, strict=True):
        cell["words"] = column.suggest and f"{name.rpartition('-')[0]}-{column.name}-words"
    behind = [column for column in field.columns if column.more]
    held = [
        f"code {words}" if column.name == CODE else words
        for column in behind
        if (words := said(column, row.get(column.name) or blank_of(column)))
    ]
    return {
        "name": name,
        "title": row_said(field, {field.columns[0].name: row.get(field.columns[0].name)}) if row else "",
        "cells": [cell for cell in cells if not cell["more"]],
        "more": [cell for cell in cells if cell["more"]],
        "held": ", ".join(held) or ", ".join(short(column) for column in behind),
        "open": any(cell["error"] for cell in cells if cell["more"]),
    }


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


def without(content: Mapping, row: str) -> dict:
    """The content without one row, named as its box is: `items-2`."""
    name, _, place = row.rpartition("-")
    rows = content.get(name)
    if not isinstance(rows, list) or not place.isdecimal():
        return dict(content)
    return {**content, name: [each for at, each in enumerate(rows) if at != int(place)]}


def as_usual(fields: Sequence[Field], content: Mapping) -> dict:
    """The content with "today" as usual wherever today is not filled in."""
    levels = {field.name for field in fields if field.kind == "levels"}
    return {
        name: {**value, "now": value["now"] or value["usual"]} if name in levels else value
        for name, value in content.items()
    }
