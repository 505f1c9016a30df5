"""What is typed in a form is kept as it is typed, and comes back when the form is opened again."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from redbag.drafts.actions import (
    BASIS,
    Kept,
    SavedMeanwhile,
    basis_of,
    draft_of,
    drop_draft,
    keep_draft,
    standing_of,
    throw_away,
    whose,
)
from redbag.errors import BadInput
from redbag.summaries.news2 import PARAMETERS
from redbag.vault import blind_indexes

SIGNS_KEEP_THEIR_TIME = timedelta(hours=20)


def place_of(*names: object) -> str:
    """The name of a form and of what it is about: "section/<id of the resident>/allergies"."""
    return "/".join(str(each) for each in names)


def forget(request: HttpRequest, *names: object) -> None:
    """The form was saved: its draft is gone."""
    drop_draft(actor=request.actor, place=place_of(*names), now=timezone.now())


def draft(request: HttpRequest, place: str) -> HttpResponse:
    """Keep what somebody is typing (POST), or throw it away (DELETE). Nothing of it is in an address or a log."""
    if request.method == "DELETE":
        throw_away(actor=request.actor, place=place)
        return HttpResponse(status=204)
    now = timezone.now()
    try:
        told = json.loads(request.body)
        opened = parse_datetime(told.get("opened") or "") if isinstance(told, Mapping) else None
        if opened is None or timezone.is_naive(opened):
            raise BadInput({"opened": "Send when the page was opened, as it says itself."})
        keep_draft(actor=request.actor, place=place, fields=told.get("fields"), opened=opened, now=now)
    except (ValueError, TypeError, RawPostDataException) as wrong:
        errors = wrong.errors if isinstance(wrong, BadInput) else {"body": "Send a JSON object."}
        return JsonResponse({"errors": errors}, status=422)
    except SavedMeanwhile as saved:
        return JsonResponse({"errors": {"place": str(saved)}}, status=409)
    return JsonResponse({"kept": shown(now, now)})


def to_go_on(request: HttpRequest, place: str, *, sent_to: str = "") -> dict:
    """What the page tells the form's module: whose words, since when it is open, and what was typed before.

    A form that comes back from sending already holds its words, so nothing is put over them. On a page of several
    forms, `sent_to` names the address of this one: the others were not sent.
    """
    sent = request.method == "POST" and sent_to in ("", request.resolver_match.url_name)
    actor, now = request.actor, timezone.now()
    if not (owner := whose(actor)):
        return {}
    kept, saved = standing_of(actor=actor, place=place)
    return {
        "place": place,
        "address": reverse("web:draft", args=[place]),
        "person": blind_indexes(str(*owner.values()), purpose="whose draft")[-1][:24],  # as on the tablets already
        "opened": now.isoformat(),
        "saved": saved.isoformat() if saved else "",
        "typed": sent,
        "draft": None if sent or kept is None else _shown(kept, now),
        "basis": _basis(request, place) if sent else {},
    }


def _basis(request: HttpRequest, place: str) -> dict[str, list[str]]:
    """On which text the words of a form that came back were first typed, whatever newer text the page now shows."""
    posted = {name: request.POST.getlist(name) for name in request.POST if BASIS.fullmatch(name)}
    first = draft_of(actor=request.actor, place=place)
    return posted | basis_of(first.fields if first else {}, among=posted)


def _shown(kept: Kept, now: datetime) -> dict:
    fields = with_their_time(kept.fields, kept.at, now)
    return {"fields": fields, "from": shown(kept.at, now), "at": kept.at.isoformat()}


def with_their_time(fields: dict[str, list[str]], at: datetime, now: datetime) -> dict[str, list[str]]:
    """The fields, with vital signs as old as they are: an empty time would say that they were taken when saved.

    Signs too old to be told by the clock alone are left out.
    """
    first = {name: values[0] if values else "" for name, values in fields.items()}
    if "taken_time" not in fields or first["taken_time"].strip() or not any(first.get(name) for name in PARAMETERS):
        return fields
    if now - at < SIGNS_KEEP_THEIR_TIME:
        return fields | {"taken_time": [timezone.localtime(at).strftime("%H:%M")]}
    return {name: values for name, values in fields.items() if name not in PARAMETERS}


def shown(moment: datetime, now: datetime) -> str:
    """02:58 when today, else 21 Nov, 02:58 (Europe/London)."""
    local = timezone.localtime(moment)
    clock = local.strftime("%H:%M")
    return clock if local.date() == timezone.localdate(now) else f"{local.day} {local:%b}, {clock}"
