"""What a page shows of each thing beside its name: its picture, and what is done about it when it is not found."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from redbag.bags.tagging import kinds_tagged
from redbag.transfers.case_models import Case
from redbag.transfers.contents import Item
from redbag.transfers.item_photos import photos_of
from redbag.transfers.models import Transfer
from redbag.web.patient import Contents, ItemRow


def known_again(rows: Sequence[ItemRow], transfer: Transfer) -> list[ItemRow]:
    """The rows of a journey's things with pictures, tags and cases; three statements however many there are."""
    items = [row.item for row in rows]
    photos, cases = photos_of(transfer, items), cases_of(transfer, items)
    tags = kinds_tagged(transfer.bag_id, {item.category for item in items})
    return [
        replace(row, photo=row.item.id in photos, case=cases.get(row.item.id), tagged=row.item.category in tags)
        for row in rows
    ]


def contents_known_again(contents: Contents, transfer: Transfer) -> Contents:
    """The table of a journey's things with their pictures and cases."""
    return replace(contents, rows=known_again(contents.rows, transfer))


def cases_of(transfer: Transfer, items: Iterable[Item]) -> dict[str, Case]:
    """The case of each thing that anybody missed, by the thing's id."""
    if not any(seen.state == "missing" for item in items for seen in item.seen):
        return {}
    return {str(case.item): case for case in transfer.cases.select_related("asked", "owner")}
