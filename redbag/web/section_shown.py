"""A section as people of the home read it: what is filled in, what is not by name, what it asks of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from redbag.residents.models import Resident
from redbag.summaries import scores
from redbag.summaries.alerts import paper_line, with_dated_doses
from redbag.summaries.coding import CODE
from redbag.summaries.fields import LEVELS, Field, answered, differs, row_said, said, unanswered
from redbag.summaries.reminders import reminders
from redbag.summaries.sections import BY_NAME

DIFFERS = {"more": "Needs more help than usual", "less": "Needs less help than usual"}
WORDS = dict(LEVELS)
PROTECTING = ("status", "recommendation")  # allergies and CPR: "not known" is said, never left out


def drawn(section: Mapping, *, resident: Resident, summary: Sequence[Mapping], now: datetime) -> dict:
    """A section of read_summary with what its page needs: `shown`, `missing` by name, `asks`, and the score."""
    definition, content = BY_NAME[section["name"]], section["content"]
    checked, written, today = section["verified_at"], section["written_at"], timezone.localdate(now)
    if section["name"] == "medicines":
        content = with_dated_doses(content, written=written and timezone.localdate(written), today=today)
    asks = reminders(section["name"], content, today=today) if section["version"] else []
    if section["name"] == "scores" and answered(definition.fields[0], content["cfs"]):
        passport = next(each["content"] for each in summary if each["name"] == "passport")
        asks += filter(None, [scores.no_frailty_score(born=resident.date_of_birth, passport=passport, today=today)])
    return {
        **section,
        "shown": shown(definition.fields, content, today=today, checked=checked and timezone.localdate(checked)),
        "missing": unanswered(definition, content) if section["version"] else [],
        "asks": asks,
        "must": scores.must(content) if section["name"] == "scores" and section["version"] else None,
    }


def shown(
    fields: Sequence[Field], content: Mapping, *, today: date | None = None, checked: date | None = None
) -> list[dict]:
    """What is filled in, as label and words, a list of rows, medicines, or one table of the help they need.

    The help they needed is today's only when it was checked `today`.
    """
    parts = [_part(field, content.get(field.name), today) for field in fields if field.kind != "levels"]
    levels = [_level(field, content.get(field.name) or {}) for field in fields if field.kind == "levels"]
    levels = [level for level in levels if level["filled"]]
    if levels:
        parts.append({"levels": levels, "now": "Today" if today and today == checked else "When last checked"})
    return [part for part in parts if part]


def _part(field: Field, value: Any, today: date | None) -> dict:
    if not answered(field, value) and field.name not in PROTECTING:
        return {}
    if field.kind == "rows" and any(column.name == "time_critical" for column in field.columns):
        first = sorted(value, key=lambda row: not row.get("time_critical"))
        return {"label": field.label, "medicines": first}
    if field.kind == "rows":
        return {"label": field.label, "rows": [_row(field, row, today) for row in value]}
    return {"label": field.label, "words": said(field, value), "wide": field.kind == "long"}


def _row(field: Field, row: Mapping, today: date | None) -> str:
    """A row in words; a paper about resuscitation in the words it has everywhere, and no codes."""
    if today and any(column.name == "review_on" for column in field.columns):
        return paper_line(row, today)
    return row_said(field, {name: value for name, value in row.items() if name != CODE})


def _level(field: Field, value: Mapping) -> dict:
    which = differs(value)
    return {
        "label": field.label,
        "usual": WORDS.get(value.get("usual") or "", ""),
        "now": WORDS.get(value.get("now") or "", ""),
        "note": value.get("note") or "",
        "which": which,
        "differs": DIFFERS.get(which, ""),
        "filled": answered(field, value),
    }
