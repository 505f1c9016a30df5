"""Discharge summaries: the list, one of them, taking it on, the file it came as."""

from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.db.models import F, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges import actions
from redbag.discharges.content import is_a_mistake
from redbag.discharges.files import file_of
from redbag.discharges.models import DischargeSummary
from redbag.discharges.taking_off import was_taken_off
from redbag.errors import BadInput
from redbag.journal.recording import EXPORTED, VIEWED, record_view
from redbag.organisations.access import Actor, Permission, require
from redbag.web.letter_shown import everyone_sees, the_home_sees, the_home_will_see, was_opened
from redbag.web.typed import text

Form, State = DischargeSummary.Form, DischargeSummary.State
MOST, MOST_ON_BOARD = 100, 20
AWAITED, TAKEN_BACK_SHOWN = timedelta(days=60), timedelta(days=14)
JOINED = ("transfer", "resident", "home", "organisation", "acknowledgement", "follows")


def their_summary(request: HttpRequest, summary_id: UUID) -> DischargeSummary:
    """The summary, or 404 when there is none that whoever asks may see."""
    rows = DischargeSummary.objects.visible_to(request.actor, now=timezone.now()).select_related(*JOINED)
    return get_object_or_404(rows, pk=summary_id)


@never_cache
def discharges(request: HttpRequest) -> HttpResponse:
    """Every summary of the last weeks, those that nobody has read on top, the longest waiting first."""
    now = timezone.now()
    rows = DischargeSummary.objects.visible_to(request.actor, now=now).select_related(*JOINED)
    of_somebody = rows.filter(state__in=[State.SENT, State.DRAFT], resident__isnull=False)
    shown = list(of_somebody.order_by(F("acknowledgement__at").desc(nulls_first=True), "-written_at")[:MOST])
    taken_back = taken_back_lately(rows, now=now)
    if shown or taken_back:
        residents = sorted({each.resident_id for each in [*shown, *taken_back]})
        record_view("discharges", None, actor=request.actor, at=now, organisation=None, residents=residents)
    seen = {
        "drafts": [each for each in shown if each.state == State.DRAFT],
        "unread": sorted((each for each in shown if each.state == State.SENT and not _read(each)), key=_waits),
        "done": [each for each in shown if _read(each)],
        "taken_back": taken_back,
    }
    return render(request, "pages/discharges/discharges.html", seen)


def taken_back_lately(rows: QuerySet[DischargeSummary], *, now: datetime) -> list[DischargeSummary]:
    """What hospitals sent in the last weeks to take a letter back that was entered in error, the newest first."""
    lately = rows.filter(state=State.SUPERSEDED, sent_at__gte=now - TAKEN_BACK_SHOWN).exclude(follows=None)
    return [each for each in lately.order_by("-sent_at")[:MOST] if is_a_mistake(each)]


def not_read_at_home(actor: Actor, *, now: datetime) -> list[DischargeSummary]:
    """What the actor's hospitals sent in the last weeks that nobody at the home has taken on, the oldest first.

    Nothing is awaited of who died or has left.
    """
    own = actor.organisations_with(Permission.WRITE_DISCHARGE)
    rows = DischargeSummary.objects.visible_to(actor, now=now).awaiting_acknowledgement()
    rows = rows.filter(organisation__in=own, sent_at__gte=now - AWAITED).about_who_lives_here().select_related(*JOINED)
    return list(rows.order_by("sent_at")[:MOST_ON_BOARD])


def _read(summary: DischargeSummary) -> bool:
    return getattr(summary, "acknowledgement", None) is not None


def _waits(summary: DischargeSummary) -> tuple[bool, bool, datetime]:
    """Urgent ones first, then those that nobody has opened, then the oldest."""
    return not summary.urgent_for, summary.opened_at is not None, summary.sent_at or summary.written_at


