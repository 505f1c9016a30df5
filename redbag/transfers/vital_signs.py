"""Vital signs in words, the same on every page and on paper: what was taken, how long ago, what may be told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from redbag.residents.models import Resident
from redbag.summaries import news2, trend
from redbag.summaries.models import Observation
from redbag.summaries.observing import Standing, observations_of, result_of, standing, standing_of
from redbag.transfers.additions import how_long
from redbag.transfers.lines import Line

CURRENT_FOR = timedelta(hours=12)
NOW_FOR = timedelta(hours=1)
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
    It is None too where there is to be no score: `no_score` then says why, and no reading is marked. `when` heads the
    readings: "Now" for no set that is older than an hour or was taken before the journey began. `since` says what was
    taken after a full set that stands here, which is never part of the score.
    """

    taken_at: datetime
    recorded_at: datetime
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
    when: str = ""
    since: str = ""

    @property
    def full(self) -> bool:
        """Whether everything a score needs was taken."""
        return self.taken == len(news2.PARAMETERS)

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
    *,
    resident: Resident,
    contents: Mapping[str, Mapping],
    now: datetime,
    began: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Vitals | None, Vitals | None]:
    """The present set, and the newest that shows what is usual, in one statement. `contents` by section name.

    The present set is the last full one of twelve hours, with what was taken since beside it; without one, the newest.
    A usual set may be both; of two taken at one moment the other one is the present state. Nothing that was recorded
    after `until` is told, and nothing taken before `began` is called "Now".
    """
    return present_of(sets_of(resident=resident, contents=contents, now=now, began=began, until=until), now=now)


def sets_of(
    *,
    resident: Resident,
    contents: Mapping[str, Mapping],
    now: datetime,
    began: datetime | None = None,
    until: datetime | None = None,
) -> list[Vitals]:
    """Every set that vitals_of chooses from, the oldest first."""
    told = standing(born=resident.date_of_birth, contents=contents)
    sets = [vitals(row, told, now=now, began=began) for row in _newest(resident, now, until)]
    return sorted(sets, key=lambda each: (each.taken_at, not each.is_usual, each.recorded_at))


def present_of(sets: Sequence[Vitals], *, now: datetime) -> tuple[Vitals | None, Vitals | None]:
    """The present set and the usual one of `sets_of`, as vitals_of answers them."""
    usual = max((each for each in sets if each.is_usual), key=lambda each: each.taken_at, default=None)
    whole = next((each for each in reversed(sets) if each.full and not each.old), None)
    if whole is None:
        return (sets[-1] if sets else None), usual
    later = [each for each in sets[sets.index(whole) + 1 :] if not each.full]
    return replace(whole, since=_since_then(later, now)), usual


def _newest(resident: Resident, now: datetime, until: datetime | None) -> Sequence[Observation]:
    """Every set of the last twelve hours, the newest that is not marked usual, and the newest that is."""
    newest = observations_of(resident)
    newest = newest.filter(recorded_at__lte=until) if until else newest
    wanted = (
        Q(taken_at__gte=now - CURRENT_FOR)
        | Q(pk__in=newest.filter(is_baseline=False).values("pk")[:1])
        | Q(pk__in=newest.filter(is_baseline=True).values("pk")[:1])
    )
    return list(newest.filter(wanted))


def words_of_set(each: Vitals, *, now: datetime) -> Line:
    """A set on one line: when it was taken and its score; every reading of one that is not full."""
    readings = "" if each.full else "; ".join(map(_read_out, each.readings))
    told = ". ".join(filter(None, (each.headline, readings, each.scale_words)))
    label = "Usual vital signs" if each.is_usual else "Vital signs"
    return Line("vital_signs", label, f"taken {_clock(each.taken_at, now)}. {told}")


def _since_then(later: Sequence[Vitals], now: datetime) -> str:
    """What was taken after a full set, the newest first, with the band that it has reached by itself."""
    told = [
        "; ".join(
            [_read_out(line) for line in each.readings]
            + ([f"already at least: {each.at_least_words}"] if each.at_least_words else [])
            + ([each.scale_words] if each.scale_words else [])
        )
        for each in reversed(later)
    ]
    times = [_clock(each.taken_at, now) for each in reversed(later)]
    return "Since then, " + ". ".join(f"{at}: {words}" for at, words in zip(times, told, strict=True)) if told else ""


def _read_out(line: Reading) -> str:
    return f"{line.label} {line.words}{' (far from normal)' if line.red else ''}"


def _clock(moment: datetime, now: datetime) -> str:
    """A time of day, with the day when it is not today."""
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if local.date() == timezone.localdate(now) else f"{local:%H:%M} on {local.day} {local:%b}"


def _when(taken_at: datetime, now: datetime, began: datetime | None) -> str:
    """What heads the readings: "Now" only for what was taken within the hour and on the journey."""
    age = now - taken_at
    if age <= NOW_FOR and (began is None or taken_at >= began):
        return "Now"
    return f"At {_clock(taken_at, now)}, {how_long(age)} ago"


def not_taken(latest: Vitals | None, *, now: datetime) -> str:
    """That nothing was taken in the last 12 hours, in words; empty when something was."""
    if latest is not None and not latest.old:
        return ""
    if latest is not None and timezone.localdate(latest.taken_at) == timezone.localdate(now):
        return "not taken in the last 12 hours"
    return "not taken today"


def vitals(row: Observation, told: Standing, *, now: datetime, began: datetime | None = None) -> Vitals:
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
        scale_words=told.scale_words(row.spo2_scale) if row.spo2 is not None else "",
        when=_when(row.taken_at, now, began),
        recorded_at=row.recorded_at,
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


@dataclass(frozen=True, kw_only=True)
class History:
    """The last sets, newest first, and their picture: None with fewer than two sets or where no score is shown."""

    sets: Sequence[Vitals]
    picture: trend.Trend | None
    no_score: str


def history_of(*, resident: Resident, now: datetime, summary: Sequence[Mapping] | None = None) -> History:
    """How they were lately beside what is usual for them. `summary` as read_summary answers it, if it is at hand."""
    told = standing_of(resident, summary)
    newest = observations_of(resident)
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
