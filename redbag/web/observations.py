"""Vital signs: typed, scored as they are typed, kept, and shown beside what is usual."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.summaries import news2
from redbag.summaries.actions import read_observation, read_summary, record_observation
from redbag.summaries.models import Observation
from redbag.transfers.vital_signs import CURRENT_FOR
from redbag.web.alerts import strip_of
from redbag.web.typed import onward, text

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
    ("C", "Newly confused"),
    ("V", "Answers to voice"),
    ("P", "Answers to pain"),
    ("U", "Does not answer"),
)
OXYGEN = (("no", "Air"), ("yes", "Oxygen"))
BANDS = {"low": "Low", "low_medium": "Low to medium", "medium": "Medium: urgent", "high": "High: emergency"}
TYPED = ("respiratory_rate", "spo2", "systolic_bp", "pulse", "temperature", "acvpu", "on_oxygen")


def typed_signs(posted: Mapping, *, now: datetime) -> dict[str, Any]:
    """The vital signs of a form, as `record_observation` takes them; BadInput for a time that is none."""
    values: dict[str, Any] = {name: text(posted, name) for name in (*TYPED, "spo2_scale")}
    values["temperature"] = values["temperature"].replace(",", ".")
    values["on_oxygen"] = {"yes": True, "no": False}.get(values["on_oxygen"])
    values["taken_at"] = _taken(text(posted, "taken_time"), now)
    return values


def any_signs(posted: Mapping) -> bool:
    """Whether somebody typed or chose at least one vital sign."""
    return any(text(posted, name) for name in TYPED)


def _taken(told: str, now: datetime) -> datetime:
    """The last moment the clock showed this time; now when nothing was typed."""
    if not told:
        return now
    try:
        clock = datetime.strptime(told.replace(".", ":"), "%H:%M").time()  # noqa: DTZ007  (the day follows)
    except ValueError:
        raise BadInput({"taken_time": "Enter a time like 02:50, or leave it empty for now."}) from None
    today = timezone.make_aware(datetime.combine(timezone.localdate(now), clock))
    return today if today <= now + timedelta(minutes=1) else today - timedelta(days=1)


def sign_boxes(values: Mapping, *, errors: Mapping, scale: int) -> dict:
    """What the vital signs part of a form draws."""
    chosen = text(values, "spo2_scale") or str(scale)
    return {
        "values": values,
        "errors": errors,
        "labels": LABELS,
        "awake": [{"value": k, "text": words, "checked": text(values, "acvpu") == k} for k, words in AWAKE],
        "oxygen": [{"value": k, "text": words, "checked": text(values, "on_oxygen") == k} for k, words in OXYGEN],
        "scales": [
            {"value": "1", "text": "Scale 1", "checked": chosen != "2"},
            {"value": "2", "text": "Scale 2 (target 88 to 92 %)", "checked": chosen == "2"},
        ],
        "scale": chosen,
    }


def latest(resident: Resident) -> tuple[Observation | None, Observation | None]:
    """The newest vital signs, and the newest that are usual for them."""
    newest = resident.observations.order_by("-taken_at").first()
    return newest, resident.observations.filter(is_baseline=True).order_by("-taken_at").first()


def seen_in(row: Observation) -> news2.Observation:
    """The readings of a row, ready to be scored."""
    signs = {name: getattr(row, name) for name in news2.PARAMETERS}
    return news2.Observation(**{**signs, "acvpu": row.acvpu or None}, spo2_scale=row.spo2_scale)


def said(row: Observation, *, baseline: Observation | None) -> dict:
    """A kept set of vital signs as the score strip shows it."""
    return {
        **strip(seen_in(row), baseline=baseline),
        "taken_at": row.taken_at,
        "by": row.by_name,
        "usual_now": row.is_baseline,
    }


def aloud(row: Observation, *, baseline: Observation | None, now: datetime) -> str:
    """What to tell the crew: score or readings of the last twelve hours; older ones only as what was last taken."""
    result = news2.score(seen_in(row))
    taken = timezone.localtime(row.taken_at)
    if now - row.taken_at > CURRENT_FOR:
        when = f"{taken.day} {taken:%b}" if taken.year == timezone.localdate(now).year else f"{taken.day} {taken:%b %Y}"
        today = taken.date() == timezone.localdate(now)
        score = f"score {result.score}" if result.complete else "not a full set"
        if today:
            return f"not taken in the last 12 hours (last: {taken:%H:%M}, {score})"
        return f"not taken today (last: {when}, {score})"
    day = "" if taken.date() == timezone.localdate(now) else f" on {taken.day} {taken:%b}"
    usual = f". Usual NEWS2 {'not known' if baseline.score is None else baseline.score}" if baseline else ""
    return f"{_read_out(seen_in(row), result)}, taken {taken:%H:%M}{day}{usual}"


def _read_out(seen: news2.Observation, result: news2.Result) -> str:
    """The score; of an incomplete set the readings, those far from normal named so, and the band already reached."""
    if result.complete:
        return f"NEWS2 {result.score} ({BANDS[result.band or 'low'].lower()})"
    readings = "; ".join(
        f"{_short(name)}: {_reading(getattr(seen, name)).lower()}"
        + (" (far from normal)" if name in result.red_parameters else "")
        for name in news2.PARAMETERS
        if name not in result.missing
    )
    reached = f"already at least: {BANDS[result.at_least].lower()}" if result.at_least else "no score yet"
    taken = len(news2.PARAMETERS) - len(result.missing)
    return f"{readings[0].upper()}{readings[1:]}. NEWS2 {reached} ({taken} of 7 taken)"


def named(errors: Mapping) -> dict[str, str]:
    """Faults for the list on top of a page, each vital sign with its name."""
    whose = {name: f"{label.split(',')[0]}: " for name, label in LABELS.items()}
    return {name: f"{whose.get(name, '')}{words}" for name, words in errors.items()}


def strip(seen: news2.Observation, *, baseline: Observation | None) -> dict:
    """NEWS2 in words: score or how many are missing, the band and what it asks for, points by parameter."""
    result = news2.score(seen)
    usual = seen_in(baseline) if baseline else None
    band = result.band or result.at_least
    return {
        "result": result,
        "taken": len(news2.PARAMETERS) - len(result.missing),
        "missing": [_short(name) for name in result.missing],
        "band": band,
        "band_words": BANDS.get(band or "", ""),
        "response": news2.RESPONSE.get(band or "", ""),
        "always": news2.ALWAYS,
        "credit": news2.ACKNOWLEDGEMENT,
        "rows": [
            {
                "label": LABELS[name],
                "now": _reading(getattr(seen, name)),
                "points": result.points.get(name),
                "red": name in result.red_parameters,
                "usual": _reading(getattr(usual, name)) if usual else "",
            }
            for name in news2.PARAMETERS
        ],
        "baseline": baseline,
    }


def _short(name: str) -> str:
    """A vital sign in the middle of a sentence."""
    label = LABELS[name].split(",")[0]
    return label[0].lower() + label[1:]


def _reading(value: Any) -> str:
    if isinstance(value, bool):
        return "Oxygen" if value else "Air"
    return dict(AWAKE).get(value, "" if value is None else str(value))


def observations(request: HttpRequest, resident_id) -> HttpResponse:
    """A form for vital signs; what was kept comes back scored."""
    now = timezone.now()
    visible = Resident.objects.visible_to(request.actor).select_related("home")
    person = get_object_or_404(visible, pk=resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            signs = typed_signs(request.POST, now=now)
            if not any_signs(request.POST):
                raise BadInput({"respiratory_rate": "Fill in at least one of the seven."})
            usual = "baseline" in request.POST
            record_observation(actor=request.actor, resident=person, values=signs, now=now, baseline=usual)
            messages.success(request, "Vital signs saved.")
            return redirect(onward(request, request.path))
        except BadInput as wrong:
            errors = wrong.errors
    record_view("observations", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    newest, baseline = latest(person)
    context = {
        "resident": person,
        "strip": strip_of(person, read_summary(resident=person, now=now)),
        "errors": errors,
        "summary": named(errors),
        "signs": sign_boxes(request.POST, errors=errors, scale=(newest or baseline or Observation()).spo2_scale),
        "news2": said(newest, baseline=baseline) if newest else None,
        "earlier": person.observations.order_by("-taken_at")[1:11],
        "baseline_ticked": "baseline" in request.POST,
        "next": onward(request, ""),
    }
    return render(request, "pages/summaries/observations.html", context, status=422 if errors else 200)


def score_observation(request: HttpRequest) -> HttpResponse:
    """The score of what is typed so far, kept nowhere; what cannot be true is left out and named."""
    now = timezone.now()
    try:
        values = typed_signs(request.POST, now=now)
    except BadInput:
        values = typed_signs({**request.POST.dict(), "taken_time": ""}, now=now)
    seen, wrong = _scorable(values, now) if any_signs(request.POST) else (None, {})
    context = {
        "news2": strip(seen, baseline=None) if seen else None,
        "left_out": [f"{LABELS[name].split(',')[0]}: {words}" for name, words in wrong.items() if name in LABELS],
    }
    return render(request, "pages/summaries/_score.html", context)


def _scorable(values: dict, now: datetime) -> tuple[news2.Observation | None, dict[str, str]]:
    """The readings that can be true, if there are any, and what is wrong with the others."""
    wrong: dict[str, str] = {}
    while True:
        try:
            kept = {name: value for name, value in values.items() if name not in wrong}
            return read_observation(kept, now=now)[0], wrong
        except BadInput as bad:
            if "observations" in bad.errors:
                return None, wrong
            if not set(bad.errors) - set(wrong):
                raise
            wrong |= bad.errors
