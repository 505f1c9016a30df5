"""What a page shows of each thing beside its name: its picture, and what is done about it when it is not found."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from redbag.bags.models import Tag
from redbag.transfers.case_models import Case
from redbag.transfers.contents import Item
from redbag.transfers.item_photos import photos_of
from redbag.transfers.models import Transfer
from redbag.web.patient import Contents, ItemRow


def known_again(rows: Sequence[ItemRow], transfer: Transfer) -> list[ItemRow]:
    """The rows of a journey's things with their pictures and cases; three statements however many there are."""
    items = [row.item for row in rows]
    photos, cases, tags = photos_of(transfer, items), cases_of(transfer, items), tagged(transfer, items)
    return [
        replace(row, photo=row.item.id in photos, case=cases.get(row.item.id), tagged=row.item.category in tags)
        for row in rows
    ]


def contents_known_again(contents: Contents, transfer: Transfer) -> Contents:
    """The table of a journey's things with their pictures and cases."""
    return replace(contents, rows=known_again(contents.rows, transfer))


def tagged(transfer: Transfer, items: Iterable[Item]) -> set[str]:
    """Of which kinds of these things a small tag leads back to this bag."""
    kinds = {item.category for item in items}
    if not kinds or transfer.bag_id is None:
        return set()
    rows = Tag.objects.filter(bag=transfer.bag_id, voided_at=None, category__in=kinds)
    return set(rows.values_list("category", flat=True))


def cases_of(transfer: Transfer, items: Iterable[Item]) -> dict[str, Case]:
    """The case of each thing that anybody missed, by the thing's id."""
    if not any(seen.state == "missing" for item in items for seen in item.seen):
        return {}
    return {str(case.item): case for case in transfer.cases.select_related("asked", "owner")}
