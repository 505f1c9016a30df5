"""The body map of a resident: what was seen on the skin, whether it was looked at today, and every look before."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.summaries import skin
from redbag.summaries.actions import read_summary
from redbag.summaries.marks import differences, said
from redbag.summaries.models import BodyMap
from redbag.transfers.models import Transfer
from redbag.transfers.skin import refuse_moment
from redbag.web.alerts import strip_of
from redbag.web.residents import theirs
from redbag.web.skin import around, counted, moment_of, today
from redbag.web.typed import form_id, onward, text

EARLIER = 30


def body_map(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """The newest map, what to answer today, and every look before."""
    now, person = timezone.now(), theirs(request, resident_id)
    require(request.actor, Permission.READ_RESIDENTS, person.home)
    record_view("body_map", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    return _page(request, person, now)


def _page(request: HttpRequest, person: Resident, now: datetime, errors: dict[str, str] | None = None) -> HttpResponse:
    journey = journey_of(request, person, now=now)
    context = {
        "resident": person,
        "strip": strip_of(person, read_summary(resident=person, now=now)),
        "skin": today(person, moment=moment_asked(request, person, now=now), now=now),
        "around": around(journey, inside=True, now=now) if journey and journey.back_at else None,
        "history": _history(person),
        "next": onward(request, ""),
        "carry": carried(request),
        "errors": errors or {},
        "why": text(request.POST, "why_not"),
    }
    return render(request, "pages/body_map/body_map.html", context, status=422 if errors else 200)


def journey_of(request: HttpRequest, person: Resident, *, now: datetime) -> Transfer | None:
    """Their newest journey that the reader may see."""
    rows = Transfer.objects.visible_to(request.actor, now=now).filter(resident=person)
    return rows.select_related("resident").order_by("-packed_at").first()


def moment_asked(request: HttpRequest, person: Resident, *, now: datetime) -> str:
    """The moment the form or the link names, else the one that fits the time."""
    asked = text(request.POST, "moment") or text(request.GET, "moment")
    if asked in BodyMap.Moment.values:
        return asked
    return moment_of(journey_of(request, person, now=now), now=now)


def carried(request: HttpRequest) -> str:
    """What links of these pages take along: where to go back to, and the moment."""
    told = {name: text(request.POST, name) or text(request.GET, name) for name in ("moment", "next")}
    kept = {name: words for name, words in told.items() if words}
    return f"?{urlencode(kept)}" if kept else ""


def _history(person: Resident) -> list[dict]:
    """Every look, newest first: who, when, and what differs from the look before."""
    rows = list(skin.looks(person)[: EARLIER + 1])
    told, older = [], {}
    earlier: BodyMap | None = None
    for row in reversed(rows):
        older[row.pk] = earlier
        earlier = row if row.checked else earlier
    for row in rows[:EARLIER]:
        before = older[row.pk]
        found = differences(before.marks if before else [], row.marks) if row.checked else []
        told.append(
            {
                "row": row,
                "count": counted(len(row.marks)),
                "came": [said(each.after) for each in found if each.before is None],
                "now": [f"{said(each.before)}: now {said(each.after)}" for each in found if each.before and each.after],
                "went": [said(each.before) for each in found if each.after is None],
            }
        )
    return told


def look_at_skin(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """The answer to "skin checked today?": yes and nothing new, or no and why."""
    now, person = timezone.now(), theirs(request, resident_id)
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    moment = moment_asked(request, person, now=now)
    said_so = {"actor": request.actor, "resident": person, "moment": moment, "now": now}
    said_so |= {"look_id": form_id(request.POST)}
    try:
        refuse_moment(resident=person, moment=moment, at=now)
        if text(request.POST, "answer") == "same":
            row = skin.look_at_skin(marks=None if skin.latest_map(person) else [], **said_so)
            messages.success(request, f"Kept: skin looked at, {counted(len(row.marks))}.")
        else:
            skin.not_looked(why=text(request.POST, "why_not"), **said_so)
            messages.success(request, "Kept: not looked at today. The map stays as it was.")
    except BadInput as wrong:
        return _page(request, person, now, wrong.errors)
    return redirect(onward(request, reverse("web:body_map", args=[person.pk])))
