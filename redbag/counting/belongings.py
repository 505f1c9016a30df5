"""One row for each thing that was missed on a journey. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid5

from redbag.counting.followed import Followed
from redbag.counting.models import CountedLoss
from redbag.transfers.contents import Item
from redbag.transfers.stages import Stage

MISTAKE = "mistake"


@dataclass(frozen=True, kw_only=True)
class Search:
    """What came of looking for a thing, as its case says: `outcome` is empty while somebody looks for it."""

    item: str
    outcome: str
    value_pence: int | None


def loss_rows(followed: Followed, *, searches: Iterable[Search] = ()) -> list[CountedLoss]:
    """The rows of things that somebody looked for and did not find, found again or not.

    Each thing is one, however often it was missed. A report that was taken back never counts; one that its case calls
    a mistake is kept and says that the thing is not missing.
    """
    cases = {search.item: search for search in searches}
    return [
        _row(followed, item, cases.get(item.id))
        for item in followed.journey.items
        if any(seen.state == "missing" for seen in item.seen)
    ]


def _row(followed: Followed, item: Item, case: Search | None) -> CountedLoss:
    return CountedLoss(
        id=uuid5(followed.about.transfer, f"loss of {item.id}"),
        transfer=followed.about.transfer,
        item=item.id,
        category=item.category,
        last_seen=_last_seen(item),
        still_missing=item.state == "missing" and not (case and case.outcome == MISTAKE),
        outcome=case.outcome if case else "",
        value_pence=case.value_pence if case else None,
        **followed.where,
    )


def _last_seen(item: Item) -> Stage:
    """Where somebody last saw it before it was missed last: as it was packed, when nobody ticked it since."""
    states = [seen.state for seen in item.seen]
    missed = len(states) - 1 - states[::-1].index("missing")
    seen_before = [seen.leg for seen in item.seen[:missed] if seen.state != "missing"]
    return seen_before[-1] if seen_before else Stage.PACKED
