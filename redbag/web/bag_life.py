"""One bag: where it is, what was done with it and by whom, its labels and tags, and what to do with it now."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from redbag.bags.life import STEPS, change_tracker, take_step, under_way
from redbag.bags.models import Bag, State
from redbag.bags.print_log import prints_of
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.transfers.models import Transfer
from redbag.web.bags import shape, tone, with_codes
from redbag.web.found import attempt_rows
from redbag.web.typed import text

MOST = 50
ONE_TAP = ("ready", "wash", "find", "here", "free")
SAID = {
    "ready": "Bag {0} is ready for the next journey.",
    "wash": "Bag {0} waits to be cleaned.",
    "set_aside": "Bag {0} is set aside. Nobody can pack it until it is freed.",
    "free": "Bag {0} is no longer set aside. Clean it before it is used.",
    "lose": "Bag {0} is written down as lost.",
    "find": "Bag {0} is found. Clean it before it is used.",
    "here": "Bag {0} is here again. Clean it before it is used.",
    "dispose": "Bag {0} is disposed of. It will not be offered any more.",
    "bring_back": "Bag {0} is back in use. Clean it first.",
}


def find(request: HttpRequest, bag_id) -> Bag:
    """A bag the reader may see, with its short code, or 404."""
    return get_object_or_404(with_codes(Bag.objects.visible_to(request.actor)).select_related("home"), pk=bag_id)


def bag(request: HttpRequest, bag_id) -> HttpResponse:
    """One bag: its state, the journey it is on, what was done with it, its labels and its past."""
    now = timezone.now()
    each = find(request, bag_id)
    journeys = Transfer.objects.visible_to(request.actor, now=now).filter(bag=each)
    past = list(journeys.select_related("resident", "holder", "bag").order_by("-packed_at")[:MOST])
    if past:
        names = [journey.resident_id for journey in past]
        record_view("bag", each, actor=request.actor, at=now, organisation=each.home, residents=names)
    aside = each.steps.filter(after=State.QUARANTINED).order_by("-at").first()
    context = {
        "bag": each,
        "since": each.state_since or each.created_at,
        "tone": tone(each.state),
        "shape": shape(each.state),
        "current": next((journey for journey in past if not journey.closed_at), None),
        "past": past,
        "labels": each.labels.order_by("-issued_at"),
        "attempts": attempt_rows(request.actor, bag_id=each.pk),
        "may_see_attempts": request.actor.may(Permission.READ_JOURNAL, each.home_id),
        "tags": each.tags.filter(voided_at=None).count(),
        "printed": prints_of(each),
        "steps": [{"step": step, "words": _words_of(step)} for step in each.steps.order_by("-at")[:MOST]],
        "may_reissue": request.actor.may(Permission.PRINT_LABELS, each.home_id),
        "aside": aside if each.state == State.QUARANTINED else None,
        "to_do": [one for one in _possible(request, each, aside, now) if one["tap"]],
        "more": [one for one in _possible(request, each, aside, now) if not one["tap"]],
    }
    return render(request, "pages/bags/bag.html", context)


def _possible(request: HttpRequest, bag: Bag, aside, now) -> list[dict]:
    """What the reader may do with the bag as it is; `tap` needs no more words."""
    early = aside is None or aside.until is None or timezone.localdate(now) < aside.until
    may = {
        name: step
        for name, step in STEPS.items()
        if bag.state in step.before and request.actor.may(step.permission, bag.home_id)
    }
    if "here" in may and under_way(bag):
        del may["here"]
    if early and not request.actor.may(Permission.FOLLOW_CASES, bag.home_id):
        may.pop("free", None)
    return [
        {"name": name, "words": step.words, "tap": name in ONE_TAP and not (name == "free" and early)}
        for name, step in may.items()
    ]


def _words_of(step) -> str:
    """A step in words: by its states, for there is one way from the one to the other."""
    name = next((one for one in STEPS.values() if step.before in one.before and step.after == one.after), None)
    return name.words if name else step.get_after_display()


def step(request: HttpRequest, bag_id, step: str) -> HttpResponse:
    """Do something with a bag; what needs a reason or a name asks for it on a page of its own."""
    if step not in STEPS:
        raise Http404
    each = find(request, bag_id)
    require(request.actor, STEPS[step].permission, each.home)
    errors: dict[str, str] = {}
    typed = {name: text(request.POST, name) for name in ("reason", "authorised_by", "until")}
    if request.method == "POST":
        try:
            take_step(
                actor=request.actor,
                bag=each,
                step=step,
                reason=typed["reason"],
                authorised_by=typed["authorised_by"],
                until=_day(typed["until"]),
                now=timezone.now(),
            )
            messages.success(request, SAID[step].format(each.tracker))
            return redirect(*(("web:bags",) if "register" in request.POST else ("web:bag", each.pk)))
        except BadInput as wrong:
            errors = wrong.errors
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("web:bag", each.pk)
    context = {"bag": each, "name": step, "step": STEPS[step], "typed": typed, "errors": errors}
    return render(request, "pages/bags/step.html", context, status=422 if errors else 200)


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise BadInput({"until": "Choose a day."}) from None


def renumber(request: HttpRequest, bag_id) -> HttpResponse:
    """Give a bag another tracker number."""
    each = find(request, bag_id)
    require(request.actor, Permission.WRITE_BAGS, each.home)
    errors: dict[str, str] = {}
    tracker = text(request.POST, "tracker") if request.method == "POST" else each.tracker
    if request.method == "POST":
        try:
            change_tracker(actor=request.actor, bag=each, tracker=tracker, now=timezone.now())
            messages.success(
                request, f"The bag is now {tracker}. Print its label again: the old one says {each.tracker}."
            )
            return redirect("web:bag", each.pk)
        except BadInput as wrong:
            errors = wrong.errors
        except Refused as refused:
            errors = {"tracker": str(refused)}
    context = {"bag": each, "tracker": tracker, "errors": errors}
    return render(request, "pages/bags/renumber.html", context, status=422 if errors else 200)
