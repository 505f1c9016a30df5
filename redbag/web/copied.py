"""A letter that came on paper: photograph it page by page, look it through, say whose it is and that it is whole."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.discharges import copy_pages, copying
from redbag.discharges.models import DischargeSummary, LetterCopy
from redbag.documents import answering
from redbag.documents.drawing import draw_page
from redbag.documents.pictures import smaller
from redbag.documents.uploads import MOST_PAGES, read_chosen
from redbag.errors import BadInput, Busy
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer
from redbag.vault import read_file
from redbag.web.about_letter import about_letter, values_of
from redbag.web.drafts import forget
from redbag.web.residents import theirs
from redbag.web.typed import text

SMALL = 480


def their_copy(request: HttpRequest, copy_id: UUID) -> LetterCopy:
    """A copy that their home has begun; 404 otherwise."""
    rows = LetterCopy.objects.visible_to(request.actor).select_related("resident__home", "transfer", "replaces")
    return get_object_or_404(rows, pk=copy_id)


@never_cache
def copy_letter(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Begin: take photos of the letter or choose its file, or go on with what was begun."""
    person, now = theirs(request, resident_id), timezone.now()
    require(request.actor, Permission.COPY_LETTERS, person.home)
    journey, earlier = _journey(request, person), _earlier(request, person)
    note = "return_note" in request.GET or bool(earlier and earlier.return_note)
    what = {"transfer": journey, "replaces": earlier, "return_note": note}
    record_view("copy_letter", person, actor=request.actor, at=now, organisation=person.home, resident=person)
    if request.method != "POST":
        return _begin(request, person, what)
    files = _chosen(request)
    if not files:
        return _begin(request, person, what, NOTHING)
    copy = copying.begin_copy(
        actor=request.actor, resident=person, transfer=journey, replaces=earlier, return_note=note, now=now
    )
    return _added(request, copy, files)


NOTHING = {"file": "Take a photo of the letter, or choose its file."}


def _begin(request: HttpRequest, person: Resident, what: dict, errors: dict | None = None) -> HttpResponse:
    rows = LetterCopy.objects.visible_to(request.actor).filter(resident=person)
    begun = rows.exclude(pages="").order_by("-changed_at")
    seen = {
        "resident": person,
        "begun": [{"copy": each, "pages": len(copy_pages.pages_in(each))} for each in begun],
        **what,
        **_limits(errors),
    }
    return render(request, "pages/copied/begin.html", seen, status=422 if errors else 200)


def _limits(errors: dict | None) -> dict:
    limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
    return {"errors": errors or {}, "limit": limit, "most_pages": MOST_PAGES}


def _journey(request: HttpRequest, person: Resident) -> Transfer | None:
    """The journey the letter belongs to: the one named, which must be theirs; else the newest of this home."""
    rows = Transfer.objects.visible_to(request.actor, now=timezone.now()).filter(resident=person, home=person.home_id)
    asked = request.GET.get("transfer")
    if asked is None:
        return rows.order_by("-packed_at").first()
    return None if asked == "none" else get_object_or_404(rows, pk=_uuid(asked))


def _earlier(request: HttpRequest, person: Resident) -> DischargeSummary | None:
    """The copy that this one is to replace."""
    asked = request.GET.get("replaces")
    if asked is None:
        return None
    rows = DischargeSummary.objects.visible_to(request.actor, now=timezone.now())
    rows = rows.filter(resident=person, source=DischargeSummary.Source.COPIED)
    return get_object_or_404(rows.select_related("transfer"), pk=_uuid(asked))


def _uuid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Http404 from None


def _chosen(request: HttpRequest) -> list[bytes]:
    files = [read_chosen(each) for name in ("photo", "file") for each in request.FILES.getlist(name)]
    return [file for file in files if file]


def _added(request: HttpRequest, copy: LetterCopy, files: list[bytes]) -> HttpResponse:
    try:
        faults = copy_pages.add_pages(actor=request.actor, copy=copy, files=files, now=timezone.now())
    except Busy as busy:
        faults = [str(busy)]
    if faults:
        return _pages(request, copy, {"file": " ".join(faults)})
    return redirect(reverse("web:letter_copy", args=[copy.pk]) + "#pages")


