"""What must be done after a stay: on the letter's page, on the board and on the resident's; one page to change each."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges import following_up
from redbag.discharges.following_up import waiting_for
from redbag.discharges.models import FollowUp
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.residents.models import Resident
from redbag.web.discharges import their_summary
from redbag.web.drafts import forget
from redbag.web.typed import onward, text

MOST_ON_BOARD = 5
NOT_A_DAY = "Enter a day, such as 3/12/2026, or leave it empty."


def due_on_board(actor: Actor, *, now: datetime) -> dict:
    """What is to be done today or is late at the actor's homes, the longest due first; how many more there are."""
    due = waiting_for(FollowUp.objects.visible_to(actor), until=timezone.localdate(now))
    return {"follow_ups": due[:MOST_ON_BOARD], "more_follow_ups": len(due[MOST_ON_BOARD:])}


def of_resident(actor: Actor, resident: Resident) -> Sequence[FollowUp]:
    """What is still to be done after this resident's stays."""
    records = Resident.objects.visible_to(actor).records_of(resident.pk)
    return waiting_for(FollowUp.objects.visible_to(actor).filter(summary__resident__in=records))


@never_cache
def follow_up(request: HttpRequest, follow_up_id: UUID) -> HttpResponse:
    """One thing to do: who does it and by when can be changed here."""
    each, now = _theirs(request, follow_up_id), timezone.now()
    require(request.actor, Permission.ACKNOWLEDGE_DISCHARGE, each.summary.home_id)
    if request.method != "POST":
        return _shown(request, each, now)
    try:
        following_up.change_follow_up(actor=request.actor, follow_up=each, now=now, **_who_and_when(request))
    except BadInput as wrong:
        return _shown(request, each, now, errors=wrong.errors)
    forget(request, "follow_up", each.pk)
    messages.success(request, "Kept.")
    return redirect(_back(request, each))


def follow_up_done(request: HttpRequest, follow_up_id: UUID) -> HttpResponse:
    """Somebody did it, and perhaps says what came of it."""
    each, now = _theirs(request, follow_up_id), timezone.now()
    try:
        note = text(request.POST, "note")
        following_up.finish_follow_up(actor=request.actor, follow_up=each, note=note, now=now)
    except BadInput as wrong:
        return _shown(request, each, now, errors=wrong.errors)
    except following_up.NotTrained as no:
        messages.warning(request, str(no))
        return redirect(_back(request, each))
    forget(request, "follow_up", each.pk)
    messages.success(request, "Done. Thank you.")
    return redirect(_back(request, each))


def follow_up_undone(request: HttpRequest, follow_up_id: UUID) -> HttpResponse:
    """It is not done after all."""
    each, now = _theirs(request, follow_up_id), timezone.now()
    try:
        following_up.undo_follow_up(actor=request.actor, follow_up=each, why=text(request.POST, "why"), now=now)
    except BadInput as wrong:
        return _shown(request, each, now, errors=wrong.errors)
    except Refused as no:
        messages.warning(request, str(no))
    return redirect(_back(request, each))


@never_cache
def add_follow_up(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """Something more to do after a stay, in the home's own words."""
    summary, errors = their_summary(request, summary_id), {}
    require(request.actor, Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id)
    now, home, resident = timezone.now(), summary.home_id, summary.resident_id
    record_view("follow_up", summary, actor=request.actor, at=now, organisation=home, resident=resident)
    if request.method == "POST":
        try:
            words = text(request.POST, "text")
            following_up.add_follow_up(
                actor=request.actor, summary=summary, text=words, now=timezone.now(), **_who_and_when(request)
            )
            forget(request, "add_follow_up", summary.pk)
            messages.success(request, "Added.")
            return redirect(reverse("web:discharge", args=[summary.pk]) + "#do")
        except BadInput as wrong:
            errors = wrong.errors
    typed = request.POST if request.method == "POST" else {"owner": FollowUp.Owner.HOME}
    seen = {"summary": summary, "errors": errors, "typed": typed, "owners": FollowUp.Owner.choices}
    return render(request, "pages/discharges/add_follow_up.html", seen, status=422 if errors else 200)


def _theirs(request: HttpRequest, follow_up_id: UUID) -> FollowUp:
    rows = FollowUp.objects.visible_to(request.actor)
    rows = rows.select_related("summary__resident", "summary__home", "summary__organisation")
    return get_object_or_404(rows, pk=follow_up_id)


def _shown(
    request: HttpRequest, each: FollowUp, now: datetime, *, errors: dict[str, str] | None = None
) -> HttpResponse:
    summary = each.summary
    where, resident = request.actor.first_place(), summary.resident_id
    record_view("follow_up", each, actor=request.actor, at=now, organisation=where, resident=resident)
    due = each.due_on.isoformat() if each.due_on else ""
    kept = {"owner": each.owner, "owner_text": each.owner_text, "due_on": due}
    seen = {
        "each": each,
        "summary": summary,
        "today": timezone.localdate(now),
        "errors": errors or {},
        "typed": kept | request.POST.dict() if errors else kept,
        "owners": FollowUp.Owner.choices,
        "back": onward(request, _page_of(each)),
    }
    return render(request, "pages/discharges/follow_up.html", seen, status=422 if errors else 200)


def _page_of(each: FollowUp) -> str:
    return reverse("web:discharge", args=[each.summary_id]) + f"#f-{each.pk}"


def _back(request: HttpRequest, each: FollowUp) -> str:
    return onward(request, _page_of(each))


def _who_and_when(request: HttpRequest) -> dict:
    due = text(request.POST, "due_on")
    return {
        "owner": text(request.POST, "owner"),
        "owner_text": text(request.POST, "owner_text"),
        "due_on": _day(due) if due else None,
    }


def _day(typed: str) -> date:
    """A day as the browser sends it, or as people write it."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    raise BadInput({"due_on": NOT_A_DAY})
