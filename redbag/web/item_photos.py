"""The picture of one thing on a journey: its page, taking it, and the picture itself."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.documents import answering
from redbag.documents.pictures import smaller
from redbag.documents.uploads import read_chosen
from redbag.errors import BadInput, Busy
from redbag.journal.recording import record_view
from redbag.transfers.contents import Item
from redbag.transfers.item_photos import keep_photo, may_photograph, photos_of, picture_of, remove_photo, usual_things
from redbag.transfers.models import Transfer
from redbag.transfers.story import tell
from redbag.vault import read_file
from redbag.web.patient import item_rows
from redbag.web.transfers import their_transfer
from redbag.web.typed import onward, text

SMALL = 240


def their_item(request: HttpRequest, transfer_id: UUID, item_id: UUID) -> tuple[Transfer, Item]:
    """A thing on a journey they may read, or one that usually goes with the resident; 404 otherwise."""
    transfer = their_transfer(request, transfer_id)
    things = [*tell(transfer).items, *usual_things(transfer)]
    item = next((each for each in things if each.id == str(item_id)), None)
    if item is None:
        raise Http404
    return transfer, item


@never_cache
def item_photo(request: HttpRequest, transfer_id: UUID, item_id: UUID) -> HttpResponse:
    """Take a photo of one thing, see the one there is, or take it off."""
    transfer, item = their_item(request, transfer_id, item_id)
    may_photograph(request.actor, transfer)
    if request.method != "POST":
        return _page(request, transfer, item)
    back, now = onward(request, reverse("web:transfer", args=[transfer.pk])), timezone.now()
    if "remove" in request.POST:
        remove_photo(actor=request.actor, transfer=transfer, item=item, now=now)
        messages.success(request, "The photo was taken off.")
        return redirect(back)
    try:
        jpeg = picture_of(read_chosen(request.FILES.get("file")))
        keep_photo(actor=request.actor, transfer=transfer, item=item, jpeg=jpeg, now=now)
    except BadInput as wrong:
        return _page(request, transfer, item, errors=wrong.errors, status=422)
    except Busy as busy:
        return _page(request, transfer, item, errors={"file": str(busy)}, status=503)
    messages.success(request, f"Photo kept: {item_rows([item])[0].name}.")
    return redirect(back)


def _page(
    request: HttpRequest, transfer: Transfer, item: Item, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    seen = {
        "transfer": transfer,
        "row": item_rows([item])[0],
        "photo": photos_of(transfer, [item]).get(item.id),
        "back": onward(request, reverse("web:transfer", args=[transfer.pk])),
        "next": onward(request, ""),
        "limit": settings.MAX_UPLOAD_BYTES // (1024 * 1024),
        "errors": errors or {},
    }
    return render(request, "pages/cases/photo.html", seen, status=status)


def item_picture(request: HttpRequest, transfer_id: UUID, item_id: UUID) -> HttpResponse:
    """The picture itself, small with ?small; the look is in the journal."""
    transfer, item = their_item(request, transfer_id, item_id)
    photo = photos_of(transfer, [item]).get(item.id)
    if photo is None:
        raise Http404
    where, now = request.actor.first_place(), timezone.now()
    record_view("transfer", transfer, actor=request.actor, at=now, organisation=where, resident=transfer.resident_id)

    def read() -> bytes:
        whole = read_file(photo.file)
        return smaller(whole, side=SMALL) if text(request.GET, "size") == "small" else whole

    return answering.picture_answer(read)
