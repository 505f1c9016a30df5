"""The papers of a journey, and the page that the QR printed on them opens for a ward without an account."""

from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.documents.models import Document
from redbag.documents.reading import travelling_documents
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.packs.actions import LONGEST, OPEN_FOR, open_sheet, print_paper, stop_sheet
from redbag.packs.models import Paper, Reader, Sheet
from redbag.packs.sheets import find_sheet, is_open, reader_of, sheet_of
from redbag.transfers.emergency import emergency
from redbag.transfers.models import Transfer
from redbag.web.patient import item_rows, sections_shown
from redbag.web.skin import around
from redbag.web.typed import text as typed_text

TRIES, WINDOW = 30, 10 * 60
SALT = "printed-sheet"


@never_cache
def paper(request: HttpRequest, transfer_id: UUID, kind: str) -> HttpResponse:
    """A paper as PDF, never older than what the home has told; printing it is written in the journal."""
    now = timezone.now()
    rows = Transfer.objects.visible_to(request.actor, now=now)
    transfer = get_object_or_404(rows, pk=transfer_id)
    if kind not in Paper.Kind.values:
        raise Http404
    handed = print_paper(actor=request.actor, transfer=transfer, kind=kind, now=now)
    return HttpResponse(handed.content, headers=handed.headers)


@never_cache
def sheet(request: HttpRequest, token: str) -> HttpResponse:
    """What the printed QR opens: who are you, then the first screen as it is now; after the end only whom to ring."""
    now = timezone.now()
    found = find_sheet(token)
    if found is None:
        return render(request, "pages/papers/unknown.html", status=404)
    if not is_open(found, now=now):
        return _ended(request, found)
    if _may_read(request, found, now):
        return redirect("web:transfer", transfer_id=found.transfer_id)
    if request.method == "POST":
        return _declare(request, found, token, now)
    reader = _reader(request, found, now)
    return _page(request, found, reader, now) if reader else _ask(request, found)


def stop(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """The home closes the page behind the printed sheet."""
    now = timezone.now()
    transfer = get_object_or_404(Transfer.objects.visible_to(request.actor, now=now), pk=transfer_id)
    require(request.actor, Permission.PACK, transfer.home_id)
    stop_sheet(actor=request.actor, sheet=sheet_of(transfer, now=now), now=now)
    return redirect("web:transfer", transfer_id=transfer.pk)


def _may_read(request: HttpRequest, found: Sheet, now) -> bool:
    actor = request.actor or None
    return Transfer.objects.visible_to(actor, now=now).filter(pk=found.transfer_id).exists()


def _ask(
    request: HttpRequest, found: Sheet, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """Nothing about the person, not even the name, before somebody has said who they are."""
    typed = {name: typed_text(request.POST, name) for name in LONGEST} if request.method == "POST" else {}
    seen = {"home": found.transfer.home, "errors": errors or {}, "typed": typed}
    return render(request, "pages/papers/declare.html", seen, status=status)


def _declare(request: HttpRequest, found: Sheet, token: str, now) -> HttpResponse:
    if _too_often(found):
        response = render(request, "pages/papers/too_often.html", {"home": found.transfer.home}, status=429)
        response["Retry-After"] = str(WINDOW)
        return response
    told = {name: typed_text(request.POST, name) for name in LONGEST}
    try:
        reader = open_sheet(sheet=found, now=now, **told)
    except BadInput as wrong:
        return _ask(request, found, errors=wrong.errors, status=422)
    except Refused:
        return _ended(request, found)
    response = redirect("web:sheet", token=token)
    response.set_signed_cookie(
        _cookie(found),
        str(reader.pk),
        salt=SALT,
        max_age=int(OPEN_FOR.total_seconds()),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        path="/s/",
    )
    return response


def _too_often(found: Sheet) -> bool:
    """Counts the declarations on one sheet; other sheets, and others of the same trust, are not held up."""
    key = f"sheet-{found.pk}"
    cache.add(key, 0, WINDOW)
    try:
        return cache.incr(key) > TRIES
    except ValueError:  # it ended between the two
        return False


def _reader(request: HttpRequest, found: Sheet, now) -> Reader | None:
    """Whoever said who they are on this device, for this sheet, not longer ago than the cookie lasts."""
    pk = request.get_signed_cookie(_cookie(found), default="", salt=SALT, max_age=int(OPEN_FOR.total_seconds()))
    return reader_of(found, pk, now=now) if pk else None


def _cookie(found: Sheet) -> str:
    return f"rb_sheet_{found.pk.hex}"


def _page(request: HttpRequest, found: Sheet, reader: Reader, now) -> HttpResponse:
    transfer = found.transfer
    record_view(
        "sheet",
        reader,
        actor=None,
        at=now,
        organisation=transfer.home_id,
        resident=transfer.resident_id,
        reader=reader.pk,
    )
    page = emergency(transfer=transfer, now=now)
    seen = {
        "transfer": transfer,
        "page": page,
        "items": item_rows(page.items),
        "papers": [
            each
            for each in travelling_documents(transfer.resident, until=transfer.closed_at)
            if each.kind != Document.Kind.PHOTO
        ],
        "around": around(transfer, inside=False, now=now),
        "summary": sections_shown(page.summary),
        "reader": reader,
        "now": now,
    }
    return render(request, "pages/papers/sheet.html", seen)


def _ended(request: HttpRequest, found: Sheet) -> HttpResponse:
    return render(request, "pages/papers/ended.html", {"home": found.transfer.home}, status=410)
