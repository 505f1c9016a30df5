"""The register of bags: which there are, where they are, and one bag's past."""

import math

from django.contrib import messages
from django.db.models import F, FilteredRelation, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from redbag.bags.actions import add_bag, import_bags, reissue_label
from redbag.bags.models import Bag, State
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission, require
from redbag.transfers.models import Transfer
from redbag.web import homes
from redbag.web.typed import sheet, text

MOST = 500
RESIDENTS_A_BAG = 10
OUT_OF_USE = (State.LOST, State.RETIRED, State.QUARANTINED, State.BLANK)
GOOD = (State.AVAILABLE,)
WAITING = (State.BACK, State.CLEANING)


def tone(state: str) -> str:
    """The colour of a bag's state; the word beside it says the same."""
    if state in GOOD:
        return "good"
    if state in WAITING:
        return "wait"
    return "bad" if state in (State.LOST, State.QUARANTINED) else "info"


def bags(request: HttpRequest) -> HttpResponse:
    """Every bag with its state and short code, and whether there are enough."""
    search = text(request.GET, "q")
    shown = with_codes(Bag.objects.visible_to(request.actor)).select_related("home").order_by("home__name", "tracker")
    if search:
        bare = search.replace("-", "").replace(" ", "").upper()
        shown = shown.filter(Q(tracker__icontains=search) | Q(short_code=bare))
    rows = list(shown.exclude(state=State.BLANK)[:MOST])
    context = {
        "rows": [{"bag": each, "tone": tone(each.state)} for each in rows],
        "blanks": Bag.objects.visible_to(request.actor).filter(state=State.BLANK).count(),
        "stock": [stock_of(home) for home in homes.places(request.actor, Permission.READ_BAGS)],
        "several": len(homes.places(request.actor, Permission.READ_BAGS)) > 1,
        "q": search,
    }
    return render(request, "pages/bags/bags.html", context)


def with_codes(bags):
    """Bags with the short code on the label they carry now."""
    return bags.annotate(
        current=FilteredRelation("labels", condition=Q(labels__voided_at=None)), short_code=F("current__code")
    )


def stock_of(home) -> dict:
    """How many bags a home has in use, against one for every ten residents."""
    have = home.bags.exclude(state__in=OUT_OF_USE).count()
    free = home.bags.filter(state=State.AVAILABLE).count()
    residents = home.residents.filter(archived_at=None).count()
    want = math.ceil(residents / RESIDENTS_A_BAG)
    return {
        "home": home,
        "have": have,
        "free": free,
        "residents": residents,
        "want": want,
        "short": max(0, want - have),
    }


def add(request: HttpRequest) -> HttpResponse:
    """Put one bag on the register; its label is made with it."""
    home = homes.chosen(request, Permission.WRITE_BAGS)
    errors, tracker = {}, text(request.POST, "tracker")
    if request.method == "POST":
        try:
            bag, _ = add_bag(actor=request.actor, home=home, tracker=tracker, now=timezone.now())
            messages.success(request, f"Bag {bag.tracker} is on the register. Its label is ready to print.")
            return redirect("web:bag", bag.pk)
        except BadInput as wrong:
            errors = wrong.errors
        except Refused as refused:
            errors = {"tracker": str(refused)}
    context = {"tracker": tracker, "errors": errors, "homes": homes.choices(request, Permission.WRITE_BAGS)}
    return render(request, "pages/bags/add.html", context, status=422 if errors else 200)


def bag(request: HttpRequest, bag_id) -> HttpResponse:
    """One bag: its state, the journey it is on, its labels and its past."""
    now = timezone.now()
    each = get_object_or_404(with_codes(Bag.objects.visible_to(request.actor)).select_related("home"), pk=bag_id)
    journeys = (
        Transfer.objects.visible_to(request.actor, now=now)
        .filter(bag=each)
        .select_related("resident", "holder")
        .order_by("-packed_at")[:50]
    )
    past = list(journeys)
    if past:
        names = [journey.resident_id for journey in past]
        record_view("bag", each, actor=request.actor, at=now, organisation=each.home, residents=names)
    context = {
        "bag": each,
        "tone": tone(each.state),
        "current": next((journey for journey in past if not journey.closed_at), None),
        "past": past,
        "labels": each.labels.order_by("-issued_at"),
        "may_reissue": request.actor.may(Permission.PRINT_LABELS, each.home_id),
    }
    return render(request, "pages/bags/bag.html", context)


def reissue(request: HttpRequest, bag_id) -> HttpResponse:
    """The label is torn or lost: make it void and make a new one."""
    each = get_object_or_404(with_codes(Bag.objects.visible_to(request.actor)).select_related("home"), pk=bag_id)
    require(request.actor, Permission.PRINT_LABELS, each.home)
    errors, reason = {}, text(request.POST, "reason")
    if request.method == "POST":
        try:
            reissue_label(actor=request.actor, bag=each, reason=reason, now=timezone.now())
            messages.success(request, "The old label no longer counts. Print the new one and put it on the bag.")
            return redirect("web:bag", each.pk)
        except BadInput as wrong:
            errors = wrong.errors
    context = {"bag": each, "reason": reason, "errors": errors}
    return render(request, "pages/bags/reissue.html", context, status=422 if errors else 200)


def bring_in(request: HttpRequest) -> HttpResponse:
    """Add many bags from a CSV file: all of them, or none and what is wrong by line."""
    home = homes.chosen(request, Permission.WRITE_BAGS)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            count = import_bags(actor=request.actor, home=home, file=sheet(request), now=timezone.now())
            messages.success(request, f"{count} bag{'' if count == 1 else 's'} added. Their labels are ready to print.")
            return redirect("web:bags")
        except BadInput as wrong:
            errors = wrong.errors
    context = {"errors": errors, "homes": homes.choices(request, Permission.WRITE_BAGS)}
    return render(request, "pages/bags/import.html", context, status=422 if errors else 200)
