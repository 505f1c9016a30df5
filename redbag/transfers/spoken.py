"""The hand-over to read out, as SBAR or as ATMIST, from the facts of the first screen. Asks the database nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from redbag.transfers.emergency import Emergency
from redbag.transfers.vital_signs import Vitals

NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class Spoken:
    """One heading of the card with its letter, and what to say under it, a sentence each."""

    letter: str
    heading: str
    sentences: Sequence[str]


def sbar(page: Emergency, *, home: str, now: datetime) -> list[Spoken]:
    """Situation, background, assessment, recommendation."""
    return [
        _said("S", "Situation", [_who(page, home, now), *_complaint(page), *_last_seen(page)]),
        _said("B", "Background", [*_protecting(page), *_background(page)]),
        _said("A", "Assessment", [*_reason(page, "examination"), *_signs(page, now), *_normal(page)]),
        _said("R", "Recommendation", [*_done(page), *_asked(page), *_gaps(page)]),
    ]


def atmist(page: Emergency, *, home: str, now: datetime) -> list[Spoken]:
    """Age, time, mechanism or medical complaint, injuries or findings, signs, treatment."""
    return [
        _said("A", "Age", [_who(page, home, now)]),
        _said("T", "Time", _last_seen(page)),
        _said("M", "Mechanism, or medical complaint", _complaint(page)),
        _said("I", "Injuries, or what was found", _reason(page, "examination") or ["What was found: not recorded"]),
        _said("S", "Signs", [*_signs(page, now), *_normal(page)]),
        _said("T", "Treatment", [*_done(page), *_protecting(page), *_background(page), *_asked(page), *_gaps(page)]),
    ]


def _said(letter: str, heading: str, sentences: Sequence[str]) -> Spoken:
    """Each sentence without its full stop, which the reader makes."""
    return Spoken(letter, heading, [sentence.strip().rstrip(".") for sentence in sentences])


SHAPES: dict[str, Callable[..., list[Spoken]]] = {"sbar": sbar, "atmist": atmist}


def _who(page: Emergency, home: str, now: datetime) -> str:
    called = f", preferred name {page.preferred_name}" if page.preferred_name else ""
    sex = f", {page.sex.lower()}" if page.sex else ""
    years = age_on(page.born, timezone.localdate(now))
    return f"{page.name}{called}. {years} years old, born {page.born.day} {page.born:%B %Y}{sex}. From {home}"


def age_on(born: date, day: date) -> int:
    """Full years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _complaint(page: Emergency) -> list[str]:
    return _reason(page, "concern") or ["What is wrong: not said yet. Ring the home"]


def _last_seen(page: Emergency) -> list[str]:
    return [f"Last seen well: {page.last_seen_well or NOT_RECORDED}"]


def _reason(page: Emergency, *names: str) -> list[str]:
    return [line.said for line in page.why if line.name in names]


def _protecting(page: Emergency) -> list[str]:
    """The lines that are never left out, whatever else is."""
    state, words = page.allergies
    stops = ". ".join(filter(None, (page.cpr[1], page.cpr_note, page.review_due)))
    lines = [
        f"Allergies: {words}" if state != "present" else f"Allergic to {words}",
        f"If heart or breathing stops: {stops}",
        f"Agreed limits of treatment: {page.limits}" if page.limits else "",
        page.speak_first,
    ]
    return [*filter(None, lines), *(line.said for line in page.kept_from)]


def _background(page: Emergency) -> list[str]:
    today = f"Infection today: {page.infection_today}" if page.infection_today else ""
    conditions = {part["name"]: part["content"] for part in page.summary}["conditions"]
    lines = [
        page.stay,
        f"Conditions: {conditions['diagnoses']}" if conditions.get("diagnoses") else "",
        *(line.said for line in page.alerts if line.words),
        today or (f"Infection: {page.infection}" if page.infection else ""),
        page.learning,
        f"Last doses given today: {page.last_doses}" if page.last_doses else "",
        *(_dose(row) for row in page.time_critical),
        *(line.said for line in page.handling if line.words and line.name == "risk_to_crew"),
    ]
    return [line for line in lines if line]


def _dose(row) -> str:
    dose = " ".join(filter(None, (row["name"], row["dose"], row["frequency"])))
    return f"Must not be late: {dose}. Last given: {row['last_given'] or NOT_RECORDED}"


def _signs(page: Emergency, now: datetime) -> list[str]:
    """What was taken, and the score beside the usual one; old signs are said to be old, and no score stays none."""
    taken, usual = page.news2, page.usual_news2
    told = [f"Vital signs: {page.vitals_gap}"] if page.vitals_gap else []
    if taken is None:
        return told
    at = timezone.localtime(taken.taken_at)
    when = f"{at:%H:%M}" if at.date() == timezone.localdate(now) else f"{at.day} {at:%b %Y}, {at:%H:%M}"
    readings = "; ".join(
        f"{line.label} {line.words}{' (far from normal)' if line.red else ''}" for line in taken.readings
    )
    told.append(f"{'Old, not how they are now: taken' if taken.old else 'Vital signs taken'} {when}. {readings}")
    if page.no_score:
        return [*told, page.no_score]
    known = usual.score if usual and usual.score is not None else "not known"
    return [*told, f"{_score(taken)}. Usual for them: {known}"]


def _score(taken: Vitals) -> str:
    """The score with its band, or what an incomplete set has already reached."""
    then = "NEWS2 then" if taken.old else "NEWS2"
    if taken.score is None:
        return f"{then}: not complete" + (f", already at least {taken.at_least_words}" if taken.at_least else "")
    return f"{then}: {taken.score}" + (f", {taken.band_words}" if taken.band else "")


def _normal(page: Emergency) -> list[str]:
    lines = [line.said for line in page.normal if line.words]
    return [f"Normal for them: {'; '.join(lines)}"] if lines else []


def _done(page: Emergency) -> list[str]:
    return _reason(page, "action", "response", "advised", "watch_for")


def _asked(page: Emergency) -> list[str]:
    lines = [
        f"We ask: {page.ask}" if page.ask else "",
        f"Can come home when: {page.return_when}" if page.return_when else "",
        *(line.said for line in page.plan if line.name in ("comfort_care", "prefers", "ring")),
        *(f"Ring {number.who}: {number.phone}" for number in page.numbers if number.phone),
    ]
    return [line for line in lines if line]


def _gaps(page: Emergency) -> list[str]:
    return [f"Not recorded: {'; '.join(page.not_recorded)}"] if page.not_recorded else []
