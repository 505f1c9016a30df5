"""Somebody asks for everything held about a resident: noted, gathered, looked through, sent."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache

from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.retention import asking, looking_through
from redbag.retention.making import REASONS
from redbag.retention.models import Passage, RecordExport, RecordRequest
from redbag.retention.passages import WORDS
from redbag.web.retention import record_page, their_record
from redbag.web.typed import text

KEEP = Permission.KEEP_RECORDS
ON_A_PAGE = 25


def note_request(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """A request is noted, with who asked and what proved it."""
    resident = their_record(request, resident_id)
    try:
        asked = asking.note_request(
            actor=request.actor,
            resident=resident,
            asked_by=text(request.POST, "who"),
            standing=text(request.POST, "standing"),
            identity_seen=text(request.POST, "identity_seen"),
            received_on=_day(text(request.POST, "received_on")),
            now=timezone.now(),
        )
    except BadInput as wrong:
        return record_page(request, resident, wrong.errors)
    return redirect("web:record_request", asked.pk)


def _day(typed: str):
    try:
        return parse_date(typed)
    except ValueError:
        return None


@never_cache
def record_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request: by when, what was gathered, and what came of it; POST says what came of it."""
    asked, errors = _their(request, request_id), {}
    if request.method == "POST":
        try:
            asking.close_request(
                actor=request.actor,
                asked=asked,
                outcome=text(request.POST, "outcome"),
                words=text(request.POST, "words"),
                identity_seen=text(request.POST, "identity_seen"),
                now=timezone.now(),
            )
            messages.success(request, "Noted.")
            return redirect("web:record_request", asked.pk)
        except BadInput as wrong:
            errors = wrong.errors
    return _page(request, asked, errors)


def _page(request: HttpRequest, asked: RecordRequest, errors: dict) -> HttpResponse:
    now, home = timezone.now(), asked.home_id
    record_view("record_request", asked, actor=request.actor, at=now, organisation=home, resident=asked.resident_id)
    chosen = text(request.POST, "outcome")
    context = {
        "asked": asked,
        "exports": asked.exports.order_by("-asked_at"),
        "errors": errors,
        "typed": request.POST,
        "under_way": asked.exports.filter(state__in=["waiting", "look", "making"]).exists(),
        "late": not asked.closed_at and asked.due_on < timezone.localdate(now),
        "outcomes": [
            {"value": value, "text": label, "checked": value == chosen}
            for value, label in RecordRequest.Outcome.choices
        ],
    }
    return render(request, "pages/retention/request.html", context, status=422 if errors else 200)


def extend_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Two months more, because it is complex."""
    asked = _their(request, request_id)
    try:
        asking.extend_request(actor=request.actor, asked=asked, why=text(request.POST, "why"), now=timezone.now())
    except BadInput as wrong:
        return _page(request, asked, wrong.errors)
    return redirect("web:record_request", asked.pk)


def gather_record(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Have everything gathered."""
    asked = _their(request, request_id)
    asking.ask_export(actor=request.actor, asked=asked, now=timezone.now())
    messages.success(request, "The record is being gathered. You can leave this page.")
    return redirect("web:record_request", asked.pk)


@never_cache
def look_through(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Passages that may be about somebody else, some on a page: show, leave the names out, leave all of it out."""
    export, errors = _their_export(request, export_id), {}
    first_open = export.passages.filter(decision="").exists()
    rows = export.passages.order_by("-first", "pk")
    page = Paginator(rows.filter(decision="") if first_open and "all" not in request.GET else rows, ON_A_PAGE)
    shown = page.get_page(request.GET.get("page"))
    if request.method == "POST":
        try:
            decided = _decisions(request)
            looking_through.decide(actor=request.actor, export=export, decisions=decided, now=timezone.now())
            return redirect(reverse("web:look_through", args=[export.pk]))
        except BadInput as wrong:
            errors = wrong.errors
    now, whose = timezone.now(), export.request.resident_id
    record_view("record_export", export, actor=request.actor, at=now, organisation=export.home_id, resident=whose)
    context = {
        "export": export,
        "asked": export.request,
        "page": shown,
        "rows": [(row, WORDS[row.why_looked_at], f"passage-{row.pk}", _typed(request, row)) for row in shown],
        "undecided": export.passages.filter(decision="").count(),
        "first": export.passages.filter(decision="", first=True).count(),
        "reasons": REASONS,
        "errors": errors,
    }
    return render(request, "pages/retention/look.html", context, status=422 if errors else 200)


def _typed(request: HttpRequest, row: Passage) -> dict:
    posted = request.POST
    return {
        "decision": posted.get(f"decision-{row.pk}", row.decision),
        "reason": posted.get(f"reason-{row.pk}", row.reason or "others"),
    }


def _decisions(request: HttpRequest) -> dict[int, tuple[str, str]]:
    """What was chosen of each passage on the page; what nobody chose stays open."""
    posted, found = request.POST, {}
    for name in posted:
        number, decision = name.removeprefix("decision-"), text(posted, name)
        if name.startswith("decision-") and number.isdecimal() and decision:
            found[int(number)] = (decision, text(posted, f"reason-{number}"))
    return found


def show_rest(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Show what is left but what is to be looked at first."""
    export = _their_export(request, export_id)
    looking_through.show_rest(actor=request.actor, export=export, now=timezone.now())
    return redirect("web:look_through", export.pk)


def make_export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Everything is decided: have it made."""
    export = _their_export(request, export_id)
    looking_through.ask_making(actor=request.actor, export=export, now=timezone.now())
    messages.success(request, "The record is being written out. It takes about a minute.")
    return redirect("web:record_request", export.request_id)


@never_cache
def export_paper(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The paper that is sent; fetching it is written in the journal."""
    return _hand_out(request, export_id, "paper")


@never_cache
def export_data(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The data that is sent, with its files; fetching it is written in the journal."""
    return _hand_out(request, export_id, "data")


def _hand_out(request: HttpRequest, export_id: UUID, form: str) -> HttpResponse:
    export = _their_export(request, export_id)
    handed = looking_through.hand_out(actor=request.actor, export=export, form=form, now=timezone.now())
    headers = {"Content-Type": handed.content_type, "Content-Disposition": f'attachment; filename="{handed.name}"'}
    return HttpResponse(handed.content, headers=headers)


def _their(request: HttpRequest, request_id: UUID) -> RecordRequest:
    mine = RecordRequest.objects.visible_to(request.actor).select_related("resident", "home")
    asked = get_object_or_404(mine, pk=request_id)
    require(request.actor, KEEP, asked.home_id)
    return asked


def _their_export(request: HttpRequest, export_id: UUID) -> RecordExport:
    mine = RecordExport.objects.visible_to(request.actor).select_related("request__resident", "home")
    export = get_object_or_404(mine, pk=export_id)
    require(request.actor, KEEP, export.home_id)
    return export
