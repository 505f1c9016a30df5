"""Whom to ring before somebody goes: each number once, and who does not answer at this hour last."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from redbag.residents.models import Resident
from redbag.transfers.opening import closed_at

SURGERY = frozenset({"gp", "surgery", "practice"})
SURGERY_HOURS = "surgery hours"


def whom_to_ring(resident: Resident, plan: Mapping, *, now: datetime) -> list[dict]:
    """Who is written in the plan, then GP, urgent response and 111; what has no number says so."""
    rows = [
        _row(row.get("who") or "Written in the plan", row.get("phone") or "", row.get("when") or "")
        for row in plan.get("ring") or []
    ]
    named = " ".join(row["who"].casefold() for row in rows)
    if "gp" not in named.split():
        practice = f"GP, {resident.gp_practice}" if resident.gp_practice else "GP"
        rows.append(_row(practice, resident.gp_phone, ""))
    if "urgent" not in named:
        rows.append(_row("Urgent community response", "", ""))
    return _open_first(_each_once([*rows, _row("NHS 111", "111", "day and night")]), now)


def _row(who: str, phone: str, when: str) -> dict:
    surgery = not when and "hours" not in who.casefold() and SURGERY & set(who.casefold().replace(",", " ").split())
    return {"who": who, "phone": phone, "when": SURGERY_HOURS if surgery else when}


def _each_once(rows: Sequence[dict]) -> list[dict]:
    """The rows with every number once: under the first name, with the hours it is first given."""
    kept: list[dict] = []
    for row in rows:
        same = next((each for each in kept if row["phone"] and _digits(each["phone"]) == _digits(row["phone"])), None)
        if same is None:
            kept.append(dict(row))
        elif same["when"] in ("", SURGERY_HOURS):
            same["when"] = row["when"]
    return kept


def _digits(phone: str) -> str:
    """A number as it is dialled here; only the same digits are the same number, as one too many costs nothing."""
    digits = "".join(each for each in phone if each.isdecimal() or each == "+")
    return f"0{digits[3:]}" if digits.startswith("+44") else digits


def _open_first(rows: Sequence[dict], now: datetime) -> list[dict]:
    """The rows in their order, but who is clearly closed at this hour last, and said to be."""
    clock = timezone.localtime(now).time()
    marked = [{**row, "closed": closed_at(row["when"], clock)} for row in rows]
    return sorted(marked, key=lambda row: row["closed"])
