"""Still right? Only what is old or missing, old first. It never blocks, and one tap answers it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib import messages
from django.db import transaction as database
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from redbag.documents import looking_again
from redbag.documents.models import Document
from redbag.organisations.access import Actor, Permission
from redbag.residents.models import Resident
from redbag.summaries.actions import read_summary
from redbag.summaries.actions import still_right as say_still_right
from redbag.summaries.fields import unanswered
from redbag.summaries.reminders import reminders
from redbag.summaries.sections import BY_NAME
from redbag.web import section_form
from redbag.web.going import crew_is_here, journey, page


def still_right(request: HttpRequest, transfer_id) -> HttpResponse:
    """What is old, with its content and one tap each or one for all; what is missing, by name; papers to look at."""
    transfer = journey(request, transfer_id)
    now = timezone.now()
    today = timezone.localdate(now)
    summary = read_summary(resident=transfer.resident, now=now)
    if request.method == "POST":
        if "all" in request.POST:
            said = _all_right(request, transfer.resident, summary, now=now)
            messages.success(request, f"Still right: {', '.join(said)}. Thank you." if said else "Nothing was old.")
            return redirect("web:going_bag", transfer.pk)
        return crew_is_here(request, transfer)
    context = {
        "summary": summary,
        "old": [
            {**section, "shown": section_form.shown(BY_NAME[section["name"]].fields, section["content"])}
            for section in _old(summary)
        ],
        "missing": _missing(summary),
        "to_do": _to_do(summary, today=today),
        "papers": _to_look_at(request.actor, transfer.resident, today=today),
    }
    return page(request, transfer, "going_still_right", context)


def _old(summary: Sequence[dict]) -> list[dict]:
    """The sections that somebody wrote and nobody has looked at for too long, the oldest first."""
    old = [section for section in summary if section["due"] and section["version"]]
    return sorted(old, key=lambda section: section["verified_at"] or section["written_at"])


@database.atomic
def _all_right(request: HttpRequest, resident: Resident, summary: Sequence[dict], *, now: datetime) -> list[str]:
    """Verify every old section that was shown above the button, in the version that was shown; returns their titles."""
    shown = set(request.POST.getlist("shown"))
    right = [section for section in _old(summary) if f"{section['name']}.{section['version']}" in shown]
    for section in right:
        say_still_right(actor=request.actor, resident=resident, section=section["name"], now=now)
    return [section["title"] for section in right]


def _missing(summary: Sequence[dict]) -> list[dict]:
    """Each section that asks for something nobody answered: its name, and what it is; all of it when never written."""
    rows = []
    for section in summary:
        definition = BY_NAME[section["name"]]
        asked = unanswered(definition, section["content"])
        if definition.fresh_days is not None and asked:
            words = ", ".join(asked) if section["version"] else "nobody has filled this in yet"
            rows.append({"name": section["name"], "title": section["title"], "words": words})
    return rows


def _to_do(summary: Sequence[dict], *, today: date) -> list[dict]:
    """What the sections ask of the home, each with the section to open."""
    return [
        {"section": section["name"], "title": section["title"], "words": words}
        for section in summary
        for words in reminders(section["name"], section["content"], today=today)
    ]


def _to_look_at(actor: Actor, resident: Resident, *, today: date) -> list[str]:
    """The papers whose *look again* date has come; restricted ones only to those who may read them."""
    kept = Document.objects.visible_to(actor).kept().filter(resident=resident).order_by("look_again_on")
    if not actor.may(Permission.READ_RESTRICTED, resident.home_id):
        kept = kept.filter(restricted=False)
    return [
        f"{each.title or each.get_kind_display()}: {looking_again.words(each, today)}"
        for each in kept
        if each.to_look_at(today)
    ]
