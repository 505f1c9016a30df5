"""Records to review: what is due, what is held back, and how two managers destroy a record."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.retention import ending as endings
from redbag.retention.holdings import BY_TABLE
from redbag.retention.holds import holds_on, lift_hold, place_hold
from redbag.retention.models import EndedRecord, Ending, Hold, KeptLonger, RecordRequest
from redbag.retention.reviewing import Row, left_records, row_of
from redbag.retention.theirs import counted, theirs
from redbag.web import homes
from redbag.web.typed import text

KEEP = Permission.KEEP_RECORDS


@never_cache
def records(request: HttpRequest) -> HttpResponse:
    """What is due, what waits for a second manager, what is held back, and when the rest is due."""
    now = timezone.now()
    rows = left_records(actor=request.actor, today=timezone.localdate(now))
    holds = list(Hold.objects.visible_to(request.actor).standing().select_related("resident", "home"))
    asked = list(RecordRequest.objects.visible_to(request.actor).open().select_related("resident").order_by("due_on"))
    for home in homes.places(request.actor, KEEP):
        shown = {row.resident.pk for row in rows if row.resident.home_id == home.pk}
        shown |= {each.resident_id for each in (*holds, *asked) if each.resident_id and each.home_id == home.pk}
        if shown:
            record_view("records", None, actor=request.actor, at=now, organisation=home, residents=sorted(shown))
    context = {
        "due": [row for row in rows if row.answer.is_due and not row.ending],
        "begun": [row for row in rows if row.ending],
        "blocked": [row for row in rows if not row.answer.is_due and _past(row, now) and not row.ending],
        "later": [row for row in rows if not row.answer.is_due and not _past(row, now) and not row.ending],
        "holds": holds,
        "asked": asked,
        "homes": homes.places(request.actor, KEEP),
        "today": timezone.localdate(now),
    }
    return render(request, "pages/retention/records.html", context)


def _past(row: Row, now) -> bool:
    return row.answer.due_on is not None and row.answer.due_on <= timezone.localdate(now)


@never_cache
def destroyed(request: HttpRequest) -> HttpResponse:
    """The destruction log: what was destroyed, by which rule, and who proposed and agreed."""
    rows = EndedRecord.objects.visible_to(request.actor).select_related("home").order_by("-destroyed_at")[:500]
    context = {"rows": [(row, [(_title(table), n) for table, n in row.counts.items()]) for row in rows]}
    return render(request, "pages/retention/destroyed.html", context)


def _title(table: str) -> str:
    return BY_TABLE[table].title if table in BY_TABLE else "Journal: what named a person"


@never_cache
def record_end(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """How long one record is kept, why, and what may be done about it."""
    return record_page(request, their_record(request, resident_id), {})


def record_told(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Somebody says when the person left, died or was last seen, and whether it is a mental-health record."""
    told: dict = {name: _day(request, name) for name in ("left_on", "died_on", "last_contact_on")}
    told |= {"mental_health": text(request.POST, "mental_health") == "yes"}
    return _change(request, resident_id, endings.tell_end, "Kept.", told=told)


