"""Should they go at all? What the plan says, whom to ring, and who advised what. Never in the way of going."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from redbag.errors import BadInput, Refused
from redbag.summaries.actions import read_summary
from redbag.transfers.actions import add_to_transfer
from redbag.transfers.advice import SAID, advice_line
from redbag.transfers.at_home import written_plan
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Kind, Outcome, Stage
from redbag.transfers.story import held_words
from redbag.web import section_form
from redbag.web.drafts import forget
from redbag.web.going import journey, keep_line, page, stamp
from redbag.web.ring_first import whom_to_ring
from redbag.web.stayed_home import Stayed, stayed_home
from redbag.web.telling import tell as tell_fact
from redbag.web.typed import form_id, text

ALWAYS = ("GP", "NHS 111", "999", "Urgent community response")
ADVICE = {"whom": 100, "whom_name": 150, "said": 10, "watch_for": 1000}
ASKS = {
    "whom_name": "Who answered? Write the name, or press again to leave it empty.",
    "watch_for": "What should staff watch for? Write it, or press again to leave it empty.",
}


def should(request: HttpRequest, transfer_id) -> HttpResponse:
    """Page 0: the plan on one screen. One tap goes on; who advised what is kept when it is written."""
    transfer = journey(request, transfer_id)
    if request.method != "POST":
        packed = transfer.stage == Stage.PACKED
        return _page(request, transfer, {}) if packed else redirect("web:going_ready", transfer.pk)
    try:
        if "stay" in request.POST:
            return stand_down(request, transfer)
        note_advice(request, transfer, now=timezone.now())
        keep_line(request, transfer, now=timezone.now())
        forget(request, "should", transfer.pk)
    except BadInput as wrong:
        return _page(request, transfer, wrong.errors)
    if "crew" in request.POST:
        return redirect("web:going_ready", transfer.pk)
    if text(request.POST, "said") == "stay":
        messages.warning(request, "The advice was to stay here. It is written down, and you can stop on every page.")
    return redirect("web:going_why", transfer.pk)


def _page(request: HttpRequest, transfer: Transfer, errors: Mapping) -> HttpResponse:
    summary = read_summary(resident=transfer.resident, now=timezone.now())
    sections = {section["name"]: section for section in summary}
    plan = sections["plan"]
    context = {
        "summary": summary,
        "plan": plan,
        "told": section_form.shown(written_plan(plan["content"]), plan["content"]),
        "comfort": plan["content"].get("comfort_care") == "yes",
        "limits": sections["resuscitation"]["content"]["limits"],
        "numbers": whom_to_ring(transfer.resident, plan["content"], now=timezone.now()),
        "stayed": _stayed(request, transfer),
        "advice": advice_boxes(request, transfer, plan["content"], errors),
        "errors": errors,
    }
    return page(request, transfer, "going_should", context, status=422 if errors else 200)


def _stayed(request: HttpRequest, transfer: Transfer) -> list[Stayed]:
    """The advice of the last two days with which they stayed home."""
    homes, now = [transfer.home_id], timezone.now()
    stayed = stayed_home(request.actor, homes=homes, now=now, resident=transfer.resident_id)
    return [each for each in stayed if each.says_something]


def advice_boxes(request: HttpRequest, transfer: Transfer, plan: Mapping, errors: Mapping) -> dict:
    """What the form of who advised draws, with what is written down already and what was typed now."""
    typed = {name: text(request.POST, name) for name in ADVICE}
    rows = [row["who"] for row in plan.get("ring") or [] if row.get("who")]
    named = " ".join(rows).casefold().split()
    who = _different([*rows, *(each for each in ALWAYS if each.split()[0].casefold() not in named)])
    return {
        "typed": typed,
        "who": [{"value": each, "checked": typed["whom"] == each} for each in who],
        "says": [
            {"value": name, "words": words[:1].upper() + words[1:], "checked": typed["said"] == name}
            for name, words in SAID.items()
        ],
        "kept": transfer.reason.get("advised", ""),
        "watch": transfer.reason.get("watch_for", ""),
        "asked": any(errors.get(name) == words for name, words in ASKS.items()),
        "open": any(typed.values()) or bool(errors),
    }


def _different(names: Sequence[str]) -> list[str]:
    """The names in their order, each once however it is written."""
    return list({name.casefold(): name for name in reversed(names)}.values())[::-1]


def note_advice(request: HttpRequest, transfer: Transfer, *, now: datetime) -> None:
    """Keep who advised what, and what to watch for, below what was kept before; BadInput for what is too long."""
    typed = {name: text(request.POST, name) for name in ADVICE}
    errors = {
        name: f"Use at most {longest} characters." for name, longest in ADVICE.items() if len(typed[name]) > longest
    }
    if errors:
        raise BadInput(errors)
    line = advice_line(
        at=stamp(now), whom=typed["whom"], name=typed["whom_name"], said=typed["said"], by=request.actor.name
    )
    lines = {name: words for name, words in (("advised", line), ("watch_for", typed["watch_for"])) if words}
    if lines:
        add_to_transfer(actor=request.actor, transfer=transfer, values={"lines": lines}, now=now)


def stand_down(request: HttpRequest, transfer: Transfer) -> HttpResponse:
    """Nobody goes: advice and *watch for* are kept, the journey is finished, the bag is free. Twice changes nothing.

    Where somebody advised and nothing says who, or what to watch for, BadInput asks once; pressed again, it goes on.
    """
    if transfer.stage == Stage.PACKED:
        now = timezone.now()
        _ask_once(request, transfer)
        note_advice(request, transfer, now=now)
        told = form_id(request.POST)
        for place, outcome in enumerate((Outcome.NOT_TAKEN, Outcome.CLOSED)):
            at = now + timedelta(milliseconds=place)
            fact = {"id": str(uuid5(told, outcome)), "transfer": str(transfer.pk), "outcome": outcome}
            tell_fact(request, now=at, acting=transfer.home, kind=Kind.OUTCOME, **fact)
    elif transfer.stage != Stage.CLOSED or Outcome.NOT_TAKEN not in transfer.outcomes:
        raise Refused(_too_late(transfer))
    for form in ("should", "not_going"):
        forget(request, form, transfer.pk)
    free = ", and the bag is free again" if transfer.bag_id else ""
    messages.success(request, f"{transfer.resident.called} stays home. This is finished{free}.")
    return redirect("web:board")


def _ask_once(request: HttpRequest, transfer: Transfer) -> None:
    told = any(text(request.POST, name) for name in ("whom", "whom_name", "said"))
    watched = text(request.POST, "watch_for") or transfer.reason.get("watch_for")
    open_ones = {
        "whom_name": told and not text(request.POST, "whom_name"),
        "watch_for": (told or transfer.reason.get("advised")) and not watched,
    }
    asks = {name: words for name, words in ASKS.items() if open_ones[name]}
    if asks and "asked" not in request.POST:
        raise BadInput(asks)


def _too_late(transfer: Transfer) -> str:
    if transfer.stage == Stage.CLOSED:
        return "This journey is finished already. Nothing has changed."
    what = "the bag" if transfer.bag_id else "them"
    return (
        f"They have left: {held_words(transfer)} has had {what}. If they were not taken after all, say so on the "
        "page of the whole journey, under “Something else happened”."
    )
