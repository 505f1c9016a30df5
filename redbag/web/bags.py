"""The register of bags: which there are, where each is since when, what waits to be cleaned, and what is overdue."""

import math

from django.contrib import messages
from django.db.models import Count, F, FilteredRelation, Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from redbag.bags.actions import add_bag, import_bags
from redbag.bags.models import Bag, State
from redbag.errors import BadInput, Refused
from redbag.journal.recording import record_view
from redbag.organisations.access import Permission
from redbag.reminders.chasing import chase, overdue
from redbag.transfers.models import Transfer
from redbag.web import homes
from redbag.web.typed import LONGEST_SEARCH, sheet, text

MOST = 500
RESIDENTS_A_BAG = 10
OUT_OF_USE = (State.LOST, State.RETIRED, State.QUARANTINED, State.BLANK)
TONES = {
    State.AVAILABLE: "good",
    State.BACK: "wait",
    State.CLEANING: "wait",
    State.LOST: "bad",
    State.QUARANTINED: "bad",
}
SHAPES = {"good": "✓", "wait": "▲", "bad": "✕"}
SORTED = {"bag": ("home__name", "tracker"), "since": ("home__name", "since", "tracker")}


def tone(state: str) -> str:
    """The colour of a bag's state; the word beside it says the same."""
    return TONES.get(State(state), "info")


def shape(state: str) -> str:
    """The mark before the word, so that nobody needs the colour."""
    return SHAPES.get(tone(state), "●")


def bags(request: HttpRequest) -> HttpResponse:
    """Every bag with its state since when and its short code, whether there are enough, and what is to clean."""
    search, state, sort = text(request.GET, "q")[:LONGEST_SEARCH], text(request.GET, "state"), text(request.GET, "sort")
    own = Bag.objects.visible_to(request.actor)
    shown = with_codes(own.exclude(state=State.BLANK)).select_related("home")
    shown = shown.annotate(since=Coalesce("state_since", "created_at")).order_by(*SORTED.get(sort, SORTED["bag"]))
    if search:
        bare = search.replace("-", "").replace(" ", "").upper()
        shown = shown.filter(Q(tracker__icontains=search) | Q(short_code=bare))
    counts = dict(own.values_list("state").annotate(Count("pk")).order_by())
    shown = shown.filter(state=state) if state in State.values else shown.exclude(state=State.RETIRED)
    rows = [
        {"bag": each, "tone": tone(each.state), "shape": SHAPES.get(tone(each.state), "●")} for each in shown[:MOST]
    ]
    stock = [stock_of(home) for home in homes.places(request.actor, Permission.READ_BAGS)]
    context = {
        "rows": rows,
        "to_clean": [row["bag"] for row in rows if row["bag"].state == State.CLEANING],
        "states": [
            {"value": each.value, "words": each.label, "count": counts[each.value], "now": each.value == state}
            for each in State
            if counts.get(each.value) and each != State.BLANK
        ],
        "blanks": counts.get(State.BLANK, 0),
        "stock": stock,
        "several": len(stock) > 1,
        "q": search,
        "state": state,
        "sort": sort if sort in SORTED else "bag",
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


def overdue_bags(request: HttpRequest) -> HttpResponse:
    """The bags that should be back by now: who has each, for how long, and when they were last asked."""
    now = timezone.now()
    rows = overdue(actor=request.actor, now=now)
    if rows:
        shown = sorted({row.transfer.resident_id for row in rows})
        record_view(
            "overdue_bags", None, actor=request.actor, at=now, organisation=request.actor.home(), residents=shown
        )
    return render(request, "pages/bags/overdue.html", {"rows": rows})


def chase_bag(request: HttpRequest, transfer_id) -> HttpResponse:
    """Ask whoever has the bag where it is, in one tap; asking twice in ten minutes sends once."""
    now = timezone.now()
    own = Transfer.objects.visible_to(request.actor, now=now).select_related("bag", "home", "holder")
    transfer = get_object_or_404(own, pk=transfer_id)
    note, new = chase(actor=request.actor, transfer=transfer, now=now)
    whom = transfer.holder.name
    if new:
        messages.success(request, f"{whom} is asked where bag {transfer.bag.tracker} is. Ring them if it is urgent.")
    else:
        messages.info(request, f"{note.by_name} asked {whom} a few minutes ago. Nothing more was sent.")
    return redirect("web:overdue_bags")
