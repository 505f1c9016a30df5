"""Ready to go: what to tell the crew, the hand-over code, the crew has the bag, or nobody goes after all."""

from datetime import datetime, timedelta
from uuid import uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRefresh

from redbag.errors import BadInput, Refused
from redbag.organisations.models import Kind
from redbag.summaries.actions import read_summary
from redbag.transfers.contents import CATEGORIES
from redbag.transfers.handover_codes import code_at
from redbag.transfers.intake import Result
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Kind as FactKind
from redbag.transfers.stages import Outcome, Stage
from redbag.transfers.story import awaiting, held_words, tell
from redbag.web.board import sure
from redbag.web.going import WHY, journey, minutes_left, neighbours, page
from redbag.web.observations import aloud, latest
from redbag.web.packing import where_words
from redbag.web.telling import tell as tell_fact
from redbag.web.typed import form_id, text


@never_cache
def ready(request: HttpRequest, transfer_id) -> HttpResponse:
    """The last page before they leave; it changes by itself when the crew takes the bag."""
    return _ready_page(request, journey(request, transfer_id), {})


def _ready_page(request: HttpRequest, transfer: Transfer, errors: dict) -> HttpResponse:
    now = timezone.now()
    crews = neighbours(transfer.home, Kind.AMBULANCE)
    chosen = text(request.POST, "to") or (crews[0].ods_code if len(crews) == 1 else "")
    newest, baseline = latest(transfer.resident)
    context = {
        **_status(transfer, now),
        "summary": read_summary(resident=transfer.resident, now=now),
        "reason": [{"label": label, "words": transfer.reason.get(name, "")} for name, (label, _) in WHY.items()],
        "no_reason": not any(transfer.reason.values()),
        "last_seen_well": transfer.reason.get("last_seen_well", ""),
        "signs": aloud(newest, baseline=baseline, now=now) if newest else "",
        "items": [
            {"item": item, "what": CATEGORIES[item.category], "where": where_words(transfer, item)}
            for item in tell(transfer).items
        ],
        "crews": [{"value": c.ods_code, "text": c.name, "checked": c.ods_code == chosen} for c in crews]
        + [{"value": "other", "text": "Somebody else (taxi, family, another service)", "checked": chosen == "other"}],
        "typed": {name: text(request.POST, name) for name in ("to_text", "to_name")},
        "errors": errors,
    }
    return page(request, transfer, "going_ready", context, status=422 if errors else 200)


def _status(transfer: Transfer, now: datetime) -> dict:
    packed = transfer.stage == Stage.PACKED
    code, until = code_at(transfer.pk, now)
    return {
        "transfer": transfer,
        "packed": packed,
        "code": f"{code[:3]} {code[3:]}" if packed else "",
        "minutes": minutes_left(until, now=now),
        "held": held_words(transfer),
        "sure": sure(transfer),
        "awaiting": awaiting(transfer) or "",
    }


@never_cache
def status(request: HttpRequest, transfer_id) -> HttpResponse:
    """Who has the bag and the code of this moment, asked for every few seconds; a new stage asks for the whole page."""
    transfer = journey(request, transfer_id)
    if request.GET.get("stage") != transfer.stage:
        return HttpResponseClientRefresh()
    return render(request, "pages/going/_status.html", _status(transfer, timezone.now()))


def crew_has_bag(request: HttpRequest, transfer_id) -> HttpResponse:
    """The home tells that somebody took the bag; pressing twice changes nothing."""
    transfer = journey(request, transfer_id)
    to, words = text(request.POST, "to"), text(request.POST, "to_text")
    known = {place.ods_code: place.name for place in neighbours(transfer.home, Kind.AMBULANCE)}
    errors = {}
    if to not in known and not words:
        errors = {"to_text": "Say who has the bag now."} if to == "other" else {"to": "Choose who has the bag now."}
    for name, longest in (("to_text", 200), ("to_name", 150)):
        if len(text(request.POST, name)) > longest:
            errors[name] = f"Use at most {longest} characters."
    if errors:
        return _ready_page(request, transfer, errors)
    receiver = {"to": to} if to in known else {"to_text": words}
    receiver["to_name"] = text(request.POST, "to_name")
    try:
        result = _tell(request, transfer, now=timezone.now(), kind=FactKind.HANDOFF, **receiver)
    except BadInput as wrong:
        return _ready_page(request, transfer, wrong.errors)
    who = known.get(to, words)
    messages.success(
        request,
        f"Already written down: {who} has the bag."
        if result.outcome == "duplicate"
        else f"Written down: {who} has the bag.",
    )
    return redirect("web:going_ready", transfer.pk)


def not_going(request: HttpRequest, transfer_id) -> HttpResponse:
    """Nobody goes after all: the journey is finished and the bag is free."""
    transfer = journey(request, transfer_id)
    if transfer.stage == Stage.PACKED:
        now, told = timezone.now(), form_id(request.POST)
        _tell(request, transfer, now=now, kind=FactKind.OUTCOME, outcome=Outcome.NOT_TAKEN)
        just_after, closing = now + timedelta(milliseconds=1), str(uuid5(told, "closed"))
        _tell(request, transfer, now=just_after, id=closing, kind=FactKind.OUTCOME, outcome=Outcome.CLOSED)
    elif transfer.stage != Stage.CLOSED or Outcome.NOT_TAKEN not in transfer.outcomes:
        raise Refused(_too_late(transfer))
    messages.success(request, f"{transfer.resident.called} is not going. This is finished, and the bag is free again.")
    return redirect("web:board")


def _too_late(transfer: Transfer) -> str:
    if transfer.stage == Stage.CLOSED:
        return "This journey is finished already. Nothing has changed."
    return (
        f"They have left: {held_words(transfer)} has had the bag. If they were not taken after all, say so on the "
        "page of the whole journey, under “How it turned out”."
    )


def _tell(request: HttpRequest, transfer: Transfer, *, now: datetime, **fact) -> Result:
    """Tell a fact of this journey for the home."""
    return tell_fact(request, now=now, acting=transfer.home, transfer=str(transfer.pk), **fact)
