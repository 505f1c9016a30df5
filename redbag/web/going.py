"""Somebody is going to hospital: who, why, still right, ready. Each page can be left, and nothing is lost."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid5

from django.contrib import messages
from django.db import transaction as database
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.documents.reading import portraits_of
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.organisations.models import Kind, Organisation
from redbag.residents.models import Resident
from redbag.residents.similar_names import similar
from redbag.summaries.actions import read_summary, record_observation
from redbag.summaries.models import Observation
from redbag.summaries.sections import BY_NAME
from redbag.transfers.actions import REASON_FIELDS, AlreadyOut, Packing, add_to_transfer, pack_bag
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.web import section_form
from redbag.web.alerts import strip_of
from redbag.web.observations import any_signs, latest, named, said, sign_boxes, typed_signs
from redbag.web.residents import MOST, found, journeys_of
from redbag.web.typed import form_id, text

STEPS = (
    ("going_why", "Why"),
    ("going_still_right", "Still right?"),
    ("going_bag", "The bag"),
    ("going_items", "What is in it"),
    ("going_ready", "Ready"),
)
WHY = {
    "concern": ("What worries you?", "What happened, and since when"),
    "action": ("What have you done?", "Position, medicines, oxygen, first aid"),
    "response": ("Did it help?", "Better, the same or worse"),
    "examination": ("What do you see?", "Skin, breathing, pain, awake or not, injuries"),
    "shared": ("Whom have you told?", "Family, GP, 111: who and when"),
}
WORDS = ("ask", "return_when", "destination_place", "destination_text")


@never_cache
def going(request: HttpRequest) -> HttpResponse:
    """Who is going? One tap on the resident keeps the journey at once."""
    if request.method == "POST":
        return _pack(request)
    now, search = timezone.now(), text(request.GET, "q")
    living = Resident.objects.visible_to(request.actor).filter(archived_at=None)
    shown = list(found(living, search).select_related("home").order_by("last_name", "first_name")[:MOST])
    if shown:
        where = request.actor.home()
        record_view(
            "going", None, actor=request.actor, at=now, organisation=where, residents=[each.pk for each in shown]
        )
    journeys = journeys_of(request.actor, shown, now=now)
    out = {each: journey for each, journey in journeys.items() if journey.stage != Stage.BACK_HOME}
    alike = similar({each.pk: (each.preferred_name or each.first_name, each.last_name) for each in shown})
    photos = portraits_of([each.pk for each in shown])
    tiles = [
        {"resident": each, "out": out.get(each.pk), "alike": each.pk in alike, "photo": photos.get(each.pk)}
        for each in shown
    ]
    return render(request, "pages/going/who.html", {"tiles": tiles, "q": search, "form": form_id({})})


def _pack(request: HttpRequest) -> HttpResponse:
    visible = Resident.objects.visible_to(request.actor).select_related("home")
    person = get_object_or_404(visible, pk=form_id(request.POST, "resident"))
    packing = Packing(id=uuid5(form_id(request.POST), str(person.pk)), resident=person)
    try:
        transfer, _ = pack_bag(actor=request.actor, packing=packing, now=timezone.now())
    except AlreadyOut as out:
        if "transfer" not in out.facts:
            raise
        messages.warning(request, f"{person.called} is already out. This is that journey.")
        return redirect("web:going_ready", out.facts["transfer"])
    return redirect("web:going_ready" if "crew" in request.POST else "web:going_why", transfer.pk)


def journey(request: HttpRequest, transfer_id) -> Transfer:
    """The journey: 404 when it is none of theirs, NotAllowed when it is but their role may not pack."""
    visible = Transfer.objects.visible_to(request.actor, now=timezone.now())
    joined = visible.select_related("home__area", "resident__home", "bag", "destination", "holder")
    transfer = get_object_or_404(joined, pk=transfer_id)
    require(request.actor, Permission.PACK, transfer.home)
    return transfer


def page(request: HttpRequest, transfer: Transfer, step: str, context: Mapping, *, status: int = 200) -> HttpResponse:
    """One page of the way to hospital, with who it is about and how far it is."""
    now = timezone.now()
    summary = context.get("summary") or read_summary(resident=transfer.resident, now=now)
    record_view(step, transfer, actor=request.actor, at=now, organisation=transfer.home, resident=transfer.resident)
    place = [name for name, _ in STEPS].index(step)
    around = {
        "transfer": transfer,
        "strip": strip_of(transfer.resident, summary),
        "steps": [{"route": f"web:{name}", "title": title, "here": name == step} for name, title in STEPS],
        "number": place + 1,
        "total": len(STEPS),
        "form": form_id({}),
        "gone": transfer.left_at is not None,
    }
    return render(request, f"pages/going/{step.removeprefix('going_')}.html", {**around, **context}, status=status)


def neighbours(home: Organisation, kind: Kind) -> list[Organisation]:
    """The hospitals or ambulance services of the home's area."""
    return list(home.area.members.filter(kind=kind).order_by("name")) if home.area else []


