"""Use another bag: one that is free, one that is scanned, or a new one with a spare label."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.bags.claiming import claim_blank, label_in
from redbag.bags.models import Bag, State
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.transfers.actions import BagElsewhere
from redbag.transfers.models import Transfer
from redbag.transfers.swapping import REASONS, swap_bag
from redbag.web.transfers import their_transfer
from redbag.web.typed import text

MOST = 60


@never_cache
def swap(request: HttpRequest, transfer_id) -> HttpResponse:
    """Why, and which bag; a bag still written down for somebody else is asked about once."""
    transfer = their_transfer(request, transfer_id)
    require(request.actor, Permission.PACK, transfer.home)
    if request.method != "POST":
        return _page(request, transfer, {})
    try:
        bag = _chosen(request, transfer)
        reason, release = text(request.POST, "reason"), "release" in request.POST
        swap_bag(actor=request.actor, transfer=transfer, bag=bag, reason=reason, release=release, now=timezone.now())
    except BadInput as wrong:
        return _page(request, transfer, wrong.errors)
    except BagElsewhere as busy:
        other = Transfer.objects.visible_to(request.actor, now=timezone.now()).select_related("resident")
        return _page(request, transfer, {}, busy=other.get(pk=busy.facts["transfer"]), chosen=bag, status=409)
    except Refused as refused:
        return _page(request, transfer, {"code": str(refused)}, status=409)
    messages.success(request, f"Bag {bag.tracker} goes with them from now on.")
    return redirect("web:transfer", transfer.pk)


def _chosen(request: HttpRequest, transfer: Transfer) -> Bag:
    """The bag that was tapped, or whose label was scanned or typed; a spare label becomes a bag of its own."""
    own = Bag.objects.visible_to(request.actor).filter(home=transfer.home)
    if text(request.POST, "bag"):
        return get_object_or_404(own, pk=_uuid(text(request.POST, "bag")))
    code = text(request.POST, "code")[:300]
    if not code:
        raise BadInput({"code": "Choose a bag, or type the code on its label."})
    label = label_in(code)
    if label is None or label.bag.home_id != transfer.home_id:
        raise BadInput({"code": "No bag of this home has this code. Look at the label again."})
    if label.bag.state != State.BLANK:
        return label.bag
    if not text(request.POST, "tracker"):
        raise BadInput({"tracker": "This is a spare label. Put it on the bag, and give the bag a number."})
    bag, _ = claim_blank(actor=request.actor, text=code, tracker=text(request.POST, "tracker"), now=timezone.now())
    return bag


def _page(
    request: HttpRequest,
    transfer: Transfer,
    errors: Mapping,
    *,
    busy: Transfer | None = None,
    chosen: Bag | None = None,
    status: int = 0,
) -> HttpResponse:
    now, reason = timezone.now(), text(request.POST, "reason")
    record_view(
        "swap_bag", transfer, actor=request.actor, at=now, organisation=transfer.home, resident=transfer.resident_id
    )
    free = Bag.objects.visible_to(request.actor).filter(home=transfer.home).order_by("tracker")
    context = {
        "transfer": transfer,
        "bags": free.filter(state__in=(State.AVAILABLE, State.BACK, State.CLEANING))[:MOST],
        "reasons": [{"value": each, "text": each, "checked": each == reason} for each in REASONS],
        "typed": {name: text(request.POST, name) for name in ("reason", "code", "tracker")},
        "spare": "tracker" in errors or bool(text(request.POST, "tracker")),
        "busy": busy,
        "chosen": chosen,
        "errors": errors,
    }
    return render(request, "pages/outcomes/swap.html", context, status=status or (422 if errors else 200))


def _uuid(told: str) -> UUID | None:
    try:
        return UUID(told)
    except ValueError:
        return None
