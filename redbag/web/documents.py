"""Papers and pictures of a resident: the list, adding, looking at them, still right, taking them off."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.documents import actions, answering, looking_again
from redbag.documents.models import Document
from redbag.documents.reading import hidden_count, in_order, marked
from redbag.documents.uploads import MOST_PAGES
from redbag.errors import BadInput
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.web import showing
from redbag.web.residents import theirs
from redbag.web.typed import text

Kind = Document.Kind
TYPED = ("title", "dated_on", "look_again_on", "restricted")


def their_document(request: HttpRequest, document_id: UUID) -> Document:
    """The document, or 404 when it is none they may see; one taken off is seen by those who may bring it back."""
    rows = Document.objects.visible_to(request.actor).select_related("resident__home")
    kept = get_object_or_404(rows, pk=document_id)
    if kept.removed_at and not actions.may_remove(request.actor, kept):
        raise Http404
    return kept


@never_cache
def documents(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """What the home keeps of a resident on paper and in pictures, decisions first."""
    person, now = theirs(request, resident_id), timezone.now()
    record_view("documents", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    rows = list(Document.objects.visible_to(request.actor).filter(resident=person).select_related("resident"))
    kept = in_order([each for each in rows if each.removed_at is None])
    removed = [each for each in rows if each.removed_at and actions.may_remove(request.actor, each)]
    seen = {
        "resident": person,
        "rows": marked(kept, timezone.localdate(now)),
        "removed": removed,
        "hidden": hidden_count(person, actor=request.actor),
        "kinds": Kind.choices,
    }
    return render(request, "pages/documents/documents.html", seen)


@never_cache
def add(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """First what it is, then the file with what is to be said about it."""
    person, now = theirs(request, resident_id), timezone.now()
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    kind = text(request.POST, "kind") or text(request.GET, "kind")
    if kind not in Kind.values:
        return render(request, "pages/documents/choose.html", {"resident": person, "kinds": Kind.choices})
    if request.method != "POST":
        usual = looking_again.usual_date(kind, timezone.localdate(now))
        values = {"look_again_on": f"{usual:%d/%m/%Y}" if usual else "", "restricted": "yes" * (kind == Kind.WOUND)}
        return _form(request, person, kind, values, {})
    values = {name: text(request.POST, name) for name in TYPED}
    chosen = request.FILES.get("file")
    file = chosen.read(settings.MAX_UPLOAD_BYTES + 1) if chosen is not None else None
    try:
        kept = actions.add_document(
            actor=request.actor, resident=person, file=file, values={"kind": kind, **values}, now=now
        )
    except BadInput as wrong:
        return _form(request, person, kind, values, wrong.errors)
    hides = kept.restricted and not request.actor.may(Permission.READ_RESTRICTED, person.home_id)
    more = " It is restricted: ask the nurse in charge when you need to see it." if hides else ""
    messages.success(request, f"Kept: {kept.name} of {person.called}.{more}")
    return redirect("web:documents", person.pk)


def _form(request: HttpRequest, person: Resident, kind: str, values: dict, errors: dict) -> HttpResponse:
    context = {
        "resident": person,
        "kind": kind,
        "kind_name": Kind(kind).label,
        "decision": kind in (Kind.DNACPR, Kind.RESPECT, Kind.ADRT),
        "picture": kind in actions.PICTURES,
        "date_label": looking_again.date_label(kind),
        "values": values,
        "errors": errors,
        "restricted": [
            {
                "value": "yes",
                "text": "Intimate picture or paper",
                "checked": values.get("restricted") == "yes",
                "hint": {"text": "Only the nurse in charge and managers see it. It does not travel with the bag."},
            }
        ],
        "had_file": bool(errors) and "file" in request.FILES,
        "limit": settings.MAX_UPLOAD_BYTES // (1024 * 1024),
        "most_pages": MOST_PAGES,
    }
    return render(request, "pages/documents/add.html", context, status=422 if errors else 200)


@never_cache
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One document, page under page, with what can be done about it."""
    kept, now = their_document(request, document_id), timezone.now()
    _note_view("document", request, kept)
    today = timezone.localdate(now)
    seen = {
        "document": kept,
        "resident": kept.resident,
        "name_of": kept.resident.called,
        "words": looking_again.words(kept, today),
        "pages": showing.pages(kept),
        "may_say_still_right": looking_again.usual_date(kept.kind, today) is not None,
        "may_remove": actions.may_remove(request.actor, kept),
    }
    return render(request, "pages/documents/document.html", seen)


def document_page(request: HttpRequest, document_id: UUID, number: int) -> HttpResponse:
    """One page of a document as a picture."""
    kept = their_document(request, document_id)
    _note_view("document", request, kept)
    return answering.page_answer(kept, number)


def document_file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The document itself, to be saved."""
    kept = their_document(request, document_id)
    _note_view("document_file", request, kept)
    return answering.file_answer(kept)


def portrait(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """The photo of a resident, for the home's own pages; small with ?small."""
    person, now = theirs(request, resident_id), timezone.now()
    record_view("portrait", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    return answering.portrait_answer(person, small="small" in request.GET)


def still_right(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """*Still right*: look at it again after its usual time."""
    kept = their_document(request, document_id)
    kept = actions.say_still_right(actor=request.actor, document=kept, now=timezone.now())
    messages.success(request, f"{kept.name}: still right. {looking_again.words(kept, timezone.localdate())}.")
    return redirect("web:documents", kept.resident_id)


@never_cache
def remove(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Take a document off the lists, with the reason; it can be brought back."""
    kept = their_document(request, document_id)
    require(request.actor, Permission.WRITE_RESIDENTS, kept.resident.home)
    if not actions.may_remove(request.actor, kept):
        require(request.actor, Permission.REMOVE_DOCUMENTS, kept.resident.home)
    errors, why = {}, text(request.POST, "why")
    if request.method == "POST":
        try:
            actions.remove_document(actor=request.actor, document=kept, why=why, now=timezone.now())
            messages.success(request, f"Taken off: {kept.name}. It is under Taken off, and can be brought back.")
            return redirect("web:documents", kept.resident_id)
        except BadInput as wrong:
            errors = wrong.errors
    context = {"document": kept, "resident": kept.resident, "why": why, "errors": errors}
    return render(request, "pages/documents/remove.html", context, status=422 if errors else 200)


def bring_back(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A document that was taken off is on the lists again."""
    kept = their_document(request, document_id)
    actions.bring_back(actor=request.actor, document=kept, now=timezone.now())
    messages.success(request, f"{kept.name} is back.")
    return redirect("web:documents", kept.resident_id)


def _note_view(page: str, request: HttpRequest, kept: Document) -> None:
    """Write that somebody of the home looked; the pictures of the pages are one view with the page they stand on."""
    home, now = kept.resident.home, timezone.now()
    record_view(page, kept, actor=request.actor, at=now, organisation=home, resident=kept.resident)
