"""To do: what waits at a home or a ward, late first, with whom to ring; one tap says that it is done."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.reminders.actions import finish_reminder
from redbag.reminders.lines import Line, lines
from redbag.reminders.models import Reminder
from redbag.transfers.models import Transfer
from redbag.web.typed import onward, text

MOST = 200
MOST_DONE = 20
STILL_SHOWN = timedelta(hours=48)


@never_cache
def reminders(request: HttpRequest) -> HttpResponse:
    """Everything to do, in three lists: due now, later, done."""
    return _page(request, Reminder.objects.visible_to(request.actor), {}, None)


@never_cache
def reminder(request: HttpRequest, reminder_id: UUID) -> HttpResponse:
    """One thing to do: where a phone that was woken leads."""
    one = _theirs(request, reminder_id)
    require(request.actor, Permission.MOVE_BAGS, one.organisation_id)
    return _page(request, Reminder.objects.visible_to(request.actor).filter(pk=one.pk), {}, None, alone=True)


def done(request: HttpRequest, reminder_id: UUID) -> HttpResponse:
    """Somebody did it, and perhaps says what came of it."""
    one = _theirs(request, reminder_id)
    try:
        finish_reminder(actor=request.actor, reminder=one, note=text(request.POST, "note"), now=timezone.now())
    except BadInput as wrong:
        named = {f"note-{one.pk.hex}": words for words in wrong.errors.values()}
        return _page(request, Reminder.objects.visible_to(request.actor), named, one.pk)
    messages.success(request, "Done. Thank you.")
    return redirect(onward(request, reverse("web:reminders")))


def of_journey(actor: Actor, transfer: Transfer, now: datetime) -> dict:
    """What the actor's own organisations have to do, and did, about one journey: for its page."""
    theirs = Reminder.objects.visible_to(actor).filter(transfer=transfer)
    due, done = Q(pk__in=theirs.open().filter(due_at__lte=now).values("pk")), Q(done_at__isnull=False)
    told = lines(theirs.filter(due | done).order_by("due_at", "pk"), now=now)
    did = [each for each in told if each.reminder.done_at]
    return {
        "to_do": [each for each in told if not each.reminder.done_at],
        "did": sorted(did, key=lambda each: each.reminder.done_at),
    }


def _theirs(request: HttpRequest, reminder_id: UUID) -> Reminder:
    rows = Reminder.objects.visible_to(request.actor).select_related("organisation", "transfer")
    return get_object_or_404(rows, pk=reminder_id)


def _page(
    request: HttpRequest, theirs: QuerySet[Reminder], errors: dict[str, str], about: UUID | None, *, alone: bool = False
) -> HttpResponse:
    now = timezone.now()
    waiting = lines(theirs.open().order_by("due_at", "pk")[:MOST], now=now)
    over = theirs.filter(done_at__isnull=False)
    recent = over if alone else over.filter(done_at__gte=now - STILL_SHOWN)
    did = lines(recent.order_by("-done_at")[:MOST_DONE], now=now)
    _note_view(request, [*waiting, *did], now)
    context = {
        "due": sorted((each for each in waiting if each.due), key=lambda each: not each.late),
        "later": [each for each in waiting if not each.due],
        "did": did,
        "needless": alone and not waiting and not did,
        "alone": alone,
        "errors": errors,
        "about": about,
        "typed": request.POST.get("note", "") if about else "",
        "several": len({post.organisation.pk for post in request.actor.posts}) > 1,
    }
    return render(request, "pages/reminders/reminders.html", context, status=422 if errors else 200)


def _note_view(request: HttpRequest, shown: list[Line], now: datetime) -> None:
    residents = {each.resident.pk for each in shown if each.resident}
    if residents:
        where = request.actor.first_place()
        record_view(
            "reminders", None, actor=request.actor, at=now, organisation=where, residents=sorted(residents, key=str)
        )
