"""The ward writes a discharge summary, looks at it as the home will see it, and sends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.departures.stays import is_in_hospital
from redbag.discharges import actions
from redbag.discharges.files import file_of
from redbag.discharges.models import DischargeSummary
from redbag.discharges.standing import could_not_be_read
from redbag.discharges.typed_lists import typed_lists
from redbag.errors import BadInput
from redbag.incoming.headings import FILLED_BY_THE_SERVICE, HEADINGS, Heading
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.organisations.models import Organisation
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Stage
from redbag.web.discharges import their_summary
from redbag.web.drafts import forget
from redbag.web.sent_meanwhile import MEANWHILE, begun_from, sent_meanwhile, sent_since
from redbag.web.telling import acting_for
from redbag.web.transfers import their_transfer
from redbag.web.typed import text
from redbag.web.writing_lists import CHANGES, SAYS, named_errors, rows_of, told_beside, typed_beside

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
    """Write a summary of this stay: by heading, or as a PDF; medicines and allergies one by one if there is time."""
    transfer = their_transfer(request, transfer_id)
    organisation = acting_for(request.actor, transfer, Permission.WRITE_DISCHARGE)
    if request.method != "POST":
        _note_look(request, transfer, organisation)
        if _at_home_still(transfer) and "sure" not in request.GET:
            return render(request, "pages/discharges/at_home_still.html", {"transfer": transfer})
        return _begin(request, transfer, organisation)
    before = _before(request, transfer, organisation)
    if _what(request) == "more":
        return _form(request, transfer, organisation, fields=request.POST, before=before)
    if meanwhile := sent_meanwhile(request, transfer, organisation):
        return _form(request, transfer, organisation, fields=request.POST, errors=meanwhile, before=before)
    try:
        summary = actions.write_summary(
            actor=request.actor,
            transfer=transfer,
            organisation=organisation,
            draft=_what(request) != "send",
            now=timezone.now(),
            **_content(request, None),
        )
    except BadInput as wrong:
        return _form(request, transfer, organisation, fields=request.POST, errors=wrong.errors, before=before)
    return _written(request, summary, transfer.pk)


def _note_look(request: HttpRequest, transfer: Transfer, where: Organisation) -> None:
    now, resident = timezone.now(), transfer.resident_id
    record_view("write_discharge", transfer, actor=request.actor, at=now, organisation=where, resident=resident)


def _at_home_still(transfer: Transfer) -> bool:
    """Whether nobody has taken them along yet, as far as anybody has told."""
    return transfer.stage == Stage.PACKED and not is_in_hospital(transfer)


def _before(request: HttpRequest, transfer: Transfer, organisation: Organisation) -> DischargeSummary | None:
    """What this hospital sent last of this stay."""
    rows = DischargeSummary.objects.visible_to(request.actor, now=timezone.now())
    sent = rows.filter(transfer=transfer, organisation=organisation, state=State.SENT)
    whole = sent.exclude(relation=DischargeSummary.Relation.APPENDS).order_by("-version")
    return next((each for each in whole if not could_not_be_read(each)), None)


def _begin(request: HttpRequest, transfer: Transfer, organisation: Organisation) -> HttpResponse:
    """The draft that was begun, to go on with; else a form with what the version before says."""
    rows = DischargeSummary.objects.visible_to(request.actor, now=timezone.now())
    draft = rows.filter(transfer=transfer, organisation=organisation, state=State.DRAFT).order_by("-version").first()
    if draft is not None and "new" not in request.GET:
        return render(request, "pages/discharges/begun.html", {"transfer": transfer, "draft": draft})
    before = _before(request, transfer, organisation)
    return _form(request, transfer, organisation, fields=_fields_of(before) if before else {}, before=before)


@never_cache
def edit_discharge(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """Go on with a draft."""
    summary = their_summary(request, summary_id)
    require(request.actor, Permission.WRITE_DISCHARGE, summary.organisation)
    if summary.state == State.DRAFT and summary.form not in actions.TYPED:
        messages.warning(request, "This draft came as a document. Send it as it is, or write a new one.")
        return redirect("web:discharge", summary_id=summary.pk)
    before = _before(request, summary.transfer, summary.organisation)
    form = partial(_form, request, summary.transfer, summary.organisation, draft=summary, before=before)
    if request.method != "POST":
        _note_look(request, summary.transfer, summary.organisation)
        return form(fields=_fields_of(summary))
    if _what(request) == "more":
        return form(fields=request.POST)
    if meanwhile := sent_meanwhile(request, summary.transfer, summary.organisation):
        return form(fields=request.POST, errors=meanwhile)
    now = timezone.now()
    try:
        summary = actions.change_draft(actor=request.actor, summary=summary, now=now, **_content(request, summary))
        if _what(request) == "send":
            summary = actions.send_draft(actor=request.actor, summary=summary, now=now)
    except BadInput as wrong:
        return form(fields=request.POST, errors=wrong.errors)
    return _written(request, summary, summary.pk)


def send_discharge(request: HttpRequest, summary_id: UUID) -> HttpResponse:
    """Send a draft as it was looked at."""
    summary = their_summary(request, summary_id)
    require(request.actor, Permission.WRITE_DISCHARGE, summary.organisation)
    if sent_since(request, summary) and summary.form in actions.TYPED:
        messages.warning(request, MEANWHILE)
        return redirect("web:edit_discharge", summary_id=summary.pk)
    try:
        summary = actions.send_draft(actor=request.actor, summary=summary, now=timezone.now())
    except BadInput as wrong:
        messages.warning(request, " ".join(wrong.errors.values()))
        return redirect("web:edit_discharge", summary_id=summary.pk)
    return _written(request, summary, summary.pk)


def _what(request: HttpRequest) -> str:
    """Which button was pressed: send, look (keep and look at it), draft, more (lines)."""
    asked = text(request.POST, "what")
    return asked if asked in ("look", "draft", "more") else "send"


def _typed(fields: Mapping) -> dict[str, str]:
    return {each.slug: text(fields, f"heading-{each.slug}") for each in HEADINGS}


def _fields_of(summary: DischargeSummary) -> dict[str, str]:
    """The fields of the form for what a draft or the version before says."""
    texts = {f"heading-{slug}": words for slug, words in summary.texts().items()}
    return texts | told_beside(summary.read()) | {"relation": summary.relation}


def _content(request: HttpRequest, draft: DischargeSummary | None) -> dict:
    """What the form brings. Of a file never more than one byte over the limit is read; a draft's own file stays."""
    chosen, file = request.FILES.get("file"), None
    if chosen is not None:
        file = chosen.read(settings.MAX_UPLOAD_BYTES + 1)
    elif draft is not None and draft.file and draft.form == Form.PDF and "drop_file" not in request.POST:
        file = file_of(draft)
    return {
        "headings": _typed(request.POST),
        "file": file,
        "form": Form.HEADINGS if file is None else Form.PDF,
        "relation": text(request.POST, "relation"),
        "typed": typed_lists(**typed_beside(request.POST), headings=_typed(request.POST)),
    }