def why(request: HttpRequest, transfer_id) -> HttpResponse:
    """Why they are going, in five short boxes, with vital signs and where to. Nothing here is compulsory."""
    transfer = journey(request, transfer_id)
    if transfer.stage == Stage.CLOSED:
        return redirect("web:going_ready", transfer.pk)
    if request.method != "POST":
        return _why_page(request, transfer, {}, {})
    kept = _kept_words(transfer)
    clash = {name: words for name, words in kept.items() if _clashes(request.POST, name, words)}
    if clash:
        return _why_page(request, transfer, {}, clash, status=409)
    try:
        _keep_why(request, transfer, kept, now=timezone.now())
    except BadInput as wrong:
        errors = {name.removeprefix("reason."): words for name, words in wrong.errors.items()}
        return _why_page(request, transfer, errors, {}, status=422)
    messages.success(request, "Saved.")
    return redirect("web:going_ready" if "crew" in request.POST else "web:going_still_right", transfer.pk)


def _kept_words(transfer: Transfer) -> dict[str, str]:
    """Every text of the page as it is kept now."""
    words = {name: transfer.reason.get(name, "") for name in REASON_FIELDS}
    words |= {name: getattr(transfer, name) for name in WORDS}
    return words | {"destination": transfer.destination.ods_code if transfer.destination else ""}


def _clashes(posted: Mapping, name: str, kept: str) -> bool:
    """Whether this writer changed a text that somebody else changed too, and differently."""
    before, typed = text(posted, f"was-{name}"), text(posted, name)
    return f"was-{name}" in posted and typed != before and kept not in (before, typed)


@database.atomic
def _keep_why(request: HttpRequest, transfer: Transfer, kept: Mapping, *, now: datetime) -> None:
    """Keep what this writer changed, and the vital signs when there are any; all of it or nothing."""
    typed = {name: text(request.POST, name) for name in kept}
    changed = {name: words for name, words in typed.items() if words != text(request.POST, f"was-{name}")}
    values: dict = {"reason": {name: changed[name] for name in REASON_FIELDS if name in changed}}
    values |= {name: changed[name] for name in WORDS if name in changed}
    if "destination" in changed:
        hospitals = {place.ods_code: place for place in neighbours(transfer.home, Kind.HOSPITAL)}
        values["destination"] = hospitals.get(changed["destination"])
    if any_signs(request.POST):
        signs = typed_signs(request.POST, now=now)
        record_observation(actor=request.actor, resident=transfer.resident, values=signs, now=now)
    add_to_transfer(actor=request.actor, transfer=transfer, values=values, now=now)


def _why_page(request, transfer: Transfer, errors: dict, clash: dict, *, status: int = 200) -> HttpResponse:
    newest, baseline = latest(transfer.resident)
    kept = _kept_words(transfer)
    typed = {name: text(request.POST, name) for name in kept} if request.method == "POST" else kept
    was = {name: text(request.POST, f"was-{name}") for name in kept} if request.method == "POST" else kept
    hospitals = neighbours(transfer.home, Kind.HOSPITAL)
    context = {
        "boxes": [
            {"name": name, "label": label, "hint": hint, "value": typed[name], "error": errors.get(name)}
            for name, (label, hint) in WHY.items()
        ],
        "typed": typed,
        "was": kept if clash else was,
        "errors": errors,
        "named": named(errors),
        "clash": [
            {"label": WHY.get(name, (name.replace("_", " "),))[0], "words": words} for name, words in clash.items()
        ],
        "hospitals": [{"value": "", "text": "Not known yet"}]
        + [{"value": h.ods_code, "text": h.name, "selected": h.ods_code == typed["destination"]} for h in hospitals],
        "places": sorted({place.name for hospital in hospitals for place in hospital.places.all()}),
        "signs": sign_boxes(request.POST, errors=errors, scale=(newest or baseline or Observation()).spo2_scale),
        "news2": said(newest, baseline=baseline) if newest else None,
    }
    return page(request, transfer, "going_why", context, status=status)


def still_right(request: HttpRequest, transfer_id) -> HttpResponse:
    """Only what is old or missing, one tap each."""
    transfer = journey(request, transfer_id)
    summary = read_summary(resident=transfer.resident, now=timezone.now())
    due = [
        {**section, "shown": section_form.shown(BY_NAME[section["name"]].fields, section["content"])}
        for section in summary
        if section["due"]
    ]
    return page(request, transfer, "going_still_right", {"summary": summary, "due": due})


def minutes_left(until: datetime, *, now: datetime) -> int:
    """How many minutes something is still shown, at least one."""
    return max(1, math.ceil((until - now) / timedelta(minutes=1)))
