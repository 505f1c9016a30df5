"""Vital signs in words, the same on every page and on paper: what was taken, how long ago, what may be told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from redbag.residents.models import Resident
from redbag.summaries import news2, trend
from redbag.summaries.models import Observation
from redbag.summaries.observing import Standing, result_of, standing, standing_of

CURRENT_FOR = timedelta(hours=12)
MOST_IN_TABLE = 10
AWARENESS = {
    "A": "Alert",
    "C": "New confusion",
    "V": "Responds to voice",
    "P": "Responds to pain",
    "U": "Unresponsive",
}
COLUMNS = ("respiratory_rate", "spo2", "systolic_bp", "pulse", "acvpu", "temperature")
BANDS = {"low": "low", "low_medium": "low to medium", "medium": "medium", "high": "high"}


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
    It is None too where there is to be no score: `no_score` then says why, and no reading is marked.
    """

    taken_at: datetime
    by: str
    age_minutes: int
    old: bool
    score: int | None
    band: str
    at_least: str
    readings: Sequence[Reading]
    taken: int = 0
    is_usual: bool = False
    no_score: str = ""
    scale_words: str = ""

    @property
    def age(self) -> timedelta:
        """How long ago it was taken."""
        return timedelta(minutes=self.age_minutes)

    @property
    def band_words(self) -> str:
        """The band in words: low, low to medium, medium, high."""
        return BANDS.get(self.band, "")

    @property
    def at_least_words(self) -> str:
        """The band an incomplete set has already reached, in words; never low."""
        return BANDS.get(self.at_least, "")

    @property
    def red(self) -> Sequence[Reading]:
        """The readings that score 3 by themselves."""
        return [reading for reading in self.readings if reading.red]

    @property
    def cells(self) -> Sequence[Reading | None]:
        """The readings as a row of a table, in the order of COLUMNS; None where nothing was taken."""
        found = {reading.name: reading for reading in self.readings}
        return [found.get(name) for name in COLUMNS]

    @property
    def headline(self) -> str:
        """The score in one line, or why there is none."""
        if self.no_score:
            return self.no_score.rstrip(".")
        if self.score is not None:
            return f"NEWS2 {self.score} ({self.band_words})" if self.band else f"NEWS2 {self.score}"
        return f"NEWS2 already at least: {self.at_least_words}" if self.at_least else "NEWS2 no score yet"


def vitals_of(
    *, resident: Resident, contents: Mapping[str, Mapping], now: datetime
) -> tuple[Vitals | None, Vitals | None]:
    """The newest set, and the newest that shows what is usual, in one statement. `contents` by section name.

    A usual set may be both; of two taken at one moment the other one is the present state.
    """
    told = standing(born=resident.date_of_birth, contents=contents)
    sets = [vitals(row, told, now=now) for row in _newest(resident)]
    latest = max(sets, key=lambda each: (each.taken_at, not each.is_usual), default=None)
    return latest, next((each for each in sets if each.is_usual), None)


def _newest(resident: Resident) -> Sequence[Observation]:
    """The newest set that is not marked usual, and the newest that is."""
    newest = resident.observations.order_by("-taken_at", "-recorded_at")
    wanted = Q(pk__in=newest.filter(is_baseline=False).values("pk")[:1]) | Q(
        pk__in=newest.filter(is_baseline=True).values("pk")[:1]
    )
    return list(Observation.objects.filter(wanted))


def not_taken(latest: Vitals | None, *, now: datetime) -> str:
    """That nothing was taken in the last 12 hours, in words; empty when something was."""
    if latest is not None and not latest.old:
        return ""
    if latest is not None and timezone.localdate(latest.taken_at) == timezone.localdate(now):
        return "not taken in the last 12 hours"
    return "not taken today"


def vitals(row: Observation, told: Standing, *, now: datetime) -> Vitals:
    """A kept set as it may be told; the score is made from its readings, so an old column cannot contradict them."""
    result = result_of(row, told)
    return Vitals(
        taken_at=row.taken_at,
        by=row.by_name,
        age_minutes=int((now - row.taken_at).total_seconds() // 60),
        old=now - row.taken_at > CURRENT_FOR,
        score=result.score if result else None,
        band=(result.band or "") if result else "",
        at_least=(result.at_least or "") if result and result.score is None else "",
        readings=_readings(row, result.red_parameters if result else []),
        taken=sum(getattr(row, name) not in (None, "") for name in news2.PARAMETERS),
        is_usual=row.is_baseline,
        no_score=(result.refused or result.hidden) if result else "",
        scale_words=told.scale_words(row.spo2_scale),
    )


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
    lines = [
        Reading(name, label, f"{value}{unit}", name in red) for name, label, value, unit in told if value is not None
    ]
    if oxygen and row.spo2 is None:
        lines.append(Reading("on_oxygen", "Breathing", oxygen, red=False))
    return lines


def aloud(latest: Vitals | None, usual: Vitals | None, *, now: datetime) -> str:
    """What to tell the crew: score or readings of the last twelve hours; older ones only as what was last taken."""
    if latest is None:
        return ""
    taken = timezone.localtime(latest.taken_at)
    today = taken.date() == timezone.localdate(now)
    if latest.old:
        year = "" if taken.year == timezone.localdate(now).year else f" {taken.year}"
        when = f"{taken:%H:%M}" if today else f"{taken.day} {taken:%b}{year}"
        score = "not a full set" if latest.score is None else f"score {latest.score}"
        return f"{not_taken(latest, now=now)} (last: {when}, {latest.no_score.rstrip('.') or score})"
    told = latest.headline
    if latest.score is None:
        told = f"{'; '.join(_read_out(line) for line in latest.readings)}. {told}"
        told += "" if latest.no_score else f" ({latest.taken} of 7 taken)"
    said_usual = "not known" if usual is None or usual.score is None else usual.score
    beside = f". Usual NEWS2 {said_usual}" if usual and not latest.no_score else ""
    return f"{told}, taken {taken:%H:%M}{'' if today else f' on {taken.day} {taken:%b}'}{beside}"


def _read_out(line: Reading) -> str:
    return f"{line.label} {line.words}{' (far from normal)' if line.red else ''}"


@dataclass(frozen=True, kw_only=True)
class History:
    """The last sets, newest first, and their picture: None with fewer than two sets or where no score is shown."""

    sets: Sequence[Vitals]
    picture: trend.Trend | None
    no_score: str


def history_of(*, resident: Resident, now: datetime, summary: Sequence[Mapping] | None = None) -> History:
    """How they were lately beside what is usual for them. `summary` as read_summary answers it, if it is at hand."""
    told = standing_of(resident, summary)
    newest = resident.observations.order_by("-taken_at", "-recorded_at")
    sets = [vitals(row, told, now=now) for row in newest[:MOST_IN_TABLE]]
    usual = newest.filter(is_baseline=True).first()
    no_score = told.no_score(at=now)
    return History(
        sets=sets,
        picture=None if no_score or len(sets) < 2 else _picture(sets, vitals(usual, told, now=now) if usual else None),
        no_score=no_score,
    )


def _picture(sets: Sequence[Vitals], usual: Vitals | None) -> trend.Trend:
    drawn = [
        trend.Set(taken_at=timezone.localtime(each.taken_at), score=each.score, band=each.band, taken=each.taken)
        for each in sets
    ]
    return trend.draw(drawn, usual=usual.score if usual else None)
