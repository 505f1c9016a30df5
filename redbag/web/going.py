"""Somebody is going to hospital: who, and what every page on the way shares. Each can be left, and nothing is lost."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.documents.reading import portraits_of
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.organisations.models import Kind, Organisation
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary
from redbag.transfers.actions import AlreadyOut, Packing, add_to_transfer, pack_bag
from redbag.transfers.death_models import Death
from redbag.transfers.deaths import death_of, deaths_of, ring_words
from redbag.transfers.models import Transfer
from redbag.transfers.next_steps import is_quiet
from redbag.transfers.stages import Stage
from redbag.transfers.vital_signs import vitals_of
from redbag.web.alerts import strip_of
from redbag.web.drafts import forget
from redbag.web.residents import MOST, found, journeys_of, taken_for_another
from redbag.web.score import strip_line
from redbag.web.typed import LONGEST_SEARCH, form_id, text

STEPS = (
    ("going_should", "Should they go?"),
    ("going_why", "Why"),
    ("going_still_right", "Still right?"),
    ("going_bag", "The bag"),
    ("going_items", "What is in it"),
    ("going_ready", "Ready"),
)


@never_cache
def going(request: HttpRequest) -> HttpResponse:
    """Who is going? One tap on the resident keeps the journey at once."""
    if request.method == "POST":
        return _pack(request)
    now, search = timezone.now(), text(request.GET, "q")[:LONGEST_SEARCH]
    living = Resident.objects.visible_to(request.actor).filter(archived_at=None)
    shown = list(found(living, search).select_related("home").order_by("last_name", "first_name")[:MOST])
    if shown:
        where = request.actor.home()
        record_view(
            "going", None, actor=request.actor, at=now, organisation=where, residents=[each.pk for each in shown]
        )
    journeys = journeys_of(request.actor, shown, now=now)
    out = {each: journey for each, journey in journeys.items() if journey.stage != Stage.BACK_HOME}
    alike = taken_for_another(shown)
    photos, quiet = portraits_of([each.pk for each in shown]), deaths_of(each.pk for each in shown)
    tiles = [
        {"resident": each, "out": out.get(each.pk), "alike": each.pk in alike, "photo": photos.get(each.pk)}
        | _quiet(request.actor, each, quiet.get(each.pk))
        for each in shown
    ]
    return render(request, "pages/going/who.html", {"tiles": tiles, "q": search, "form": form_id({})})


def _quiet(actor: Actor, person: Resident, death: Death | None) -> dict:
    """Of somebody who died: nothing to press, and for those who act whom to ring, in neutral words."""
    acts = death is not None and actor.may(Permission.RELEASE_BELONGINGS, person.home_id)
    return {"quiet": death, "ring": ring_words(death.transfer) if death and acts else ""}


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
    return redirect("web:going_ready" if "crew" in request.POST else "web:going_should", transfer.pk)


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
        "strip": strip_of(transfer.resident, summary) | {"news2": _news2(transfer, context, summary, now=now)},
        "steps": [{"route": f"web:{name}", "title": title, "here": name == step} for name, title in STEPS],
        "number": place + 1,
        "total": len(STEPS),
        "form": form_id({}),
        "no_reason": not transfer.reason.get("concern"),
        "crew_line": text(request.POST, "crew_line"),
        "gone": transfer.left_at is not None,
        **_quiet(request.actor, transfer.resident, death_of(transfer) if is_quiet(transfer) else None),
    }
    return render(request, f"pages/going/{step.removeprefix('going_')}.html", {**around, **context}, status=status)


def _news2(transfer: Transfer, context: Mapping, summary: Sequence[Mapping], *, now: datetime) -> str:
    """The current NEWS2 in one line for the strip, or empty; from `newest` of the page where it has looked already."""
    if "newest" in context:
        return strip_line(context["newest"], now=now)
    contents = {section["name"]: section["content"] for section in summary}
    newest, _ = vitals_of(resident=transfer.resident, contents=contents, now=now)
    return strip_line(newest, now=now)


def neighbours(home: Organisation, kind: Kind) -> list[Organisation]:
    """The hospitals or ambulance services of the home's area."""
    return list(home.area.members.filter(kind=kind).order_by("name")) if home.area else []


def crew_is_here(request: HttpRequest, transfer: Transfer) -> HttpResponse:
    """The crew stands there: keep the one line of why, if there is one, and go to the last page."""
    keep_line(request, transfer, now=timezone.now())
    forget(request, "crew_here", transfer.pk)
    return redirect("web:going_ready", transfer.pk)


def keep_line(request: HttpRequest, transfer: Transfer, *, now: datetime) -> None:
    """Keep the one line of why that was typed beside *Crew is here now*, below what is written already."""
    if line := text(request.POST, "crew_line"):
        add_to_transfer(actor=request.actor, transfer=transfer, values={"lines": {"concern": line}}, now=now)


def stamp(now: datetime) -> str:
    """The moment as it stands in what the home writes: 21 Nov 02:50."""
    local = timezone.localtime(now)
    return f"{local.day} {local:%b %H:%M}"
