"""Going home: what the ward has ready, what it tells the home, and what the home answers."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.departures.actions import LONGEST, PlanHasChanged, answer_home, mark_ready, may_make_ready, plan_home
from redbag.departures.knowing import TRANSPORT
from redbag.departures.lines import NOT_READY, READY, REASONS, WITHOUT, Standing
from redbag.departures.models import HomeAnswer
from redbag.departures.reading import Readiness, readiness
from redbag.departures.stays import is_in_hospital
from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require, require_anywhere
from redbag.organisations.models import Kind
from redbag.transfers.models import Transfer
from redbag.transfers.next_steps import is_quiet
from redbag.transfers.receivers import receivers
from redbag.web.notes import ring
from redbag.web.telling import new_form
from redbag.web.typed import form_id, text

LONDON = ZoneInfo("Europe/London")
JOINED = ("resident", "home", "bag", "destination", "holder")
SAID = {
    HomeAnswer.Says.YES: "Yes, you can take them",
    HomeAnswer.Says.NOT_BEFORE: "Not before then",
    HomeAnswer.Says.CANNOT: "You cannot take them",
}


@dataclass(frozen=True)
class Row:
    """A line with the buttons it has."""

    stands: Standing
    ways: Sequence[tuple[str, str]]
    without: Sequence[tuple[str, str]]


@never_cache
def departure(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """What is missing, each line, the plan and the home's answer; of somebody who died, only their journey."""
    transfer = _theirs(request, transfer_id)
    if is_quiet(transfer):
        return redirect("web:transfer", transfer.pk)
    return _page(request, transfer)


