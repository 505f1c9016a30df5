"""Discharge summaries: the ward writes and sends, the home opens, reads and takes on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges import actions
from redbag.discharges.models import DischargeSummary
from redbag.errors import BadInput
from redbag.incoming.headings import FILLED_BY_THE_SERVICE, HEADINGS, Heading
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.organisations.models import Organisation, Role
from redbag.transfers.models import Transfer
from redbag.web.drafts import forget
from redbag.web.telling import acting_for
from redbag.web.transfers import their_transfer
from redbag.web.typed import text

Form, State = DischargeSummary.Form, DischargeSummary.State
MOST = 100
FIRST_TYPED = (
    "diagnoses",
    "clinical_summary",
    "allergies_and_adverse_reactions",
    "medications_and_medical_devices",
    "plan_and_requested_actions",
)
FIRST_READ = ("medications_and_medical_devices", "plan_and_requested_actions", "allergies_and_adverse_reactions")


@dataclass(frozen=True)
class Box:
    """A heading to type under."""

    heading: Heading
    value: str
    error: str

    @property
    def id(self) -> str:
        """The name of its field."""
        return f"heading-{self.heading.slug}"

    @property
    def hint(self) -> str:
        """What to know before typing; empty when the title says it."""
        if self.heading.slug in FILLED_BY_THE_SERVICE:
            return "Leave empty: Red Bag fills this in."
        return "Every summary should have this." if self.heading.mandatory else ""


def _their_summary(request: HttpRequest, summary_id: UUID) -> DischargeSummary:
    rows = DischargeSummary.objects.visible_to(request.actor, now=timezone.now())
    rows = rows.select_related("transfer", "resident", "home", "organisation", "acknowledgement")
    return get_object_or_404(rows, pk=summary_id)


@never_cache
def discharges(request: HttpRequest) -> HttpResponse:
    """Every summary of the last weeks, those that nobody has read on top."""
    now = timezone.now()
    rows = DischargeSummary.objects.visible_to(request.actor, now=now).exclude(state=State.SUPERSEDED)
    rows = rows.select_related("transfer", "resident", "home", "organisation", "acknowledgement")
    shown = list(rows.order_by(F("acknowledgement__at").desc(nulls_first=True), "-written_at")[:MOST])
    if shown:
        residents = sorted({each.resident_id for each in shown if each.resident_id})
        record_view("discharges", None, actor=request.actor, at=now, organisation=None, residents=residents)
    unread = [each for each in shown if not _read(each)]
    seen = {"unread": unread, "done": [each for each in shown if _read(each)]}
    return render(request, "pages/discharges/discharges.html", seen)


def _read(summary: DischargeSummary) -> bool:
    return getattr(summary, "acknowledgement", None) is not None


@never_cache
def discharge(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """One summary, everything in it, with what came before and after it."""
    summary, now = _their_summary(request, summary_id), timezone.now()
    transfer = summary.transfer
    actions.opened(actor=request.actor, summary=summary, now=now)
    _note_view("discharge", request, summary, now)
    versions = DischargeSummary.objects.visible_to(request.actor, now=now).filter(transfer=transfer)
    versions = list(versions.select_related("acknowledgement").order_by("-version"))
    own = request.actor.may(Permission.WRITE_DISCHARGE, summary.organisation_id)
    acknowledgement = getattr(summary, "acknowledgement", None)
    seen = {
        "summary": summary,
        "transfer": transfer,
        "at_home": request.actor.may(Permission.ACKNOWLEDGE_DISCHARGE, summary.home_id),
        "own": own,
        "acknowledgement": acknowledgement,
        "role": dict(Role.choices).get(acknowledgement.role, acknowledgement.role) if acknowledgement else "",
        "sections": sorted(summary.sections(), key=_when_read),
        "missing": summary.missing(),
        "versions": versions,
        "newest": next((each for each in versions if each.state == State.SENT), None),
        "deliveries": list(summary.deliveries()) if own else [],
    }
    return render(request, "pages/discharges/discharge.html", seen)


def _note_view(page: str, request: HttpRequest, summary: DischargeSummary, now: datetime) -> None:
    where = request.actor.first_place()
    resident = summary.resident_id
    record_view(page, summary, actor=request.actor, at=now, organisation=where, resident=resident)


def _when_read(section) -> int:
    return FIRST_READ.index(section.slug) if section.slug in FIRST_READ else len(FIRST_READ)


def acknowledge(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """*I have read this*: the signed-in person takes the summary on."""
    summary = _their_summary(request, summary_id)
    actions.acknowledge(actor=request.actor, summary=summary, name=None, role=None, now=timezone.now())
    messages.success(request, f"Thank you. {summary.organisation.name} can see that you have read it.")
    return redirect("web:discharge", summary_id=summary.pk)


@never_cache
def discharge_file(request: HttpRequest, summary_id: UUID) -> FileResponse:
    """The file a summary came as: a PDF opens, anything else is saved."""
    summary, now = _their_summary(request, summary_id), timezone.now()
    if not summary.file or not default_storage.exists(summary.file):
        raise Http404
    actions.opened(actor=request.actor, summary=summary, now=now)
    _note_view("discharge.file", request, summary, now)
    pdf = summary.form == Form.PDF
    name = f"discharge-summary-version-{summary.version}.{actions.SUFFIX[Form(summary.form)]}"
    response = FileResponse(
        default_storage.open(summary.file),
        as_attachment=not pdf or "save" in request.GET,
        filename=name,
        content_type="application/pdf" if pdf else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
def write_discharge(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Write a summary of this stay: by heading, or as a PDF."""
    transfer = their_transfer(request, transfer_id)
    organisation = acting_for(request.actor, transfer, Permission.WRITE_DISCHARGE)
    if request.method != "POST":
        return _begin(request, transfer, organisation)
    try:
        summary = actions.write_summary(
            actor=request.actor,
            transfer=transfer,
            organisation=organisation,
            draft=_draft(request),
            now=timezone.now(),
            **_content(request),
        )
    except BadInput as wrong:
        return _form(request, transfer, texts=_typed(request), errors=wrong.errors)
    return _written(request, summary, transfer.pk)


