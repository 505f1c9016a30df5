"""Somebody of whom the home knows little: here for a short stay, or new."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from redbag.residents.models import Resident
from redbag.summaries.fields import as_date, said_day

NEW_FOR = timedelta(days=14)
FIRST = ("allergies", "resuscitation", "medicines", "conditions", "normal", "care")
"""What to ask first, when it is not filled in."""
PHONE = re.compile(r"\+?[0-9][0-9 ]{8,16}[0-9]")
KINDS = {"new": "New here", "respite": "Here for a short stay"}


def little_known(resident: Resident, summary: Sequence[dict], *, now: datetime) -> dict | None:
    """Why we know little, whom to ask with their number, and what to ask first; None for who lives here.

    Somebody added in the last two weeks, of whom nobody said how they live here, counts as new.
    """
    sections = {section["name"]: section for section in summary}
    stay = sections["stay"]
    kind = stay["content"]["kind"]
    just_added = kind == "not_known" and now - resident.created_at < NEW_FOR
    if kind not in KINDS and not just_added:
        return None
    ask = stay["content"]["ask"]
    phone = PHONE.search(ask)
    return {
        "why": _why(resident, stay["content"]),
        "ask": ask,
        "phone": phone.group() if phone else "",
        "first": [sections[name] for name in FIRST if not sections[name]["version"]],
        "change": "Is this still so?" if stay["version"] else "Say how they live here",
    }


def _why(resident: Resident, stay: dict) -> str:
    since, place = as_date(stay["since"]), stay["from_where"]
    told = KINDS.get(stay["kind"], "Added to the list not long ago")
    told += f", since {said_day(since)}" if since else ""
    return f"{told}. Came from: {place}." if place else f"{told}."
