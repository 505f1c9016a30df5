"""The ward writes a discharge summary, looks at it as the home will see it, and sends it."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges import actions
from redbag.discharges.models import DischargeSummary
from redbag.errors import BadInput
from redbag.incoming.headings import FILLED_BY_THE_SERVICE, HEADINGS, Heading
from redbag.organisations.access import Permission, require
from redbag.organisations.models import Organisation
from redbag.transfers.models import Transfer
from redbag.web.discharges import their_summary
from redbag.web.drafts import forget
from redbag.web.telling import acting_for
from redbag.web.transfers import their_transfer
from redbag.web.typed import text

Form, State = DischargeSummary.Form, DischargeSummary.State
FIRST_TYPED = (
    "diagnoses",
    "clinical_summary",
    "allergies_and_adverse_reactions",
    "medications_and_medical_devices",
    "plan_and_requested_actions",
)


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
    summary = their_summary(request, summary_id)
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
