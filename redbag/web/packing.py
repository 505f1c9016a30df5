"""The bag of a journey and what is in it."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.bags.models import Bag, State
from redbag.bags.tokens import found_in, token_digest
from redbag.errors import BadInput, Busy
from redbag.summaries.actions import read_summary
from redbag.transfers.actions import BagNotUsable, add_to_transfer
from redbag.transfers.contents import CATEGORIES, Item, listed
from redbag.transfers.item_photos import keep_photo
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Kind, Outcome
from redbag.transfers.story import tell
from redbag.web.belongings import known_again
from redbag.web.drafts import forget
from redbag.web.going import crew_is_here, journey, keep_line, page
from redbag.web.patient import item_rows
from redbag.web.telling import tell as tell_fact
from redbag.web.tiles import (
    others_typed,
    pictures_of,
    places_of,
    said_of,
    said_of_others,
    tiles_of,
    where_words,
    with_errors,
)
from redbag.web.typed import form_id, text

MOST_BAGS = 60
BLANK_ROWS = 2


@csp_update({"script-src": ["'wasm-unsafe-eval'"]})  # type: ignore[arg-type]  # its types know no ids in addresses
def bag(request: HttpRequest, transfer_id) -> HttpResponse:
    """Which bag: one of those at home, one that is scanned or whose code is typed, or none."""
    transfer = journey(request, transfer_id)
    if request.method != "POST":
        return _bag_page(request, transfer, **_scanned(request, transfer))
    if "crew" in request.POST:
        return crew_is_here(request, transfer)
    own = Bag.objects.visible_to(request.actor).filter(home=transfer.home)
    asked = text(request.POST, "bag")
    chosen = get_object_or_404(own, pk=_uuid(asked)) if asked else None
    try:
        if chosen is not None and "free" in request.POST:
            _free(request, chosen)
        add_to_transfer(actor=request.actor, transfer=transfer, values={"bag": chosen}, now=timezone.now())
    except BagNotUsable as refused:
        busy = journey(request, refused.facts["transfer"]) if "transfer" in refused.facts else None
        errors = {} if busy else {"bag": str(refused)}
        return _bag_page(request, transfer, scanned=chosen, busy=busy, errors=errors, status=409)
    messages.success(request, f"Bag {chosen.tracker} goes with them." if chosen else "They go without a bag.")
    return redirect("web:going_items", transfer.pk)


def _bag_page(request: HttpRequest, transfer: Transfer, *, status: int = 200, **context) -> HttpResponse:
    at_home = Bag.objects.visible_to(request.actor).filter(home=transfer.home).order_by("tracker")
    context["bags"] = at_home.filter(state=State.AVAILABLE)[:MOST_BAGS]
    context["back"] = at_home.filter(state__in=(State.BACK, State.CLEANING))[:MOST_BAGS]
    context["camera"] = "camera" in request.GET
    return page(
        request, transfer, "going_bag", context, status=422 if context.get("errors") and status == 200 else status
    )


def _scanned(request: HttpRequest, transfer: Transfer) -> dict:
    """The bag whose label was scanned or whose code was typed, or what is wrong with that."""
    told = text(request.GET, "code")[:300]
    if not told:
        return {}
    seen = found_in(told)
    own = Bag.objects.visible_to(request.actor).filter(home=transfer.home, labels__voided_at=None)
    kind, value = seen or ("code", "")
    label = {"labels__token_digest": token_digest(value)} if kind == "token" else {"labels__code": value}
    bag = own.filter(**label).first()
    if bag is None:
        return {"errors": {"code": "No bag of this home has this code. Look at the label again."}, "typed": told}
    return {"scanned": bag}


def _free(request: HttpRequest, bag: Bag) -> None:
    """The carer has the bag in hand: the journey it was still written down for is finished."""
    now = timezone.now()
    open_one = Transfer.objects.visible_to(request.actor, now=now).open().filter(bag=bag).select_related("home").first()
    if open_one is not None:
        closing = str(uuid5(form_id(request.POST), f"{open_one.pk} closed"))
        kind, outcome = Kind.OUTCOME, Outcome.CLOSED
        tell_fact(
            request, now=now, acting=open_one.home, id=closing, transfer=str(open_one.pk), kind=kind, outcome=outcome
        )


def _uuid(told: str) -> UUID | None:
    try:
        return UUID(told)
    except ValueError:
        return None


@never_cache
def items(request: HttpRequest, transfer_id) -> HttpResponse:
    """What goes with them, where each thing is, and by what it is known again."""
    transfer = journey(request, transfer_id)
    summary = read_summary(resident=transfer.resident, now=timezone.now())
    known = tell(transfer).items
    tiles = tiles_of(transfer, summary, {item.id for item in known}, request.POST, request.FILES)
    others = others_typed(request.POST)
    if request.method != "POST" or "more" in request.POST:
        return _items_page(request, transfer, summary, known, tiles, others)
    try:
        added = [*said_of(tiles, request.POST), *said_of_others(transfer, request.POST, others)]
        pictures = pictures_of(added, request.FILES)
    except BadInput as wrong:
        return _items_page(request, transfer, summary, known, tiles, others, errors=wrong.errors, status=422)
    except Busy as busy:
        told = {"photos": f"{busy} Your ticks and words are still here; choose the photos again."}
        return _items_page(request, transfer, summary, known, tiles, others, errors=told, status=503)
    now = timezone.now()
    add_to_transfer(actor=request.actor, transfer=transfer, values={"items": added}, now=now)
    for row, jpeg in pictures:
        thing = listed(row, came_as="packed")
        keep_photo(actor=request.actor, transfer=transfer, item=thing, jpeg=jpeg, now=now)
    keep_line(request, transfer, now=now)
    forget(request, "items", transfer.pk)
    if added:
        messages.success(request, f"{len(added)} thing{'' if len(added) == 1 else 's'} written down.")
    return redirect("web:going_ready", transfer.pk)


def _items_page(
    request: HttpRequest,
    transfer: Transfer,
    summary: list[dict],
    known: Sequence[Item],
    tiles: list[dict],
    others: list[dict],
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    tiles = with_errors(tiles, errors or {})
    context = {
        "summary": summary,
        "known": [
            {"row": row, "where": where_words(transfer, row.item)} for row in known_again(item_rows(known), transfer)
        ],
        "usual": [tile for tile in tiles if tile["usual"]],
        "papers": [tile for tile in tiles if tile["category"] == "document" and not tile["usual"]],
        "tiles": [tile for tile in tiles if tile["category"] != "document" and not tile["usual"]],
        "folded": any(tile["usual"] for tile in tiles) and not (errors or others),
        "places": list(places_of(transfer).items()),
        "categories": list(CATEGORIES.items()),
        "others": others + [{} for _ in range(3 if "more" in request.POST else BLANK_ROWS)],
        "errors": errors or {},
    }
    if form := text(request.POST, "form"):
        context["form"] = form
    return page(request, transfer, "going_items", context, status=status)
