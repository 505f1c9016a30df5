"""The vital signs that crew and ward read first: what was taken, how long ago, what an incomplete set still says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from redbag.residents.models import Resident
from redbag.summaries import news2
from redbag.summaries.models import Observation

CURRENT_FOR = timedelta(hours=12)
AWARENESS = {
    "A": "Alert",
    "C": "New confusion",
    "V": "Responds to voice",
    "P": "Responds to pain",
    "U": "Unresponsive",
}


@dataclass(frozen=True)
class Reading:
    """One vital sign in words; `red` when it scores 3 by itself."""

    name: str
    label: str
    words: str
    red: bool


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """A set of observations with its NEWS2; `old` says that it is not the present state any more.

    `score` is None when the set was not complete: `at_least` is then the band that it has already reached, if any.
    """

    taken_at: datetime
    by: str
    age_minutes: int
    old: bool
    score: int | None
    band: str
    at_least: str
    readings: Sequence[Reading]

    @property
    def age(self) -> timedelta:
        """How long ago it was taken."""
        return timedelta(minutes=self.age_minutes)

    @property
    def band_words(self) -> str:
        """The band in words: low, low to medium, medium, high."""
        return self.band.replace("_", " to ")

    @property
    def at_least_words(self) -> str:
        """The band an incomplete set has already reached, in words; never low."""
        return self.at_least.replace("_", " to ")

    @property
    def red(self) -> Sequence[Reading]:
        """The readings that score 3 by themselves."""
        return [reading for reading in self.readings if reading.red]


def vitals_of(*, resident: Resident, now: datetime) -> tuple[Vitals | None, Vitals | None]:
    """The newest set, and the newest that shows what is usual, in one statement.

    A usual set that is current counts as newest when there is no other: it was taken today.
    """
    newest = resident.observations.order_by("-taken_at", "-recorded_at")
    wanted = Q(pk__in=newest.filter(is_baseline=False).values("pk")[:1]) | Q(
        pk__in=newest.filter(is_baseline=True).values("pk")[:1]
    )
    rows = {row.is_baseline: _vitals(row, now) for row in Observation.objects.filter(wanted)}
    latest, usual = rows.get(False), rows.get(True)
    if usual and not usual.old and (latest is None or latest.old):
        return usual, usual
    return latest, usual


def not_taken(latest: Vitals | None, *, now: datetime) -> str:
    """That nothing was taken in the last 12 hours, in words; empty when something was."""
    if latest is not None and not latest.old:
        return ""
    if latest is not None and timezone.localdate(latest.taken_at) == timezone.localdate(now):
        return "not taken in the last 12 hours"
    return "not taken today"


def _vitals(row: Observation, now: datetime) -> Vitals:
    result = _result(row)
    return Vitals(
        taken_at=row.taken_at,
        by=row.by_name,
        age_minutes=int((now - row.taken_at).total_seconds() // 60),
        old=now - row.taken_at > CURRENT_FOR,
        score=row.score,
        band=row.band,
        at_least=(result.at_least or "") if result and row.score is None else "",
        readings=_readings(row, result.red_parameters if result else []),
    )


def _result(row: Observation) -> news2.Result | None:
    """What NEWS2 says of the stored readings; None when one of them cannot be true."""
    signs = {name: getattr(row, name) for name in news2.PARAMETERS}
    seen = news2.Observation(**{**signs, "acvpu": row.acvpu or None}, spo2_scale=row.spo2_scale)
    return None if news2.implausible(seen) else news2.score(seen)


def _readings(row: Observation, red: Sequence[str]) -> list[Reading]:
    oxygen = {True: "on oxygen", False: "on air", None: ""}[row.on_oxygen]
    told = (
        ("respiratory_rate", "Breaths", row.respiratory_rate, " a minute"),
        ("spo2", f"Oxygen level (scale {row.spo2_scale})", row.spo2, f" % {oxygen}".rstrip()),
        ("systolic_bp", "Systolic blood pressure", row.systolic_bp, ""),
        ("pulse", "Pulse", row.pulse, " a minute"),
        ("acvpu", "Awareness", AWARENESS.get(row.acvpu) or row.acvpu or None, ""),
        ("temperature", "Temperature", row.temperature, " °C"),
    )
    return [
        Reading(name, label, f"{value}{unit}", name in red) for name, label, value, unit in told if value is not None
    ]
