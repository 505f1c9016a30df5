"""What was told on a tablet and does not count: for its home to read, with who told it and why it does not count."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from redbag.bags import tokens
from redbag.bags.models import Bag, Label
from redbag.journal.reading import latest
from redbag.organisations.access import Actor, Permission
from redbag.organisations.models import Organisation, User
from redbag.residents.models import Resident
from redbag.transfers.contents import CATEGORIES
from redbag.transfers.facts import corrected, read
from redbag.transfers.lines import REASON_LABELS
from redbag.transfers.models import HeldFact, Transfer
from redbag.transfers.stages import Kind, Outcome

SETTLED, JOINED = "held.settled", "held.joined"
SHOWN_AFTER = timedelta(days=14)
MOST = 100
WHY = {
    "unknown_token": "Nobody knows the label that was scanned.",
    "blank_label": "Nobody had packed the bag that was scanned, so it belongs to no journey.",
    "unknown_item": "A thing in it is not on the list of this journey.",
    "unknown_organisation": "The place it went to is not on the list.",
    "not_yours": "It is about a journey, a bag or a person that the service does not know for this home.",
    "future": "Its time had not come yet: the clock of the tablet was ahead.",
    "malformed": "A part of it could not be read.",
}
HAPPENED: dict[str, str] = {
    Kind.CHECK: "The contents were checked",
    Kind.OPENED: "The bag was opened",
    Kind.VOID: "Something was taken back",
}


@dataclass(frozen=True)
class Told:
    """One thing that was told and does not count, as its home reads it. `waits` are what was told after it."""

    row: HeldFact
    raw: Mapping
    at: datetime
    resident: Resident | None
    joins: Transfer | None
    bag: Bag | None
    words: Sequence[tuple[str, str]]
    waits: list["Told"] = field(default_factory=list)
    settled_by: str = ""
    joined: bool = False

    @property
    def who(self) -> str:
        """Who it is about, as the home calls them; "Somebody" when that cannot be told."""
        return self.resident.called if self.resident else "Somebody"

    @property
    def by(self) -> str:
        """Who told it."""
        return self.row.by.name if self.row.by else "a tablet"

    @property
    def why(self) -> str:
        """Why it does not count, for the home."""
        told = [str(words) for words in self.row.errors.values()] if self.row.reason == "refused" else []
        return " ".join(told) or WHY.get(self.row.reason, "It could not be recorded.")

    @property
    def says(self) -> str:
        """What happened, as a person would say it."""
        return _says(self.raw, self.bag)

    @property
    def is_packing(self) -> bool:
        """Whether somebody left with it."""
        return self.raw.get("kind") == Kind.PACK


def unsettled(actor: Actor, *, now: datetime) -> list[Told]:
    """What nobody has seen to, the oldest first; what waits for a packing that is held stands with that packing."""
    rows = HeldFact.objects.visible_to(actor).filter(settled_at=None).select_related("by").order_by("received_at")
    told = {row.pk: tell(actor, row, now=now) for row in rows[:MOST]}
    packings = {key for key, each in told.items() if each.is_packing}
    for each in told.values():
        if each.row.transfer_ref in packings and not each.is_packing:
            told[each.row.transfer_ref].waits.append(each)
    return [each for each in told.values() if each.is_packing or each.row.transfer_ref not in packings]


def settled(actor: Actor, *, now: datetime) -> list[Told]:
    """What people saw to in the last two weeks, the newest first, with who did."""
    homes = actor.organisations_with(Permission.PACK)
    noted = latest(organisations=homes, actions=(SETTLED, JOINED), since=now - SHOWN_AFTER, most=MOST)
    rows = HeldFact.objects.visible_to(actor).select_related("by").exclude(settled_at=None)
    held, people = rows.in_bulk([each.subject for each in noted]), User.objects.in_bulk({each.by for each in noted})
    return [
        tell(actor, held[each.subject], now=now, by=_name(people.get(each.by)), joined=each.action == JOINED)
        for each in noted
        if each.subject in held
    ]


def _name(user: User | None) -> str:
    return user.name if user else "somebody"


def tell(actor: Actor, row: HeldFact, *, now: datetime, by: str = "", joined: bool = False) -> Told:
    """One held fact in words; names only of residents and journeys that the actor may see."""
    raw = json.loads(row.body)
    raw = raw if isinstance(raw, Mapping) else {}
    claimed = read(raw).claimed_at
    at = corrected(claimed_at=claimed, sent_at=row.sent_at, received_at=row.received_at)[0] if claimed else None
    resident, joins = _whose(actor, row, raw, now)
    words = list(_words(raw))
    at, bag = at or row.received_at, _bag(actor, raw)
    return Told(row, raw, at, resident, joins, bag, words, settled_by=by, joined=joined)


def _whose(actor: Actor, row: HeldFact, raw: Mapping, now: datetime) -> tuple[Resident | None, Transfer | None]:
    """Who it is about, and for a packing the journey that they are on now."""
    mine = Transfer.objects.visible_to(actor, now=now).select_related("resident", "home")
    if raw.get("kind") != Kind.PACK:
        known = mine.filter(pk=row.transfer_ref).first() if row.transfer_ref else None
        return (known.resident, None) if known else (None, None)
    wanted = _uuid(raw.get("resident"))
    person = Resident.objects.visible_to(actor).filter(pk=wanted).first() if wanted else None
    if person is None:
        return None, None
    person = person.merged_into or person
    return person, mine.open().filter(resident=person).first()


def _says(raw: Mapping, bag: Bag | None) -> str:
    kind = raw.get("kind")
    if kind == Kind.PACK:
        if raw.get("bag") or raw.get("token"):
            return f"Went to hospital with bag {bag.tracker}" if bag else "Went to hospital with a bag"
        return "Went to hospital without a bag"
    if kind == Kind.HANDOFF:
        code = raw.get("to")
        place = Organisation.objects.filter(ods_code=code.upper()).first() if isinstance(code, str) and code else None
        return f"{place.name if place else raw.get('to_text') or 'Somebody'} took over"
    if kind == Kind.OUTCOME and raw.get("outcome") in Outcome.values:
        return Outcome(raw["outcome"]).label
    return HAPPENED.get(kind, "Something was recorded") if isinstance(kind, str) else "Something was recorded"


def _bag(actor: Actor, raw: Mapping) -> Bag | None:
    mine = Bag.objects.visible_to(actor)
    if wanted := _uuid(raw.get("bag")):
        return mine.filter(pk=wanted).first()
    found = tokens.found_in(raw["token"]) if isinstance(raw.get("token"), str) else None
    if found is None:
        return None
    value = {"token_digest": tokens.token_digest(found[1])} if found[0] == "token" else {"code": found[1]}
    return mine.filter(pk__in=Label.objects.filter(**value).values("bag")).first()


def _words(raw: Mapping) -> Iterable[tuple[str, str]]:
    """Everything a person wrote, labelled."""
    reason = raw.get("reason")
    if isinstance(reason, Mapping):
        yield from ((REASON_LABELS.get(str(name), str(name)), str(words)) for name, words in reason.items() if words)
    elif reason:
        yield "Why", str(reason)
    for name, label in (
        ("ask", "What the home asks"),
        ("return_when", "Can come home when"),
        ("destination_text", "Going to"),
        ("place", "Place"),
        ("to_name", "Name of who took over"),
        ("from_name", "Opened by"),
        ("seal", "Seal"),
    ):
        if raw.get(name):
            yield label, str(raw[name])
    items = raw.get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping) and raw.get("kind") == Kind.PACK:
            kind = str(item.get("category") or "")
            yield "With them", str(item.get("description") or CATEGORIES.get(kind, "Something"))
    details = raw.get("details")
    if isinstance(details, Mapping):
        yield from ((str(name).replace("_", " ").capitalize(), str(words)) for name, words in details.items() if words)


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