@never_cache
def departure_now(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """What the other side does, asked for every few seconds; no content while it is the same."""
    transfer, now = _theirs(request, transfer_id), timezone.now()
    drawn = asking(request, transfer, now=now)
    if request.GET.get("seen") == drawn["seen"]:
        return HttpResponse(status=204)
    where = request.actor.first_place()
    record_view("departure", transfer, actor=request.actor, at=now, organisation=where, resident=transfer.resident_id)
    return render(request, "pages/departures/_now.html", drawn)


def mark(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """One tap on a line."""
    transfer, now = _theirs(request, transfer_id), timezone.now()
    says, _, reason = text(request.POST, "choice").partition(":")
    line = text(request.POST, "line")
    try:
        said = {"line": line, "says": says, "reason": reason, "note": text(request.POST, "note")}
        mark_ready(actor=request.actor, transfer=transfer, now=now, **said)
    except BadInput as wrong:
        return _page(request, transfer, {"note" if "note" in wrong.errors else "line": _first(wrong)}, about=line)
    return redirect("web:departure", transfer.pk)


def plan(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """*Tell the home*: when and how they leave; or that they are not going for now."""
    transfer, now = _theirs(request, transfer_id), timezone.now()
    may_make_ready(request.actor, transfer)  # rights are answered before what was typed
    stays = bool(text(request.POST, "stays"))
    try:
        leaves_at = None if stays else _moment(request.POST, "leaves", missing="Say on which day and at what time.")
        said = {} if stays else {name: text(request.POST, name) for name in ("transport", "note")}
        _, new = plan_home(actor=request.actor, transfer=transfer, leaves_at=leaves_at, now=now, **said)
    except BadInput as wrong:
        names = {"leaves_at": "leaves_time", "note": "plan_note"}
        return _page(request, transfer, {names.get(name, name): words for name, words in wrong.errors.items()})
    done = "The home knows: not going home for now." if stays else "The home is asked. You see its answer here."
    messages.success(request, done if new else "The home knows this already.")
    return redirect("web:departure", transfer.pk)


def answer(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The home says yes, not before a time, or that it cannot."""
    transfer, now = _theirs(request, transfer_id), timezone.now()
    require(request.actor, Permission.ANSWER_READINESS, transfer.home_id)
    says = text(request.POST, "says")
    try:
        not_before = None
        if says == HomeAnswer.Says.NOT_BEFORE:
            not_before = _moment(request.POST, "from", missing="Say from when you can take them.")
        answer_home(
            actor=request.actor,
            transfer=transfer,
            plan=form_id(request.POST, "plan"),
            says=says,
            not_before=not_before,
            because=text(request.POST, "because"),
            now=now,
        )
    except BadInput as wrong:
        names = {"not_before": "from_time", "says": "answer"}
        return _page(request, transfer, {names.get(name, name): words for name, words in wrong.errors.items()})
    except PlanHasChanged as changed:
        return _page(request, transfer, {"answer": str(changed)}, status=409)
    messages.success(request, f"{SAID[HomeAnswer.Says(says)]}: the hospital is told.")
    return redirect("web:departure", transfer.pk)


def asking(request: HttpRequest, transfer: Transfer, *, now: datetime) -> dict:
    """The plan and the home's answer as this reader sees them, and by what they are known again."""
    inside = request.actor.may(Permission.READ_RESIDENTS, transfer.home_id)
    found = readiness(transfer, now=now, inside=inside)
    plan = str(found.plan.pk) if found and found.plan else ""
    on_its_page = request.resolver_match.url_name not in ("transfer", "departure_now")
    hospital = found.stay.hospital if found else None
    seen = {
        "transfer": transfer,
        "found": found,
        "inside": inside,
        "now": now,
        "may_answer": inside and request.actor.may(Permission.ANSWER_READINESS, transfer.home_id),
        "may_make_ready": hospital is not None and request.actor.may(Permission.MAKE_READY, hospital),
        "ring": ring(transfer, at_home=inside),
        "transport": TRANSPORT.get(found.plan.transport, "") if found and found.plan else "",
        "answered_here": plan if on_its_page else request.GET.get("plan", ""),
    }
    told = render_to_string("pages/departures/_asked.html", seen)
    return {**seen, "seen": hashlib.sha256(told.encode()).hexdigest()[:16]}


def _page(
    request: HttpRequest,
    transfer: Transfer,
    errors: Mapping[str, str] | None = None,
    *,
    about: str = "",
    status: int = 422,
) -> HttpResponse:
    now = timezone.now()
    where = request.actor.first_place()
    record_view("departure", transfer, actor=request.actor, at=now, organisation=where, resident=transfer.resident_id)
    drawn = asking(request, transfer, now=now)
    found: Readiness | None = drawn["found"]
    seen = {
        **drawn,
        "lacks": [_row(each, found) for each in found.lines if each.state == NOT_READY] if found else [],
        "settled": [_row(each, found) for each in found.lines if each.state != NOT_READY] if found else [],
        "may_plan": drawn["may_make_ready"] and is_in_hospital(transfer),
        "carriers": [each for each in receivers(transfer) if each.kind == Kind.AMBULANCE],
        "form": new_form(),
        "choices": _transports(request.POST.get("transport") or (found.plan.transport if found and found.plan else "")),
        "typed": _typed(request.POST, found, now),
        "errors": errors or {},
        "about": about,
        "longest": LONGEST,
    }
    return render(request, "pages/departures/departure.html", seen, status=status if errors else 200)


def _row(stands: Standing, found: Readiness) -> Row:
    """A line; that transport is booked is said in the plan, once there is one."""
    line = stands.line
    by_plan = line.name == "transport" and found.plan is not None and not found.plan.transport
    ways = [(f"{READY}:{name}", REASONS[name]) for name in line.where] or [(READY, "Ready")]
    if line.known or by_plan:
        ways = []
    return Row(stands, ways, [(f"{WITHOUT}:{name}", REASONS[name]) for name in line.without])


def _transports(chosen: str) -> list[dict]:
    first = {"value": "", "text": "Not booked yet", "selected": not chosen}
    return [first, *({"value": name, "text": words, "selected": name == chosen} for name, words in TRANSPORT.items())]


def _typed(posted: Mapping, found: Readiness | None, now: datetime) -> dict[str, str]:
    """What stands in the boxes: what was typed, else what is planned, else today."""
    plan = found.plan if found else None
    leaves = timezone.localtime(plan.leaves_at, LONDON) if plan and plan.leaves_at else None
    today = timezone.localdate(now, LONDON).isoformat()
    usual = {
        "leaves_day": leaves.date().isoformat() if leaves else today,
        "leaves_time": f"{leaves:%H:%M}" if leaves else "",
        "plan_note": plan.note if plan else "",
        "from_day": leaves.date().isoformat() if leaves else today,
        "from_time": "",
        "because": "",
    }
    names = {"plan_note": "note"}
    return {name: text(posted, names.get(name, name)) if posted else words for name, words in usual.items()}


def _moment(posted: Mapping, name: str, *, missing: str) -> datetime:
    """A day and a time as somebody typed them, London time. BadInput when one is missing or no such moment."""
    try:
        day = date.fromisoformat(text(posted, f"{name}_day"))
        clock = time.fromisoformat(text(posted, f"{name}_time").replace(".", ":"))
    except ValueError:
        raise BadInput({f"{name}_time": missing}) from None
    return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=LONDON)


def _first(wrong: BadInput) -> str:
    return next(iter(wrong.errors.values()))


def _theirs(request: HttpRequest, transfer_id: UUID) -> Transfer:
    rows = Transfer.objects.visible_to(request.actor, now=timezone.now()).select_related(*JOINED)
    transfer = get_object_or_404(rows, pk=transfer_id)
    require_anywhere(request.actor, Permission.READ_TRANSFERS)
    return transfer
