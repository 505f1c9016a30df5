"""Papers and pictures of a resident: the list, adding, looking at them, still right, taking them off."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.documents import actions, answering, looking_again
from redbag.documents.models import Document
from redbag.documents.reading import FIRST, hidden_but_removable, hidden_count, in_order, marked, record_look
from redbag.documents.uploads import MOST_PAGES, read_chosen
from redbag.errors import BadInput, Busy
from redbag.journal.recording import EXPORTED, record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.web import showing
from redbag.web.residents import theirs
from redbag.web.typed import text

Kind = Document.Kind


def their_document(request: HttpRequest, document_id: UUID) -> Document:
    """The document, or 404 when it is none they may look at."""
    rows = Document.objects.readable_by(request.actor).select_related("resident__home")
    return get_object_or_404(rows, pk=document_id)


def their_slip(request: HttpRequest, document_id: UUID) -> tuple[Document, str]:
    """A document that they may look at, or take off because they added it; and what it is called for them."""
    rows = Document.objects.known_to(request.actor).select_related("resident__home")
    kept = get_object_or_404(rows, pk=document_id)
    shut = kept.restricted and not request.actor.may(Permission.READ_RESTRICTED, kept.resident.home_id)
    return kept, kept.get_kind_display() if shut else kept.name


@never_cache
def documents(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """What the home keeps of a resident on paper and in pictures, decisions first."""
    person, now = theirs(request, resident_id), timezone.now()
    record_view("documents", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    rows = list(Document.objects.readable_by(request.actor).of_person(person.pk).select_related("resident"))
    kept = in_order([each for each in rows if each.removed_at is None])
    seen = {
        "resident": person,
        "rows": marked(kept, timezone.localdate(now)),
        "removed": [each for each in rows if each.removed_at],
        "slips": hidden_but_removable(person, actor=request.actor),
        "hidden": hidden_count(person, actor=request.actor),
        "kinds": Kind.choices,
    }
    return render(request, "pages/documents/documents.html", seen)


@never_cache
def add(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """First what it is, then the file with what is to be said about it."""
    person, now = theirs(request, resident_id), timezone.now()
    require(request.actor, Permission.WRITE_RESIDENTS, person.home)
    record_view("add_document", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    kind = text(request.POST, "kind") or text(request.GET, "kind")
    if kind not in Kind.values:
        return render(request, "pages/documents/choose.html", {"resident": person, "kinds": Kind.choices})
    if request.method != "POST":
        usual = looking_again.usual_date(kind, timezone.localdate(now))
        values = {"look_again_on": f"{usual:%d/%m/%Y}" if usual else "", "restricted": "yes" * (kind == Kind.WOUND)}
        return _form(request, person, kind, values, {})
    values = {name: text(request.POST, name) for name in actions.TYPED}
    values["restricted"] = values["restricted"] or "no"  # a tick that is not set sends nothing
    file = read_chosen(request.FILES.get("file"))
    try:
        kept = actions.add_document(actor=request.actor, resident=person, file=file, values=values, now=now)
    except BadInput as wrong:
        return _form(request, person, kind, values, wrong.errors)
    except Busy as busy:
        return _form(request, person, kind, values, {"file": str(busy)})
    hides = kept.restricted and not request.actor.may(Permission.READ_RESTRICTED, person.home_id)
    more = " It is restricted: ask the nurse in charge when you need to see it." if hides else ""
    messages.success(request, f"Kept: {kept.name} of {person.called}.{more}")
    return redirect("web:documents", person.pk)


def _form(request: HttpRequest, person: Resident, kind: str, values: dict, errors: dict) -> HttpResponse:
    context = {
        "resident": person,
        "kind": kind,
        "kind_name": Kind(kind).label,
        "decision": kind in FIRST,
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
    record_look("document", kept, actor=request.actor, now=now)
    today = timezone.localdate(now)
    seen = {
        "document": kept,
        "resident": kept.resident,
        "name_of": kept.resident.called,
        "words": looking_again.words(kept, today),
        "pages": showing.pages(kept),
        "may_say_still_right": looking_again.usual_date(kept.kind, today) is not None,
        "may_remove": actions.may_remove(request.actor, kept),
        "may_restrict": request.actor.may(Permission.READ_RESTRICTED, kept.resident.home_id),
    }
    return render(request, "pages/documents/document.html", seen)


def document_page(request: HttpRequest, document_id: UUID, number: int) -> HttpResponse:
    """One page of a document as a picture."""
    kept = their_document(request, document_id)
    record_look("document", kept, actor=request.actor, now=timezone.now())
    return answering.page_answer(kept, number)


def document_file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The document itself, to be saved."""
    kept = their_document(request, document_id)
    record_look("document", kept, actor=request.actor, now=timezone.now(), way=EXPORTED)
    return answering.file_answer(kept)


def portrait(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """The photo of a resident, for the home's own pages; small with ?small."""
    person, now = theirs(request, resident_id), timezone.now()
    record_view("portrait", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    return answering.portrait_answer(request, person, small="small" in request.GET)


def still_right(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """*Still right*: look at it again after its usual time."""
    kept = their_document(request, document_id)
    kept = actions.say_still_right(actor=request.actor, document=kept, now=timezone.now())
    messages.success(request, f"{kept.name}: still right. {looking_again.words(kept, timezone.localdate())}.")
    return redirect("web:documents", kept.resident_id)


def restrict(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Shut a document to all but the nurse in charge and managers, or open it to everybody again."""
    kept = their_document(request, document_id)
    restricted = actions.said_yes(text(request.POST, "restricted"))
    require(request.actor, Permission.READ_RESTRICTED, kept.resident.home)
    if restricted is None:
        raise BadInput({"restricted": "Choose one of the buttons."})
    kept = actions.restrict_document(actor=request.actor, document=kept, restricted=restricted, now=timezone.now())
    shut, open_ = "is now restricted, and does not travel", "is no longer restricted, and travels with the bag"
    messages.success(request, f"{kept.name} {shut if kept.restricted else open_}.")
    return redirect("web:document", kept.pk)


@never_cache
def remove(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Take a document off the lists, with the reason; it can be brought back."""
    kept, name = their_slip(request, document_id)
    require(request.actor, Permission.WRITE_RESIDENTS, kept.resident.home)
    if not actions.may_remove(request.actor, kept):
        require(request.actor, Permission.REMOVE_DOCUMENTS, kept.resident.home)
    errors, why = {}, text(request.POST, "why")
    if request.method == "POST":
        try:
            actions.remove_document(actor=request.actor, document=kept, why=why, now=timezone.now())
            messages.success(request, f"Taken off: {name}. It is under Taken off, and can be brought back.")
            return redirect("web:documents", kept.resident_id)
        except BadInput as wrong:
            errors = wrong.errors
    context = {"document": kept, "name": name, "resident": kept.resident, "why": why, "errors": errors}
    return render(request, "pages/documents/remove.html", context, status=422 if errors else 200)


def bring_back(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A document that was taken off is on the lists again."""
    kept, name = their_slip(request, document_id)
    actions.bring_back(actor=request.actor, document=kept, now=timezone.now())
    messages.success(request, f"{name} is back.")
    return redirect("web:documents", kept.resident_id)
