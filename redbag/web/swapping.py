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
from redbag.transfers.named_bag import leave_it_with_the_other, question_of
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
    before = Bag.objects.visible_to(request.actor).filter(pk=transfer.bag_id).first()
    messages.success(request, f"Bag {bag.tracker} goes with them from now on.{_of_the_other(before)}")
    return redirect("web:transfer", transfer.pk)


def _of_the_other(bag: Bag | None) -> str:
    """Where the bag is that was changed, as a further sentence."""
    if bag is None:
        return ""
    where = {
        State.AVAILABLE: "is free again",
        State.CLEANING: "waits to be cleaned: bring it to the home, or ask whoever has it to send it",
        State.LOST: "still counts as lost until somebody finds it",
    }.get(State(bag.state), f"is: {bag.get_state_display().lower()}")
    return f" Bag {bag.tracker} {where}."


def not_theirs(request: HttpRequest, transfer_id) -> HttpResponse:
    """They went without the bag that was named for them: it is with the other resident."""
    transfer = their_transfer(request, transfer_id)
    require(request.actor, Permission.PACK, transfer.home)
    try:
        leave_it_with_the_other(actor=request.actor, transfer=transfer, now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Written down: {transfer.resident.called} went without that bag.")
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
    own = Bag.objects.visible_to(request.actor).filter(home=transfer.home).order_by("tracker")
    open_ones = Transfer.objects.visible_to(request.actor, now=now).open().exclude(pk=transfer.pk)
    busy_with = {each.bag_id: each for each in open_ones.filter(bag__home=transfer.home).select_related("resident")}
    usable = own.filter(state__in=(State.AVAILABLE, State.BACK, State.CLEANING))[:MOST]
    context = {
        "transfer": transfer,
        "bags": [each for each in usable if each.state == State.AVAILABLE and each.pk not in busy_with],
        "dirty": [each for each in usable if each.state != State.AVAILABLE and each.pk not in busy_with],
        "written": [(each, busy_with[each.pk]) for each in usable if each.pk in busy_with],
        "reasons": [{"value": each, "text": each, "checked": each == reason} for each in REASONS],
        "typed": {name: text(request.POST, name) for name in ("reason", "code", "tracker")},
        "spare": "tracker" in errors or bool(text(request.POST, "tracker")),
        "busy": busy,
        "question": question_of(transfer),
        "chosen": chosen,
        "errors": errors,
    }
    return render(request, "pages/outcomes/swap.html", context, status=status or (422 if errors else 200))


def _uuid(told: str) -> UUID | None:
    try:
        return UUID(told)
    except ValueError:
        return None
