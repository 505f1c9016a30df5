"""Ready to go: what to tell the crew, the hand-over code, the crew has the bag, who is in charge, or nobody goes."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRefresh

from redbag.errors import BadInput
from redbag.organisations.asking import asks_of
from redbag.organisations.models import Kind
from redbag.transfers.actions import add_to_transfer
from redbag.transfers.contents import CATEGORIES
from redbag.transfers.doubts import not_where_it_was_going
from redbag.transfers.emergency import Emergency, emergency
from redbag.transfers.intake import Result
from redbag.transfers.lines import REASON_LABELS
from redbag.transfers.models import Transfer
from redbag.transfers.spoken import Spoken, sbar
from redbag.transfers.stages import Kind as FactKind
from redbag.transfers.stages import Stage
from redbag.transfers.story import awaiting, held_words
from redbag.web import at_hand_over
from redbag.web.board import sure
from redbag.web.drafts import forget
from redbag.web.going import journey, keep_line, neighbours, page
from redbag.web.should_they_go import advice_boxes, stand_down
from redbag.web.showing_code import code_shown
from redbag.web.skin import moment_of, today
from redbag.web.telling import tell as tell_fact
from redbag.web.tiles import where_words
from redbag.web.typed import text

LONGEST_NAME = 150
ELSEWHERE = ("in_charge",)


@never_cache
def ready(request: HttpRequest, transfer_id) -> HttpResponse:
    """The last page before they leave; it changes by itself when the crew takes the bag."""
    return _ready_page(request, journey(request, transfer_id), {})


def _ready_page(request: HttpRequest, transfer: Transfer, errors: dict) -> HttpResponse:
    now = timezone.now()
    told = emergency(transfer=transfer, now=now)
    script = sbar(told, home=transfer.home.name, now=now)
    plan = next(section["content"] for section in told.summary if section["name"] == "plan")
    context = {
        **_status(transfer, now),
        "summary": told.summary,
        "script": script,
        "newest": told.news2,
        "reason": _not_in(script, transfer),
        "in_charge": transfer.reason.get("in_charge", ""),
        "items": [
            {"item": item, "what": CATEGORIES[item.category], "where": where_words(transfer, item)}
            for item in told.items
        ],
        "added": told.added,
        "not_said": not_said(transfer, told),
        "crews": _crews(request, transfer),
        "asks": asks_of(transfer.home),
        "typed": {name: text(request.POST, name) for name in ("to_text", "to_name", "in_charge", "seal")},
        "advice": advice_boxes(request, transfer, plan, errors),
        "skin": today(transfer.resident, moment=moment_of(transfer, now=now), now=now),
        "errors": errors,
    }
    return page(request, transfer, "going_ready", context, status=422 if errors else 200)


def _not_in(script: Sequence[Spoken], transfer: Transfer) -> list[dict]:
    """What the home wrote of this journey that the words to read out leave out, each with its label."""
    read_out = " ".join(sentence for part in script for sentence in part.sentences)
    return [
        {"label": label, "words": transfer.reason[name]}
        for name, label in REASON_LABELS.items()
        if name not in ELSEWHERE and transfer.reason.get(name) and transfer.reason[name].rstrip(". ") not in read_out
    ]


def _crews(request: HttpRequest, transfer: Transfer) -> list[dict]:
    crews = neighbours(transfer.home, Kind.AMBULANCE)
    chosen = text(request.POST, "to") or (crews[0].ods_code if len(crews) == 1 else "")
    other = {"value": "other", "text": "Somebody else (taxi, family, another service)", "checked": chosen == "other"}
    return [{"value": c.ods_code, "text": c.name, "checked": c.ods_code == chosen} for c in crews] + [other]


def not_said(transfer: Transfer, told: Emergency) -> list[str]:
    """What the crew will look for and nobody wrote; then where to, the bag and the originals of papers."""
    gaps = list(told.not_recorded)
    if not (transfer.destination_id or transfer.destination_text):
        gaps.append("Which hospital")
    if not transfer.bag_id:
        gaps.append("Which bag")
    taken = {item.description for item in told.items if item.category == "document"}
    papers = [row["kind"] or "paper" for row in told.papers if row["kind"] not in taken]
    return gaps + [f"Whether the original {kind} goes with them" for kind in dict.fromkeys(papers)]


def _status(transfer: Transfer, now: datetime) -> dict:
    packed = transfer.stage == Stage.PACKED
    return {
        "transfer": transfer,
        "packed": packed,
        **(code_shown(transfer, now=now) if packed else {}),
        "held": held_words(transfer),
        "sure": sure(transfer, doubt=not_where_it_was_going(transfer)),
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
    errors, what = {}, "the bag" if transfer.bag_id else "them"
    if to not in known and not words:
        errors = {"to_text": f"Say who has {what} now."} if to == "other" else {"to": f"Choose who has {what} now."}
    for name, longest in (("to_text", 200), ("to_name", 150)):
        if len(text(request.POST, name)) > longest:
            errors[name] = f"Use at most {longest} characters."
    if errors:
        return _ready_page(request, transfer, errors)
    keep_line(request, transfer, now=timezone.now())
    receiver = {"to": to} if to in known else {"to_text": words}
    receiver["to_name"] = text(request.POST, "to_name")
    try:
        receiver |= at_hand_over.said(request, transfer, now=timezone.now())
        result = _tell(request, transfer, now=timezone.now(), kind=FactKind.HANDOFF, **receiver)
    except BadInput as wrong:
        return _ready_page(request, transfer, wrong.errors)
    who = known.get(to, words)
    forget(request, "crew_has_bag", transfer.pk)
    already = "Already written down" if result.outcome == "duplicate" else "Written down"
    messages.success(request, f"{already}: {who} has {what}.")
    return redirect("web:going_ready", transfer.pk)


def shift(request: HttpRequest, transfer_id) -> HttpResponse:
    """Somebody else is in charge now: one tap for who is signed in, or a name."""
    transfer = journey(request, transfer_id)
    name = request.actor.name if "me" in request.POST else text(request.POST, "in_charge")
    if not name or len(name) > LONGEST_NAME:
        words = f"Use at most {LONGEST_NAME} characters." if name else "Who is in charge now? Type a name."
        return _ready_page(request, transfer, {"in_charge": words})
    add_to_transfer(actor=request.actor, transfer=transfer, values={"reason": {"in_charge": name}}, now=timezone.now())
    forget(request, "shift", transfer.pk)
    messages.success(request, f"In charge now: {name}.")
    return redirect("web:going_ready", transfer.pk)


def not_going(request: HttpRequest, transfer_id) -> HttpResponse:
    """Nobody goes after all: who advised it and what to watch for are kept, the bag is free."""
    transfer = journey(request, transfer_id)
    try:
        return stand_down(request, transfer)
    except BadInput as wrong:
        return _ready_page(request, transfer, wrong.errors)


def _tell(request: HttpRequest, transfer: Transfer, *, now: datetime, **fact) -> Result:
    """Tell a fact of this journey for the home."""
    return tell_fact(request, now=now, acting=transfer.home, transfer=str(transfer.pk), **fact)
