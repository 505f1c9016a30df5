"""A set of vital signs as a page shows it: its score or why there is none, points by parameter, the usual beside it."""

from datetime import datetime
from typing import Any

from redbag.summaries import news2
from redbag.summaries.models import Observation
from redbag.summaries.observing import Standing, result_of, seen_in
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
    }


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
        "scale_words": told.scale_words(seen.spo2_scale),
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
