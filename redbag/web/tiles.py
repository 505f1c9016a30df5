"""The things to tap while packing: which are offered, and what was said of each."""

from collections.abc import Mapping, Sequence

from redbag.documents.uploads import read_chosen
from redbag.errors import BadInput
from redbag.transfers.contents import CATEGORIES, PLACES, Item, check_marks, listed
from redbag.transfers.item_photos import photos_of, picture_of, usual_id
from redbag.transfers.models import Transfer
from redbag.web.typed import text

OFFERED = tuple(name for name in CATEGORIES if name not in ("document", "other"))
MOST_OTHERS = 40
PARTS = ("photo", "marks", "counted")
KEPT = ("id", "category", "description", "quantity")


def places_of(transfer: Transfer) -> dict[str, str]:
    """Where a thing can be: in the bag only when there is one."""
    return {name: words for name, words in PLACES.items() if name != "bag" or transfer.bag_id}


def _place(transfer: Transfer, told: str) -> str:
    """The place that was chosen; without a bag, what was put in it goes with them."""
    return "alongside" if told == "bag" and not transfer.bag_id else told


def where_words(transfer: Transfer, item: Item) -> str:
    """Where a thing is, in words."""
    return PLACES.get(_place(transfer, item.where), "")


def tiles_of(transfer: Transfer, summary: list[dict], known: set[str], posted: Mapping, files: Mapping) -> list[dict]:
    """Their usual things, originals of papers held, then each usual kind; without what is written down already.

    `usual` is where a usual thing usually is. Nothing is chosen before somebody taps: nobody may have looked. Only a
    photo taken now says that the thing is here: where it usually is, or with them.
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
        item_id = str(usual_id(transfer, category=category, description=description))
        chosen = _place(transfer, posted.get(f"where-{item_id}", ""))
        chosen = chosen if chosen in PLACES else (usual or "alongside") if f"photo-{item_id}" in files else ""
        tile = {"id": item_id, "category": category, "description": description, "quantity": quantity, "usual": usual}
        tile |= {"what": CATEGORIES.get(category, ""), "chosen": chosen, **_marks(posted, item_id)}
        tiles.setdefault(item_id, tile)
    return _with_photos(transfer, [tile for tile in tiles.values() if tile["id"] not in known])


def _with_photos(transfer: Transfer, tiles: list[dict]) -> list[dict]:
    """Each tile says whether there is a picture of the thing from a journey before."""
    photos = photos_of(transfer, [listed(tile, came_as="packed") for tile in tiles])
    return [tile | {"photo": tile["id"] in photos} for tile in tiles]


def with_errors(tiles: Sequence[Mapping], errors: Mapping[str, str]) -> list[dict]:
    """The tiles with what is wrong about each, by the part of its name before the thing's id."""
    told = [{name: errors.get(f"{name}-{tile['id']}", "") for name in PARTS} for tile in tiles]
    return [
        {**tile, "error": {name: words for name, words in each.items() if words}}
        for tile, each in zip(tiles, told, strict=True)
    ]


def _marks(posted: Mapping, name: str) -> dict:
    """What was typed of marks and of controlled drugs; the count as it was typed."""
    return {
        "marks": text(posted, f"marks-{name}"),
        "controlled": text(posted, f"controlled-{name}") == "yes",
        "counted": text(posted, f"counted-{name}"),
    }


def said_of(tiles: Sequence[Mapping], posted: Mapping) -> list[dict]:
    """The tiles that somebody tapped, as items; with *all as usual* the rest where they usually are."""
    places = {tile["id"]: tile["chosen"] or (tile["usual"] if "usual" in posted else "") for tile in tiles}
    rows = [
        {name: tile[name] for name in KEPT} | {"where": places[tile["id"]]} | _as_told(tile)
        for tile in tiles
        if places[tile["id"]]
    ]
    _refuse_marks(rows)
    return rows


def _as_told(said: Mapping) -> dict:
    """The marks of a thing as an item has them."""
    told: dict = {"marks": said["marks"]} if said["marks"] else {}
    if said["controlled"]:
        counted = said["counted"]
        told |= {"controlled": True, "counted": int(counted) if counted.isdecimal() and len(counted) < 6 else None}
    return told


def _refuse_marks(rows: Sequence[Mapping]) -> None:
    errors = {f"{name}-{row['id']}": words for row in rows for name, words in check_marks(row).items()}
    if errors:
        raise BadInput(errors)


def others_typed(posted: Mapping) -> list[dict]:
    """The rows of other things in which somebody typed something."""
    told = text(posted, "others-count")
    count = min(MOST_OTHERS, int(told)) if told.isdecimal() else 0
    names = ("category", "description", "quantity", "where", "marks")
    rows = [{name: text(posted, f"other-{place}-{name}") for name in names} for place in range(count)]
    return [row for row in rows if row["category"] or row["description"]]


def said_of_others(transfer: Transfer, posted: Mapping, rows: Sequence[Mapping]) -> list[dict]:
    """The other things as items; a row has an id of the form it was typed in, so that sending it twice is known."""
    errors = {}
    for place, row in enumerate(rows):
        if row["quantity"] and not (row["quantity"].isdecimal() and 1 <= int(row["quantity"]) <= 999):
            errors[f"other-{place}-quantity"] = "How many? Use a whole number from 1 to 999."
        for name in ("description", "marks"):
            if len(row[name]) > 200:
                errors[f"other-{place}-{name}"] = "Use at most 200 characters."
    if errors:
        raise BadInput(errors)
    return [
        {
            "id": str(usual_id(transfer, category=str(posted.get("form")), description=str(place))),
            "category": row["category"] if row["category"] in CATEGORIES else "other",
            "description": row["description"],
            "quantity": int(row["quantity"] or 1),
            "where": _place(transfer, row["where"] if row["where"] in PLACES else "bag"),
            **({"marks": row["marks"]} if row["marks"] else {}),
        }
        for place, row in enumerate(rows)
    ]


def pictures_of(rows: Sequence[Mapping], files: Mapping) -> list[tuple[Mapping, bytes]]:
    """The photos that came with the form, made anew, each with its thing; BadInput by field, Busy to try again."""
    pictures, errors = [], {}
    for row in rows:
        if chosen := files.get(f"photo-{row['id']}"):
            try:
                pictures.append((row, picture_of(read_chosen(chosen))))
            except BadInput as wrong:
                errors[f"photo-{row['id']}"] = wrong.errors["file"]
    if errors:
        raise BadInput(errors)
    return pictures