@never_cache
def discharge(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """One summary: what matters first, everything in it, what came before and after it."""
    summary, now = their_summary(request, summary_id), timezone.now()
    if summary.state in (State.HELD, State.READING):
        return redirect("web:held_summary", held_summary_id=summary.pk)
    if was_taken_off(summary):
        note_view("discharge", request, summary, now)
        return render(request, "pages/copied/taken_off.html", {"summary": summary})
    actions.opened(actor=request.actor, summary=summary, now=now)
    return _page(request, summary, now)


def _page(
    request: HttpRequest, summary: DischargeSummary, now: datetime, *, errors: dict[str, str] | None = None
) -> HttpResponse:
    note_view("discharge", request, summary, now)
    own = request.actor.may(Permission.WRITE_DISCHARGE, summary.organisation_id)
    at_home = request.actor.may(Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id)
    versions = _versions(request, summary, now)
    seen = {
        "at_home": at_home,
        "own": own,
        "versions": versions,
        "newest": next((each for each in versions if each.state == State.SENT), None),
        "deliveries": list(summary.deliveries()) if own else [],
        "errors": errors or {},
        "did": text(request.POST, "did") if errors else "",
        **everyone_sees(summary, actor=request.actor, now=now),
        **_first(summary, request, at_home=at_home, own=own, now=now),
    }
    return render(request, "pages/discharges/discharge.html", seen, status=422 if errors else 200)


def _first(summary: DischargeSummary, request: HttpRequest, *, at_home: bool, own: bool, now: datetime) -> dict:
    """What must be seen first: by the home, or of a draft by who writes it."""
    if at_home and summary.sent_at:
        return the_home_sees(summary, actor=request.actor, now=now)
    return the_home_will_see(summary) if own and summary.state == State.DRAFT else {}


def _versions(request: HttpRequest, summary: DischargeSummary, now: datetime) -> list[DischargeSummary]:
    """The letters of the same stay; without a journey those that this one follows, and that follow it."""
    rows = DischargeSummary.objects.visible_to(request.actor, now=now).select_related("acknowledgement")
    if summary.transfer_id is not None:
        return list(rows.filter(transfer=summary.transfer_id).order_by("-version"))
    near = {summary.pk, summary.follows_id, *rows.filter(follows=summary.pk).values_list("pk", flat=True)} - {None}
    return list(rows.filter(pk__in=near).order_by("-sent_at", "-version"))


def note_view(page: str, request: HttpRequest, summary: DischargeSummary, now: datetime, way: str = VIEWED) -> None:
    """Somebody looked at this summary."""
    where = request.actor.first_place()
    resident = summary.resident_id
    record_view(page, summary, actor=request.actor, at=now, organisation=where, resident=resident, way=way)


def acknowledge(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """*I have read this*: the signed-in person takes the summary on, once they had it open here."""
    summary, now = their_summary(request, summary_id), timezone.now()
    require(request.actor, Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id)
    if not was_opened(text(request.POST, "opened"), request.actor, summary):
        messages.warning(request, "Open it and read it to the end first. Then press the button at the end.")
        return redirect("web:discharge", summary_id=summary.pk)
    did = text(request.POST, "did")
    try:
        actions.acknowledge(actor=request.actor, summary=summary, name=None, role=None, did=did, now=now)
    except BadInput as wrong:
        return _page(request, summary, now, errors=wrong.errors)
    messages.success(request, f"Thank you. It stands here that you have read it{_who_sees(summary)}.")
    return redirect("web:discharge", summary_id=summary.pk)


def _who_sees(summary: DischargeSummary) -> str:
    return "" if summary.organisation_id == summary.home_id else f", and {summary.organisation.name} can see it"


@never_cache
def discharge_file(request: HttpRequest, summary_id: UUID) -> FileResponse:
    """The file a summary came as: a PDF opens, anything else is saved."""
    summary, now = their_summary(request, summary_id), timezone.now()
    if not summary.file or not default_storage.exists(summary.file):
        raise Http404
    actions.opened(actor=request.actor, summary=summary, now=now)
    note_view("discharge", request, summary, now, EXPORTED)
    pdf = summary.form == Form.PDF
    name = f"discharge-summary-version-{summary.version}.{actions.SUFFIX[Form(summary.form)]}"
    response = FileResponse(
        BytesIO(file_of(summary)),
        as_attachment=not pdf or "save" in request.GET,
        filename=name,
        content_type="application/pdf" if pdf else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
