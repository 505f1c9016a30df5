"""The hand-over to read out, as SBAR or as ATMIST, from the facts of the first screen. Asks the database nothing.

Who must not be told is no part of it: whoever listens may be with them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from redbag.transfers.additions import how_long
from redbag.transfers.emergency import Emergency
from redbag.transfers.flags import Flag
from redbag.transfers.vital_signs import Vitals

NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class Spoken:
    """One heading of the card, and what to say under it, a sentence each; `letter` is empty outside the shape."""

    letter: str
    heading: str
    sentences: Sequence[str]


def sbar(page: Emergency, *, home: str, now: datetime) -> list[Spoken]:
    """Situation, background, assessment, recommendation."""
    return [
        _said("S", "Situation", [_who(page, home, now), *_first(page), *_complaint(page), *_last_seen(page)]),
        _said("B", "Background", [*_background(page), *_doses(page)]),
        _said("A", "Assessment", [*_reason(page, "examination"), *_signs(page, now), *_normal(page)]),
        _said("R", "Recommendation", [*_done(page), *_advised(page), *_asked(page), *_gaps(page)]),
    ]


def atmist(page: Emergency, *, home: str, now: datetime) -> list[Spoken]:
    """What protects; age, time, mechanism or medical complaint, injuries or findings, signs, treatment; the rest."""
    return [
        _said("", "First", _first(page)),
        _said("A", "Age", [_who(page, home, now)]),
        _said("T", "Time", _last_seen(page)),
        _said("M", "Mechanism, or medical complaint", _complaint(page)),
        _said("I", "Injuries, or what was found", _reason(page, "examination") or ["What was found: not recorded"]),
        _said("S", "Signs", [*_signs(page, now), *_normal(page)]),
        _said("T", "Treatment", [*_done(page), *_doses(page)] or ["Treatment and medicines: not recorded"]),
        _said("", "Also", [*_background(page), *_advised(page), *_asked(page), *_gaps(page)]),
    ]


def _said(letter: str, heading: str, sentences: Sequence[str]) -> Spoken:
    """Each sentence with a capital and without its full stop, which the reader makes."""
    told = [sentence.strip().rstrip(".") for sentence in sentences]
    return Spoken(letter, heading, [sentence[:1].upper() + sentence[1:] for sentence in told])


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


def _first(page: Emergency) -> list[str]:
    """What is new since they left, and the lines that are never left out, whatever else is."""
    state, words = page.allergies
    stops = ". ".join(filter(None, (page.cpr[1], page.cpr_note, page.decision_check, page.review_due)))
    return [
        *(f"New, {added.after} after leaving: {line.said}" for added in page.added for line in added.lines),
        *(flag.said for flag in page.flags if flag.name == "comfort_care"),
        f"Allergies: {words}" if state != "present" else f"Allergic to {words}",
        f"If heart or breathing stops: {stops}",
        *(_flag(page, flag) for flag in page.flags if flag.name != "comfort_care"),
    ]


def _flag(page: Emergency, flag: Flag) -> str:
    """A flag aloud: of what is done differently, and of whom to ask first, every word."""
    return {"learning": page.learning, "speak_first": page.speak_first}.get(flag.name) or flag.said


def _background(page: Emergency) -> list[str]:
    conditions = {part["name"]: part["content"] for part in page.summary}["conditions"]
    told = {flag.name for flag in page.flags}
    alerts = [*page.alerts, *page.handling]
    lines = [
        page.stay,
        f"Agreed limits of treatment: {page.limits}" if page.limits else "",
        f"Conditions: {conditions['diagnoses']}" if conditions.get("diagnoses") else "",
        *(line.said for line in alerts if line.words and line.name not in (*told, "lifting")),
        f"Infection today: {page.infection_today}" if page.infection_today and "infection_today" not in told else "",
        f"Infection: {page.infection}" if page.infection and "infection" not in told else "",
        page.learning if "learning" not in told else "",
    ]
    return [line for line in lines if line]


def _doses(page: Emergency) -> list[str]:
    today = [f"Last doses given today: {page.last_doses}"] if page.last_doses else []
    return [*today, *(_dose(row) for row in page.time_critical)]


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
    begin = "Old, not how they are now: taken" if taken.old else "Vital signs taken"
    told.append(f"{begin} {when}, {how_long(taken.age)} ago. {readings}")
    told += [each for each in (taken.scale_words, taken.since) if each]
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
    return _reason(page, "action", "response")


def _advised(page: Emergency) -> list[str]:
    return _reason(page, "advised", "watch_for")


def _asked(page: Emergency) -> list[str]:
    lines = [
        f"We ask: {page.ask}" if page.ask else "",
        f"Can come home when: {page.return_when}" if page.return_when else "",
        *(line.said for line in page.plan if line.name in ("prefers", "ring")),
        *(f"Ring {number.who}: {number.phone}" for number in page.numbers if number.phone),
    ]
    return [line for line in lines if line]


def _gaps(page: Emergency) -> list[str]:
    return [f"Not recorded: {'; '.join(page.not_recorded)}"] if page.not_recorded else []