def _begin(request: HttpRequest, transfer: Transfer, organisation: Organisation) -> HttpResponse:
    """The draft that was begun, to go on with; else a form with what the version before says."""
    rows = DischargeSummary.objects.visible_to(request.actor, now=timezone.now())
    own = rows.filter(transfer=transfer, organisation=organisation).order_by("-version")
    draft = own.filter(state=State.DRAFT).first()
    if draft is not None and "new" not in request.GET:
        return render(request, "pages/discharges/begun.html", {"transfer": transfer, "draft": draft})
    before = own.filter(state=State.SENT).first()
    return _form(request, transfer, texts=before.texts() if before else {}, before=before)


@never_cache
def edit_discharge(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """Go on with a draft."""
    summary = _their_summary(request, summary_id)
    require(request.actor, Permission.WRITE_DISCHARGE, summary.organisation)
    if request.method != "POST":
        return _form(request, summary.transfer, texts=summary.texts(), draft=summary)
    now, content = timezone.now(), _content(request)
    try:
        summary = actions.change_draft(actor=request.actor, summary=summary, now=now, **content)
        if not _draft(request):
            summary = actions.send_draft(actor=request.actor, summary=summary, now=now)
    except BadInput as wrong:
        return _form(request, summary.transfer, texts=_typed(request), errors=wrong.errors, draft=summary)
    return _written(request, summary, summary.pk)


def _draft(request: HttpRequest) -> bool:
    return text(request.POST, "what") == "draft"


def _typed(request: HttpRequest) -> dict[str, str]:
    return {each.slug: text(request.POST, f"heading-{each.slug}") for each in HEADINGS}


def _content(request: HttpRequest) -> dict:
    """What the form brings. Of a file never more than one byte over the limit is read."""
    chosen = request.FILES.get("file")
    file = chosen.read(settings.MAX_UPLOAD_BYTES + 1) if chosen is not None else None
    return {"headings": _typed(request), "file": file, "form": Form.HEADINGS if chosen is None else Form.PDF}


def _written(request: HttpRequest, summary: DischargeSummary, about: UUID) -> HttpResponse:
    forget(request, "discharge", about)
    if summary.state == State.DRAFT:
        messages.success(request, "Draft kept. The home does not see it until you send it.")
        return redirect("web:edit_discharge", summary_id=summary.pk)
    messages.success(request, f"Sent to {summary.home.name}. You see here when they have read it.")
    return redirect("web:discharge", summary_id=summary.pk)


def _form(request: HttpRequest, transfer: Transfer, *, texts, errors=None, draft=None, before=None) -> HttpResponse:
    errors = {name.replace("headings.", "heading-"): words for name, words in (errors or {}).items()}
    boxes = {h.slug: Box(h, texts.get(h.slug, ""), errors.get(f"heading-{h.slug}", "")) for h in HEADINGS}
    seen = {
        "transfer": transfer,
        "draft": draft,
        "before": before,
        "errors": errors,
        "first": [boxes[slug] for slug in FIRST_TYPED],
        "more": [box for slug, box in boxes.items() if slug not in FIRST_TYPED],
        "more_open": any(box.value or box.error for slug, box in boxes.items() if slug not in FIRST_TYPED),
        "limit": settings.MAX_UPLOAD_BYTES // (1024 * 1024),
        "had_file": bool(errors) and "file" in request.FILES,
    }
    return render(request, "pages/discharges/write.html", seen, status=422 if errors else 200)
