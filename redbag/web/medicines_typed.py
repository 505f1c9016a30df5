"""What comes back from the forms of *Medicines before and after*: typed rows, a decision, times by the clock."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from redbag.errors import BadInput
from redbag.reconciliations.choices import Choice
from redbag.web.typed import text

COLUMNS = (
    ("name", "Medicine, word for word"),
    ("dose", "Dose"),
    ("frequency", "How often"),
    ("route", "Route"),
    ("form", "Form"),
)
SAYS = (
    ("", "The letter does not say"),
    ("continued", "Carry on"),
    ("changed", "Changed"),
    ("started", "Started"),
    ("stopped", "Stopped"),
)
ROWS, MORE_ROWS, MOST_ROWS = 6, 4, 60
DAYS_AHEAD = 14


def rows_of(posted: Mapping) -> list[dict]:
    """The medicines that were typed; a row without a word is none."""
    told = text(posted, "medicines-count")
    count = min(MOST_ROWS, int(told)) if told.isdecimal() else 0
    rows = [_row(posted, place) for place in range(count)]
    return [row for row in rows if any(row[name] for name, _ in COLUMNS)]


def _row(posted: Mapping, place: int) -> dict:
    names = (*(name for name, _ in COLUMNS), "change")
    return {name: text(posted, f"medicines-{place}-{name}") for name in names}


def grid(rows: list[dict], *, spare: int, errors: Mapping) -> list[dict]:
    """The rows of the form, the filled ones first."""
    filled: list[dict] = [*rows, *({} for _ in range(spare))]
    return [
        {
            "place": place,
            "cells": [
                {
                    "id": f"medicines-{place}-{name}",
                    "label": label,
                    "value": row.get(name, ""),
                    "error": errors.get(f"medicines-{place}-{name}", ""),
                }
                for name, label in COLUMNS
            ],
            "change": row.get("change", ""),
        }
        for place, row in enumerate(filled[:MOST_ROWS])
    ]


def choice_of(posted: Mapping, *, now: datetime) -> Choice:
    """The decision in a form. BadInput for a time that is none."""
    rang = text(posted, "way") == "rang"
    asked_at = moment(posted, "asked") if rang else None
    return Choice(
        way=text(posted, "way"),
        outcome=text(posted, "outcome"),
        asked=text(posted, "asked") if rang else "",
        asked_name=text(posted, "asked_name") if rang else "",
        asked_at=(asked_at or now) if rang else None,
        answer=text(posted, "answer") if rang else "",
        gives=text(posted, "gives"),
        told=text(posted, "told"),
        next_due_at=moment(posted, "next") if text(posted, "outcome") in ("", "give") else None,
    )


def next_doses_of(posted: Mapping) -> dict[UUID, datetime]:
    """The next dose of each line that the form names. BadInput for a time that is none."""
    lines = [name.removeprefix("next-time-") for name in posted if name.startswith("next-time-")]
    told = {line: moment(posted, "next", line) for line in lines}
    try:
        return {UUID(line): at for line, at in told.items() if at}
    except ValueError:
        raise BadInput({"next": "This page is out of date. Open it again."}) from None


def moment(posted: Mapping, name: str, line: str = "") -> datetime | None:
    """A day and a time by the clock in London; None when no time was typed."""
    tail = f"-{line}" if line else ""
    told, on = text(posted, f"{name}-time{tail}"), text(posted, f"{name}-day{tail}")
    if not told:
        return None
    try:
        at, day = time.fromisoformat(told), date.fromisoformat(on) if on else timezone.localdate()
    except ValueError:
        where = "next_due_at" if name == "next" else "asked_at"
        raise BadInput({where + tail: "Enter a time like 18:00."}) from None
    return timezone.make_aware(datetime.combine(day, at.replace(tzinfo=None)))


def days(now: datetime) -> list[dict]:
    """The days on which a next dose may be due, today first."""
    today = timezone.localdate(now)
    words = {0: "Today", 1: "Tomorrow"}
    ahead = [today + timedelta(days=count) for count in range(DAYS_AHEAD)]
    return [
        {"value": day.isoformat(), "text": words.get(count, f"{day:%a} {day.day} {day:%b}")}
        for count, day in enumerate(ahead)
    ]


def days_back(now: datetime) -> list[dict]:
    """The days on which somebody may have rung."""
    today = timezone.localdate(now)
    yesterday = today - timedelta(days=1)
    return [{"value": today.isoformat(), "text": "Today"}, {"value": yesterday.isoformat(), "text": "Yesterday"}]