def _written(request: HttpRequest, summary: DischargeSummary, about: UUID) -> HttpResponse:
    forget(request, "discharge", about)
    if summary.state == State.DRAFT and _what(request) == "draft":
        messages.success(request, "Draft kept. The home does not see it until you send it.")
        return redirect("web:edit_discharge", summary_id=summary.pk)
    if summary.state == State.SENT:
        messages.success(request, f"Sent to {summary.home.name}. You see here when they have read it.")
    return redirect("web:discharge", summary_id=summary.pk)


def _form(
    request: HttpRequest,
    transfer: Transfer,
    organisation: Organisation,
    *,
    fields: Mapping,
    errors=None,
    draft=None,
    before=None,
) -> HttpResponse:
    errors, more = named_errors(fields, errors or {}), _what(request) == "more"
    texts = _typed(fields)
    boxes = {h.slug: Box(h, texts[h.slug], errors.get(f"heading-{h.slug}", "")) for h in HEADINGS}
    medicines = rows_of(fields, "medicine", errors, more=more)
    allergies = rows_of(fields, "allergy", errors, more=more)
    seen = {
        "transfer": transfer,
        "draft": draft,
        "before": before,
        "begun_from": begun_from(request, transfer, organisation, fields, errors),
        "sent_since": draft is not None and request.method != "POST" and sent_since(request, draft),
        "errors": errors,
        "first": [boxes[slug] for slug in FIRST_TYPED],
        "more": [box for slug, box in boxes.items() if slug not in FIRST_TYPED],
        "more_open": any(box.value or box.error for slug, box in boxes.items() if slug not in FIRST_TYPED),
        "limit": settings.MAX_UPLOAD_BYTES // (1024 * 1024),
        "had_file": (bool(errors) or more) and "file" in request.FILES,
        "relation": text(fields, "relation") or "replaces",
        "medicines": medicines,
        "allergies": allergies,
        "lists_open": more or any(row.values for row in (*medicines, *allergies)),
        "changes": CHANGES,
        "says": SAYS,
        "say": text(fields, "allergies_say"),
        "no_medicines": bool(fields.get("no_medicines")),
    }
    return render(request, "pages/discharges/write.html", seen, status=422 if errors else 200)
