"""The bag of a journey and what is in it."""

from collections.abc import Mapping
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from redbag.bags.models import Bag, State
from redbag.bags.tokens import found_in, token_digest
from redbag.errors import BadInput
from redbag.summaries.actions import read_summary
from redbag.transfers.actions import BagNotUsable, add_to_transfer
from redbag.transfers.contents import CATEGORIES, PLACES, Item
from redbag.transfers.models import Transfer
from redbag.transfers.stages import Kind, Outcome
from redbag.transfers.story import tell
from redbag.web.drafts import forget
from redbag.web.going import crew_is_here, journey, keep_line, page
from redbag.web.telling import tell as tell_fact
from redbag.web.typed import form_id, text

MOST_BAGS = 60
OFFERED = tuple(name for name in CATEGORIES if name not in ("document", "other"))
BLANK_ROWS = 2
MOST_OTHERS = 40


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
    """What goes with them, and where each thing is."""
    transfer = journey(request, transfer_id)
    summary = read_summary(resident=transfer.resident, now=timezone.now())
    known = tell(transfer).items
    tiles = _tiles(transfer, summary, {item.id for item in known}, request.POST)
    errors: dict[str, str] = {}
    others = _others(request.POST)
    if request.method == "POST" and "more" not in request.POST:
        try:
            places = {tile["id"]: _said_place(tile, request.POST) for tile in tiles}
            chosen = [_item(tile, places[tile["id"]]) for tile in tiles if places[tile["id"]]]
            added = [*chosen, *_read_others(transfer, request.POST, others)]
            add_to_transfer(actor=request.actor, transfer=transfer, values={"items": added}, now=timezone.now())
            keep_line(request, transfer, now=timezone.now())
            forget(request, "items", transfer.pk)
            if added:
                messages.success(request, f"{len(added)} thing{'' if len(added) == 1 else 's'} written down.")
            return redirect("web:going_ready", transfer.pk)
        except BadInput as wrong:
            errors = wrong.errors
    context = {
        "summary": summary,
        "known": [
            {"item": each, "what": CATEGORIES[each.category], "where": where_words(transfer, each)} for each in known
        ],
        "usual": [tile for tile in tiles if tile["usual"]],
        "papers": [tile for tile in tiles if tile["category"] == "document" and not tile["usual"]],
        "tiles": [tile for tile in tiles if tile["category"] != "document" and not tile["usual"]],
        "folded": any(tile["usual"] for tile in tiles) and not (errors or others),
        "places": list(_places(transfer).items()),
        "categories": list(CATEGORIES.items()),
        "others": others + [{} for _ in range(3 if "more" in request.POST else BLANK_ROWS)],
        "form": text(request.POST, "form"),
        "errors": errors,
    }
    if not context["form"]:
        del context["form"]
    return page(request, transfer, "going_items", context, status=422 if errors else 200)


def _places(transfer: Transfer) -> dict[str, str]:
    """Where a thing can be: in the bag only when there is one."""
    return {name: words for name, words in PLACES.items() if name != "bag" or transfer.bag_id}


def _place(transfer: Transfer, told: str) -> str:
    """The place that was chosen; without a bag, what was put in it goes with them."""
    return "alongside" if told == "bag" and not transfer.bag_id else told


def where_words(transfer: Transfer, item: Item) -> str:
    """Where a thing is, in words."""
    return PLACES.get(_place(transfer, item.where), "")


def _said_place(tile: Mapping, posted: Mapping) -> str:
    """Where somebody said that a thing is: what they tapped; with *all as usual*, else where it usually is."""
    return tile["chosen"] or (tile["usual"] if "usual" in posted else "")


def _tiles(transfer: Transfer, summary: list[dict], known: set[str], posted: Mapping) -> list[dict]:
    """Their usual things, originals of papers held, then each usual kind; without what is written down already.

    `usual` is where a usual thing usually is. Nothing is chosen before somebody taps: nobody may have looked.
    """
    rows = [
        (
            each.get("category") or "other",
            each.get("description") or "",
            each.get("quantity") or 1,
            _place(transfer, each.get("where") if each.get("where") in PLACES else "bag"),
        )
        for each in transfer.resident.usual_items
    ]
    papers = next(section for section in summary if section["name"] == "resuscitation")["content"]["papers"]
    have = {category for category, *_ in rows}
    rows += [("document", row["kind"], 1, "") for row in papers]
    rows += [(name, "", 1, "") for name in OFFERED if name not in have]
    tiles: dict[str, dict] = {}
    for category, description, quantity, usual in rows:
        item_id = str(uuid5(transfer.pk, f"{category}|{description}"))
        chosen = _place(transfer, posted.get(f"where-{item_id}", ""))
        tile = {"id": item_id, "category": category, "description": description, "quantity": quantity, "usual": usual}
        tile |= {"what": CATEGORIES.get(category, ""), "chosen": chosen if chosen in PLACES else ""}
        tiles.setdefault(item_id, tile)
    return [tile for tile in tiles.values() if tile["id"] not in known]


def _item(tile: Mapping, where: str) -> dict:
    return {name: tile[name] for name in ("id", "category", "description", "quantity")} | {"where": where}


def _others(posted: Mapping) -> list[dict]:
    """The rows of other things in which somebody typed something."""
    told = text(posted, "others-count")
    count = min(MOST_OTHERS, int(told)) if told.isdecimal() else 0
    rows = [
        {name: text(posted, f"other-{place}-{name}") for name in ("category", "description", "quantity", "where")}
        for place in range(count)
    ]
    return [row for row in rows if row["category"] or row["description"]]


def _read_others(transfer: Transfer, posted: Mapping, rows: list[dict]) -> list[dict]:
    """The other things as items; a row has an id of the form it was typed in, so that sending it twice is known."""
    errors = {}
    for place, row in enumerate(rows):
        if row["quantity"] and not (row["quantity"].isdecimal() and 1 <= int(row["quantity"]) <= 999):
            errors[f"other-{place}-quantity"] = "How many? Use a whole number from 1 to 999."
        if len(row["description"]) > 200:
            errors[f"other-{place}-description"] = "Use at most 200 characters."
    if errors:
        raise BadInput(errors)
    return [
        {
            "id": str(uuid5(transfer.pk, f"{posted.get('form')}|{place}")),
            "category": row["category"] if row["category"] in CATEGORIES else "other",
            "description": row["description"],
            "quantity": int(row["quantity"] or 1),
            "where": _place(transfer, row["where"] if row["where"] in PLACES else "bag"),
        }
        for place, row in enumerate(rows)
    ]
