"""A set of vital signs as a page shows it: its score or why there is none, points by parameter, the usual beside it."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from redbag.residents.models import Resident
from redbag.summaries import news2
from redbag.summaries.models import Observation
from redbag.summaries.observing import Standing, result_of, seen_in, standing_of
from redbag.transfers.vital_signs import Vitals, not_taken, vitals

LABELS = {
    "respiratory_rate": "Breaths a minute",
    "spo2": "Oxygen level (SpO2), %",
    "on_oxygen": "Air or oxygen",
    "systolic_bp": "Blood pressure, top number",
    "pulse": "Pulse, beats a minute",
    "acvpu": "How awake",
    "temperature": "Temperature, °C",
}
AWAKE = (
    ("A", "Alert"),
    ("C", "New confusion, not usual for them"),
    ("V", "Answers to voice"),
    ("P", "Answers to pain"),
    ("U", "Does not answer"),
)
BANDS = {"low": "Low", "low_medium": "Low to medium", "medium": "Medium: urgent", "high": "High: emergency"}


def said(row: Observation, usual: Observation | None, told: Standing, *, now: datetime) -> dict:
    """A kept set of vital signs as the score strip shows it, old ones as old."""
    kept = vitals(row, told, now=now)
    beside = vitals(usual, told, now=now) if usual else None
    return strip(seen_in(row), result_of(row, told), told, usual=(seen_in(usual) if usual else None, beside)) | {
        "kept": kept,
        "gap": not_taken(kept, now=now),
        "when": taken(kept.taken_at, now=now),
    }


def say_saved(request: HttpRequest, resident: Resident, row: Observation, *, now: datetime, more: str = "") -> None:
    """The message after vital signs were kept: the score with what it asks for, and the day when it is not today."""
    kept = vitals(row, standing_of(resident), now=now)
    urgent = not kept.old and (kept.band or kept.at_least) in ("medium", "high")
    words = " ".join(filter(None, ("Vital signs saved.", saved_words(kept, now=now), more)))
    (messages.warning if urgent else messages.success)(request, words)


def saved_words(kept: Vitals, *, now: datetime) -> str:
    """The score with what it asks for, or why there is none; the day when it was not taken today."""
    today = timezone.localdate(kept.taken_at) == timezone.localdate(now)
    when = "" if today else f"Taken {taken(kept.taken_at, now=now)}."
    if kept.old:
        return f"{when} These are old: not how they are now.".strip()
    if kept.no_score:
        return f"{when} {kept.no_score}".strip()
    response = news2.RESPONSE.get(kept.band or kept.at_least, "")
    asks = f"{response[:1].lower()}{response[1:]}"
    if kept.score is not None:
        return f"{when} NEWS2 {kept.score}, {asks}".strip()
    count = f"{kept.taken} of {len(news2.PARAMETERS)} taken"
    return f"{when} {count}: {f'NEWS2 already at least {asks}' if asks else 'no NEWS2 yet.'}".strip()


def strip_line(kept: Vitals | None, *, now: datetime) -> str:
    """NEWS2 in one line for the top of a page while it is current: "NEWS2 10 high, 04:20"; else empty."""
    if kept is None or kept.old or kept.no_score:
        return ""
    band = f" {kept.band_words}" if kept.score is not None else ""
    told = kept.headline if kept.score is None else f"NEWS2 {kept.score}{band}"
    return f"{told}, {taken(kept.taken_at, now=now)}"


def taken(moment: datetime, *, now: datetime) -> str:
    """When vital signs were taken: 04:20, yesterday 23:59, or 20 Nov 2026, 23:59."""
    local, today = timezone.localtime(moment), timezone.localdate(now)
    clock = f"{local:%H:%M}"
    if local.date() == today:
        return clock
    if local.date() == today - timedelta(days=1):
        return f"yesterday {clock}"
    return f"{local.day} {local:%b %Y}, {clock}"


def strip(
    seen: news2.Observation,
    result: news2.Result | None,
    told: Standing,
    *,
    usual: tuple[news2.Observation | None, Vitals | None] = (None, None),
) -> dict:
    """NEWS2 in words: score or why there is none, the band and what it asks for, points by parameter, the usual."""
    readings, beside = usual
    band = (result.band or result.at_least or "") if result else ""
    missing = [name for name in news2.PARAMETERS if getattr(seen, name) is None]
    return {
        "result": result,
        "no_score": (result.refused or result.hidden) if result else "",
        "taken": len(news2.PARAMETERS) - len(missing),
        "missing": [short(name) for name in missing],
        "band": band,
        "band_words": BANDS.get(band, ""),
        "response": news2.RESPONSE.get(band, ""),
        "scale_words": told.scale_words(seen.spo2_scale) if seen.spo2 is not None else "",
        "always": news2.ALWAYS,
        "credit": news2.ACKNOWLEDGEMENT,
        "rows": [
            {
                "label": LABELS[name],
                "now": _reading(getattr(seen, name)),
                "points": result.points.get(name) if result else None,
                "red": result is not None and name in result.red_parameters,
                "usual": _reading(getattr(readings, name)) if readings else "",
            }
            for name in news2.PARAMETERS
        ],
        "usual": beside,
    }


def short(name: str) -> str:
    """A vital sign in the middle of a sentence."""
    label = LABELS[name].split(",")[0]
    return label[0].lower() + label[1:]


def _reading(value: Any) -> str:
    if isinstance(value, bool):
        return "Oxygen" if value else "Air"
    return dict(AWAKE).get(value, "" if value is None else str(value))