@never_cache
def letter_copy(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """The pages so far: add, move, turn, take off, and go on when it is whole."""
    copy, now = their_copy(request, copy_id), timezone.now()
    require(request.actor, Permission.COPY_LETTERS, copy.home_id)
    record_view("letter_copy", copy, actor=request.actor, at=now, organisation=copy.home_id, resident=copy.resident)
    if request.method != "POST":
        return _pages(request, copy)
    if change := text(request.POST, "change"):
        page = text(request.POST, "page")
        copy_pages.change_page(actor=request.actor, copy=copy, page=page, change=change, now=now)
        return redirect(reverse("web:letter_copy", args=[copy.pk]) + "#pages")
    files = _chosen(request)
    return _added(request, copy, files) if files else _pages(request, copy, NOTHING)


def _pages(request: HttpRequest, copy: LetterCopy, errors: dict | None = None) -> HttpResponse:
    copy = their_copy(request, copy.pk)
    pages = copy_pages.pages_in(copy)
    seen = {"copy": copy, "resident": copy.resident, "pages": pages, **_limits(errors)}
    seen["count"] = sum(each.pages for each in pages)
    return render(request, "pages/copied/pages.html", seen, status=422 if errors else 200)


def letter_copy_page(request: HttpRequest, copy_id: UUID, number: int) -> HttpResponse:
    """One page of an unfinished copy as a picture: small, or large with ?large."""
    copy = their_copy(request, copy_id)
    pages, now = copy_pages.pages_in(copy), timezone.now()
    if not 1 <= number <= len(pages):
        raise Http404
    record_view("letter_copy", copy, actor=request.actor, at=now, organisation=copy.home_id, resident=copy.resident)
    page = pages[number - 1]

    def read() -> bytes:
        whole = read_file(page.file)
        jpeg = draw_page(whole, 1) if page.is_pdf else whole
        return jpeg if "large" in request.GET else smaller(jpeg, side=SMALL)

    return answering.picture_answer(read)


@never_cache
def whole_letter(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """*This is the whole letter*: who wrote it, when, and what on it shows whose it is."""
    copy, now = their_copy(request, copy_id), timezone.now()
    require(request.actor, Permission.COPY_LETTERS, copy.home_id)
    if not copy_pages.pages_in(copy):
        return redirect("web:letter_copy", copy.pk)
    if request.method != "POST":
        record_view("letter_copy", copy, actor=request.actor, at=now, organisation=copy.home_id, resident=copy.resident)
        return _whole(request, copy, _usual(copy), {})
    values = values_of(request)
    try:
        summary = copying.finish_copy(actor=request.actor, copy=copy, values=values, now=now)
    except BadInput as wrong:
        return _whole(request, copy, values, wrong.errors)
    forget(request, "whole_letter", copy.pk)
    messages.success(request, f"Kept with {copy.resident.called}. Nobody has taken it on yet: read it now.")
    return redirect("web:discharge", summary.pk)


def _usual(copy: LetterCopy) -> dict:
    """The hospital that the journey went to; everything else is to be read from the letter."""
    going = copy.transfer.destination if copy.transfer else None
    return {"hospital": going.ods_code if going else "", "seen": [], "headings": {}}


def _whole(request: HttpRequest, copy: LetterCopy, values: dict, errors: dict) -> HttpResponse:
    pages = copy_pages.pages_in(copy)
    seen = {
        "copy": copy,
        "pages": pages,
        "count": sum(each.pages for each in pages),
        **about_letter(copy.resident, values, errors, undated=copy.return_note),
    }
    return render(request, "pages/copied/whole.html", seen, status=422 if errors else 200)


@never_cache
def somebody_elses(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """The letter in hand is not this resident's: what to do, and the pages are gone at once."""
    copy, now = their_copy(request, copy_id), timezone.now()
    require(request.actor, Permission.COPY_LETTERS, copy.home_id)
    if request.method == "POST":
        copying.not_theirs(actor=request.actor, copy=copy, now=now)
        return render(request, "pages/copied/not_theirs.html", {"resident": copy.resident, "done": True})
    return render(request, "pages/copied/not_theirs.html", {"copy": copy, "resident": copy.resident, "done": False})


def leave_copy(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Throw the pages away."""
    copy = their_copy(request, copy_id)
    copying.leave_copy(actor=request.actor, copy=copy, now=timezone.now())
    messages.success(request, "Thrown away: nothing of it was kept.")
    return redirect("web:resident", copy.resident_id)
