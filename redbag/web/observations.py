"""Vital signs: typed, scored as they are typed, kept, and shown beside what is usual."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.summaries import news2
from redbag.summaries.actions import read_summary
from redbag.summaries.models import Observation
from redbag.summaries.observing import (
    Standing,
    observations_of,
    read_observation,
    record_observation,
    rounded,
    standing,
    standing_of,
)
from redbag.transfers.vital_signs import history_of
from redbag.web.alerts import strip_of
from redbag.web.drafts import forget
from redbag.web.score import AWAKE, LABELS, said, say_saved, strip, taken
from redbag.web.typed import form_id, onward, text

OXYGEN = (("no", "Air"), ("yes", "Oxygen"))
NOTHING: Mapping = {}
TYPED = ("respiratory_rate", "spo2", "systolic_bp", "pulse", "temperature", "acvpu", "on_oxygen")


def typed_signs(posted: Mapping, *, now: datetime) -> dict[str, Any]:
    """The vital signs of a form, as `record_observation` takes them.

    BadInput for a time that is none, together with all that is wrong with the readings.
    """
    values: dict[str, Any] = {name: text(posted, name) for name in (*TYPED, "spo2_scale", "scale2_by")}
    values["temperature"] = values["temperature"].replace(",", ".")
    values["on_oxygen"] = {"yes": True, "no": False}.get(values["on_oxygen"])
    try:
        values["taken_at"] = _taken(text(posted, "taken_time"), now)
    except BadInput as wrong:
        raise BadInput(_wrong_readings(values, now) | wrong.errors) from None
    return values


def _wrong_readings(values: Mapping, now: datetime) -> dict[str, str]:
    try:
        read_observation(values, now=now)
    except BadInput as wrong:
        return {name: words for name, words in wrong.errors.items() if name != "observations"}
    return {}


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


def signs_of(
    resident: Resident,
    *,
    now: datetime,
    posted: Mapping = NOTHING,
    errors: Mapping = NOTHING,
    summary: Sequence[Mapping] | None = None,
) -> dict:
    """The vital signs part of a page: what its form draws, and the last set with its score. `summary` if at hand."""
    told = standing_of(resident, summary)
    newest, usual = _latest(resident)
    scale = 2 if told.scale2_by else newest.spo2_scale if newest else 1
    return {
        "signs": {**_boxes(posted, errors=errors, scale=scale), "resident": resident, "standing": told},
        "news2": said(newest, usual, told, now=now) if newest else None,
    }


def _boxes(values: Mapping, *, errors: Mapping, scale: int) -> dict:
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


def _latest(resident: Resident) -> tuple[Observation | None, Observation | None]:
    """The newest vital signs, and the newest that are usual for them."""
    newest = observations_of(resident)
    return newest.first(), newest.filter(is_baseline=True).first()


def named(errors: Mapping) -> dict[str, str]:
    """Faults for the list on top of a page, each vital sign with its name."""
    whose = {name: f"{label.split(',')[0]}: " for name, label in LABELS.items()}
    return {name: f"{whose.get(name, '')}{words}" for name, words in errors.items()}


@never_cache
def observations(request: HttpRequest, resident_id) -> HttpResponse:
    """A form for vital signs; what was kept comes back scored, with the last ones as a picture."""
    now = timezone.now()
    visible = Resident.objects.visible_to(request.actor).select_related("home")
    person = get_object_or_404(visible, pk=resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _keep(request, person, now)
            forget(request, "observations", person.pk)
            return redirect(onward(request, request.path))
        except BadInput as wrong:
            errors = wrong.errors
    record_view("observations", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    summary = read_summary(resident=person, now=now)
    context = {
        **signs_of(person, now=now, posted=request.POST, errors=errors, summary=summary),
        "resident": person,
        "strip": strip_of(person, summary),
        "errors": errors,
        "summary": named(errors),
        "history": history_of(resident=person, now=now, summary=summary),
        "baseline_ticked": "baseline" in request.POST,
        "next": onward(request, ""),
    }
    return render(request, "pages/summaries/observations.html", context, status=422 if errors else 200)


def _keep(request: HttpRequest, person: Resident, now: datetime) -> None:
    """Keep what was typed, and say so; BadInput by field."""
    signs = typed_signs(request.POST, now=now)
    if not any_signs(request.POST):
        raise BadInput({"respiratory_rate": "Fill in at least one of the seven."})
    usual = "baseline" in request.POST
    kept, _ = record_observation(actor=request.actor, resident=person, values=signs, now=now, baseline=usual)
    say_saved(request, person, kept, now=now, more=rounded(signs["temperature"], kept.temperature))


def score_observation(request: HttpRequest) -> HttpResponse:
    """The score of what is typed so far, kept nowhere; what cannot be true is left out and named."""
    now = timezone.now()
    try:
        values = typed_signs(request.POST, now=now)
    except BadInput:
        values = typed_signs({**request.POST.dict(), "taken_time": ""}, now=now)
    told = _standing_typed(request, values)
    seen, wrong = _scorable(values, now) if any_signs(request.POST) else (None, {})
    result = told.judge(news2.score(seen), taken_at=values["taken_at"]) if seen else None
    context = {
        "news2": strip(seen, result, told) | {"when": _other_day(values["taken_at"], now)} if seen else None,
        "left_out": [f"{LABELS[name].split(',')[0]}: {words}" for name, words in wrong.items() if name in LABELS],
        "rounded": rounded(values["temperature"], seen.temperature) if seen else "",
    }
    return render(request, "pages/summaries/_score.html", context)


def _other_day(moment: datetime, now: datetime) -> str:
    """When, if it is not today: a time later than now is yesterday's."""
    same = timezone.localdate(moment) == timezone.localdate(now)
    return "" if same else taken(moment, now=now)


def _standing_typed(request: HttpRequest, values: Mapping) -> Standing:
    """Who the form is about, with the name that is being typed for whoever set scale 2."""
    if not text(request.POST, "person"):
        return standing(born=None, contents={})
    whose = form_id(request.POST, "person")
    person = get_object_or_404(Resident.objects.visible_to(request.actor), pk=whose)
    told = standing_of(person)
    return told if told.scale2_by or values["spo2_scale"] != "2" else replace(told, scale2_by=values["scale2_by"])


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
