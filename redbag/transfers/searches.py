"""What is looked for on a journey, as its facts tell it: since when, who had it last, whom to ask, if it is found.

Like the journey itself this depends on what was told, never on the order in which it arrived.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from redbag.transfers.contents import Item, listed
from redbag.transfers.route import Hold, Journey, Told
from redbag.transfers.stages import Kind, Receiver

OPEN, FOUND, MISTAKE = "", "found", "mistake"


@dataclass(frozen=True)
class Search:
    """One thing that somebody did not find. `outcome` is empty while it is missing, else found or mistake.

    `run` are the facts that said it was missing since it was last there; `ended_at` when it was found or taken back.
    """

    item: Item
    outcome: str
    opened_by: uuid.UUID
    opened_at: datetime
    run: frozenset[uuid.UUID]
    last_seen: uuid.UUID | None = None
    asked: uuid.UUID | None = None
    asked_text: str = ""
    ended_at: datetime | None = None


def searches(*, home: uuid.UUID, journey: Journey, facts: Sequence[Told]) -> list[Search]:
    """One search for each thing that any fact calls missing, whether it still counts or was taken back."""
    by_id = {told.id: told for told in facts}
    order = [by_id[told] for told in journey.order]
    said: dict[str, list[Told]] = {}
    for told in order:
        for row in told.items:
            if row.get("state") == "missing":
                said.setdefault(row["item"], []).append(told)
    known = {item.id: item for item in journey.items}
    found = []
    for item_id, missed in said.items():
        counted = [told for told in missed if told.id not in journey.voided_by]
        if counted and item_id in known:
            found.append(_search(home, journey, known[item_id], by_id, order))
        elif item := known.get(item_id) or _listed_once(item_id, order):
            found.append(_taken_back(journey, item, missed, by_id))
    return found


def _search(home: uuid.UUID, journey: Journey, item: Item, by_id: Mapping, order: Sequence[Told]) -> Search:
    """The last time it was missing: from the first who did not find it to the last."""
    last = max(place for place, seen in enumerate(item.seen) if seen.state == "missing")
    first = last
    while first and item.seen[first - 1].state == "missing":
        first -= 1
    run = item.seen[first : last + 1]
    before = item.seen[first - 1].fact if first else _listing(journey, item, order)
    after = item.seen[last + 1] if last + 1 < len(item.seen) else None
    asked = _whom_to_ask(home, journey, by_id[run[0].fact], by_id.get(before))
    return Search(
        item=item,
        outcome=FOUND if after else OPEN,
        opened_by=run[0].fact,
        opened_at=run[0].at,
        run=frozenset(seen.fact for seen in run),
        last_seen=before,
        asked=asked.organisation if asked else None,
        asked_text=(asked.place or asked.text) if asked else "",
        ended_at=after.at if after else None,
    )


def _taken_back(journey: Journey, item: Item, missed: Sequence[Told], by_id: Mapping) -> Search:
    """Whoever missed it took that back: it was never missing."""
    voids = [by_id[journey.voided_by[told.id]] for told in missed if told.id in journey.voided_by]
    return Search(
        item=item,
        outcome=MISTAKE,
        opened_by=missed[0].id,
        opened_at=missed[0].occurred_at,
        run=frozenset(told.id for told in missed),
        ended_at=max((void.occurred_at for void in voids), default=missed[0].occurred_at),
    )


def _listing(journey: Journey, item: Item, order: Sequence[Told]) -> uuid.UUID | None:
    """The fact that put it on the list."""
    listing = (told for told in order if told.id not in journey.voided_by and _lists(told, item.id))
    return next((told.id for told in listing), None)


def _lists(told: Told, item_id: str) -> bool:
    return any("category" in row and (row.get("id") or row.get("item")) == item_id for row in told.items)


def _listed_once(item_id: str, order: Sequence[Told]) -> Item | None:
    """A thing whose listing was taken back."""
    for told in order:
        for row in told.items:
            if "category" in row and (row.get("id") or row.get("item")) == item_id:
                return listed({**row, "id": item_id}, came_as="packed" if told.kind == Kind.PACK else "extra")
    return None


def _whom_to_ask(home: uuid.UUID, journey: Journey, missed: Told, before: Told | None) -> Hold | None:
    """Whoever had it between the last time it was there and the first time it was not; None when that is the home.

    Of those before it came home, the hospital that kept the patient comes before the crew that brought them, unless it
    was still there when it left the hospital.
    """
    away = [hold for hold in journey.holds if hold.organisation != home and hold.since <= missed.occurred_at]
    since = before.occurred_at if before else missed.occurred_at
    had = [hold for hold in away if hold.until is None or hold.until > since]
    own = next((hold for hold in reversed(had) if hold.organisation == missed.organisation), None)
    if own is None or missed.organisation == home:
        hospitals = [hold for hold in had if hold.receiver == Receiver.HOSPITAL]
        return (hospitals or had or away or [None])[-1]
    seen_there = before is not None and before.organisation == own.organisation and before.occurred_at >= own.since
    leaving = missed.kind == Kind.HANDOFF and missed.to != missed.organisation
    if seen_there or leaving:
        return own
    earlier = [hold for hold in had if hold.since < own.since]
    return earlier[-1] if earlier else None