def keep_record_longer(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """The record is kept until a day beyond its time, and why."""
    until, because = _day(request, "until"), text(request.POST, "because")
    said = "The record is kept longer."
    return _change(request, resident_id, endings.keep_longer, said, until=until, because=because)


def hold_record(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """A legal hold on one record."""
    resident = their_record(request, resident_id)
    told = {name: text(request.POST, name) for name in ("asked_by", "reference", "reason")}
    try:
        place_hold(actor=request.actor, home=resident.home, resident=resident, now=timezone.now(), **told)
    except BadInput as wrong:
        return record_page(request, resident, wrong.errors)
    messages.success(request, "Held back: nothing of this record is destroyed or forgotten while the hold stands.")
    return redirect("web:record_end", resident.pk)


def hold_home(request: HttpRequest) -> HttpResponse:
    """A legal hold on every record of a home, as for a public inquiry."""
    home = homes.chosen(request, KEEP)
    told = {name: text(request.POST, name) for name in ("asked_by", "reference", "reason")}
    try:
        place_hold(actor=request.actor, home=home, resident=None, now=timezone.now(), **told)
        messages.success(request, f"Held back: nothing at {home.name} is destroyed or forgotten while the hold stands.")
    except BadInput as wrong:
        messages.error(request, " ".join(wrong.errors.values()))
    return redirect("web:records")


@never_cache
def lift(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """A hold ends: with a reason, on a page that says what it was for."""
    hold = get_object_or_404(Hold.objects.visible_to(request.actor).select_related("resident", "home"), pk=hold_id)
    require(request.actor, KEEP, hold.home_id)
    now, resident = timezone.now(), hold.resident_id
    record_view("lift_hold", hold, actor=request.actor, at=now, organisation=hold.home_id, resident=resident)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            lift_hold(actor=request.actor, hold=hold, why=text(request.POST, "why"), now=timezone.now())
            messages.success(request, "The hold is lifted.")
            return redirect("web:records")
        except BadInput as wrong:
            errors = wrong.errors
    context = {"hold": hold, "errors": errors, "why": text(request.POST, "why")}
    return render(request, "pages/retention/lift.html", context, status=422 if errors else 200)


@never_cache
def propose(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """The first of two managers: what would be destroyed, and whose it is, typed by name."""
    resident, errors = their_record(request, resident_id), {}
    if request.method == "POST":
        try:
            named = text(request.POST, "name")
            made = endings.propose(actor=request.actor, resident=resident, typed_name=named, now=timezone.now())
            messages.success(request, "Proposed. Nothing is destroyed until another manager agrees.")
            return redirect("web:agree_destruction", made.pk)
        except BadInput as wrong:
            errors = wrong.errors
    context = _shown(request, resident) | {"errors": errors, "typed": text(request.POST, "name")}
    return render(request, "pages/retention/propose.html", context, status=422 if errors else 200)


@never_cache
def agree(request: HttpRequest, ending_id: UUID) -> HttpResponse:
    """The second manager: the same facts, the same name; or nobody, and it is given up."""
    ending = _their_ending(request, ending_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            named = text(request.POST, "name")
            endings.agree(actor=request.actor, ending=ending, typed_name=named, now=timezone.now())
            messages.success(request, "Agreed. The record is being destroyed; it takes a minute.")
            return redirect("web:agree_destruction", ending.pk)
        except BadInput as wrong:
            errors = wrong.errors
        except endings.AskAgain as wrong:
            errors = {"name": str(wrong)}
    context = _shown(request, ending.resident) | {
        "ending": ending,
        "own": ending.proposed_by_id == request.actor.user_id,
        "errors": errors,
        "typed": text(request.POST, "name"),
    }
    return render(request, "pages/retention/agree.html", context, status=422 if errors else 200)


def give_up(request: HttpRequest, ending_id: UUID) -> HttpResponse:
    """The record is not destroyed after all."""
    ending = _their_ending(request, ending_id)
    try:
        endings.give_up(actor=request.actor, ending=ending, why=text(request.POST, "why"), now=timezone.now())
        messages.success(request, "Given up. The record stays.")
    except BadInput as wrong:
        messages.error(request, " ".join(wrong.errors.values()))
        return redirect("web:agree_destruction", ending.pk)
    return redirect("web:record_end", ending.resident_id)


def their_record(request: HttpRequest, resident_id: UUID) -> Resident:
    resident = get_object_or_404(
        Resident.objects.visible_to(request.actor).select_related("home", "merged_into"), pk=resident_id
    )
    require(request.actor, KEEP, resident.home_id)
    return resident.merged_into or resident


def _their_ending(request: HttpRequest, ending_id: UUID) -> Ending:
    found = get_object_or_404(Ending.objects.visible_to(request.actor).select_related("resident", "home"), pk=ending_id)
    require(request.actor, KEEP, found.home_id)
    return found


def _change(request: HttpRequest, resident_id: UUID, change: Callable, said: str, **told) -> HttpResponse:
    resident = their_record(request, resident_id)
    try:
        change(actor=request.actor, resident=resident, now=timezone.now(), **told)
    except BadInput as wrong:
        return record_page(request, resident, wrong.errors)
    messages.success(request, said)
    return redirect("web:record_end", resident.pk)


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return parse_date(text(request.POST, name))
    except ValueError:
        return None


def _shown(request: HttpRequest, resident: Resident) -> dict:
    """What a page about the end of one record shows; it is a look at the record."""
    now = timezone.now()
    record_view("record_end", resident, actor=request.actor, at=now, organisation=resident.home_id, resident=resident)
    return {
        "resident": resident,
        "row": row_of(resident, today=timezone.localdate(now)),
        "held_by": [(hold.title, count) for hold, count in counted(theirs(resident)) if count],
    }


def record_page(request: HttpRequest, resident: Resident, errors: dict) -> HttpResponse:
    mine = {"resident": resident}
    context = _shown(request, resident) | {
        "errors": errors,
        "typed": request.POST,
        "holds": holds_on(resident),
        "keeping": getattr(resident, "keeping", None),
        "kept": KeptLonger.objects.visible_to(request.actor).filter(**mine).order_by("-at"),
        "requests": RecordRequest.objects.visible_to(request.actor).filter(**mine).order_by("-received_on"),
        "standings": [{"value": value, "text": label} for value, label in RecordRequest.Standing.choices],
    }
    return render(request, "pages/retention/record.html", context, status=422 if errors else 200)
