"""Reads one fact as a device sent it; nothing here looks at the database."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from redbag.transfers.contents import CATEGORIES
from redbag.transfers.outcomes import read_details
from redbag.transfers.stages import ITEM_STATES, Kind, Outcome

CLOCK_TOLERANCE = timedelta(seconds=60)
LATE = timedelta(hours=48)
AHEAD = timedelta(minutes=5)
MOST_ITEMS = 200
SENT_KINDS = (Kind.HANDOFF, Kind.CHECK, Kind.OPENED, Kind.OUTCOME, Kind.VOID)
TEXTS = {
    "to_text": 200,
    "to_name": 150,
    "from_name": 150,
    "place": 100,
    "reason": 500,
    "handover_code": 20,
    "place_token": 300,
    "to": 10,
    "organisation": 10,
}


IDENTITY = ("photo", "born", "wristband")
LONGEST_SEAL = 40
LONGEST_NAME = 100
DEEPEST = 20


@dataclass(frozen=True)
class Sent:
    """A fact as sent, read: `errors` by field when it is malformed, and then only `id` and `digest` can be trusted."""

    id: uuid.UUID
    digest: str
    kind: str = ""
    token: str = ""
    transfer: uuid.UUID | None = None
    claimed_at: datetime | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    items: tuple[dict, ...] = ()
    outcome: str = ""
    target: uuid.UUID | None = None
    content: Mapping[str, object] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.texts.get(name, "")


def can_be_kept(text: str) -> bool:
    """Whether a database can hold it: no NUL, no half of a character."""
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def digest_of(raw: object) -> str:
    """By which the same content is known again."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest()


def not_too_deep(raw: Any) -> Any:
    """A fact as it was sent; of one nested deeper than any fact is, and so deep that it may not be kept, the id."""
    level = [raw]
    for _ in range(DEEPEST):
        level = [each for outer in level for each in _inside(outer)]
        if not level:
            return raw
    return {"id": raw["id"]} if isinstance(raw, Mapping) and isinstance(raw.get("id"), str) else {}


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()


def read(raw: object) -> Sent:
    """Read one fact of a batch. Never raises: what is wrong is told in `errors`, under names that can be kept."""
    digest = digest_of(raw)
    try:
        sent = _read(raw, digest)
    except Exception:
        made_up = uuid.uuid5(uuid.NAMESPACE_OID, digest)
        known = _uuid(raw, "id", {}) if isinstance(raw, Mapping) else None
        return Sent(known or made_up, digest, errors={"fact": "This could not be read."})
    return replace(sent, errors={_name(field): words for field, words in sent.errors.items()})


def _name(field: str) -> str:
    """A field's name as it can be kept: whoever sent it may have made it up."""
    return "".join(filter(can_be_kept, field))[:LONGEST_NAME]


def _read(raw: object, digest: str) -> Sent:
    made_up = uuid.uuid5(uuid.NAMESPACE_OID, digest)
    if not isinstance(raw, Mapping):
        return Sent(made_up, digest, errors={"fact": "Send an object."})
    errors: dict[str, str] = {}
    fact_id = _uuid(raw, "id", errors, needed=True) or made_up
    kind = raw.get("kind")
    if kind not in SENT_KINDS:
        errors["kind"] = f"Send one of: {', '.join(SENT_KINDS)}."
    texts = {name: _text(raw, name, longest, errors) for name, longest in TEXTS.items()}
    token = _text(raw, "token", 300, errors)
    transfer = _uuid(raw, "transfer", errors)
    if not token and not transfer and kind != Kind.VOID and "transfer" not in errors:
        errors["token"] = "Say which bag (token) or which transfer."
    sent = Sent(
        fact_id,
        digest,
        kind=str(kind),
        token=token,
        transfer=transfer,
        claimed_at=_moment(raw.get("occurred_at"), errors),
        texts=texts,
        items=_items(raw, errors) if kind in (Kind.HANDOFF, Kind.CHECK) else (),
        outcome=_outcome(raw, errors) if kind == Kind.OUTCOME else "",
        target=_uuid(raw, "fact", errors, needed=True) if kind == Kind.VOID else None,
        content=_content(raw, errors) if kind in (Kind.HANDOFF, Kind.CHECK, Kind.OPENED) else _details(raw, errors),
        errors=errors,
    )
    if kind == Kind.HANDOFF and not texts["to"] and not texts["to_text"]:
        errors["to"] = "Say who has the bag now: an ODS code (to) or a name (to_text)."
    if kind == Kind.CHECK and not sent.items and "items" not in errors:
        errors["items"] = "Say which items were looked for."
    return sent


def corrected(*, claimed_at: datetime, sent_at: datetime, received_at: datetime) -> tuple[datetime, bool]:
    """When it happened by our clock: a device more than 60 s off is corrected by how far off it was when it sent."""
    offset = received_at - sent_at
    return (claimed_at + offset, True) if abs(offset) > CLOCK_TOLERANCE else (claimed_at, False)


def _uuid(raw: Mapping, name: str, errors: dict, *, needed: bool = False) -> uuid.UUID | None:
    value = raw.get(name)
    if value in (None, "") and not needed:
        return None
    try:
        return uuid.UUID(str(value))
    except ValueError:
        errors[name] = "Send a UUID."
        return None


def _text(raw: Mapping, name: str, longest: int, errors: dict) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or not can_be_kept(value):
        errors[name] = f"Send text of at most {longest} characters."
        return ""
    return value.strip()


def _moment(value: object, errors: dict) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        errors["occurred_at"] = "Send a time as ISO 8601 with its offset, like 2026-11-21T02:50:00+00:00."
        return None
    if moment.tzinfo is None:
        errors["occurred_at"] = "Send the time with its offset, like +00:00."
        return None
    if not 1969 <= moment.year <= 2200:  # a device that lost its battery counts from 1970 on
        errors["occurred_at"] = "Check the year."
        return None
    return moment


def _outcome(raw: Mapping, errors: dict) -> str:
    if raw.get("outcome") not in Outcome.values:
        errors["outcome"] = f"Send one of: {', '.join(Outcome.values)}."
        return ""
    return raw["outcome"]


def _details(raw: Mapping, errors: dict) -> dict:
    """What was said about an outcome: who advised it, where to, whom to ring; only what was said."""
    details, wrong = read_details(raw.get("details") if raw.get("kind") == Kind.OUTCOME else None)
    errors.update(wrong)
    return {"details": details} if details else {}


def _content(raw: Mapping, errors: dict) -> dict:
    """What was looked at before the bag was taken, the seal's number, the signature: only what was said."""
    said: dict = {}
    identity = raw.get("identity")
    if identity is not None:
        if not isinstance(identity, Mapping) or not all(isinstance(tick, bool) for tick in identity.values()):
            errors["identity"] = f"Send an object with {', '.join(IDENTITY)}, each true or false."
        elif ticks := {name: True for name in IDENTITY if identity.get(name)}:
            said["identity"] = ticks
    if seal := _text(raw, "seal", LONGEST_SEAL, errors):
        said["seal"] = seal
    if signature := _uuid(raw, "signature", errors):
        said["signature"] = str(signature)
    if raw.get("paper") is True:
        said["paper"] = True
    return said


def _items(raw: Mapping, errors: dict) -> tuple[dict, ...]:
    rows = raw.get("items") or []
    if not isinstance(rows, list) or len(rows) > MOST_ITEMS or not all(isinstance(row, Mapping) for row in rows):
        errors["items"] = f"Send a list of at most {MOST_ITEMS} objects with item and state."
        return ()
    kept = []
    for place, row in enumerate(rows):
        wrong: dict[str, str] = {}
        item = _uuid(row, "item", wrong, needed=True)
        if row.get("state") not in ITEM_STATES:
            wrong["state"] = f"Send one of: {', '.join(ITEM_STATES)}."
        category = row.get("category")
        if row.get("state") == "extra" and not (isinstance(category, str) and category in CATEGORIES):
            wrong["category"] = f"Choose one of: {', '.join(CATEGORIES)}."
        texts = {name: _text(row, name, 200, wrong) for name in ("note", "description")}
        quantity = row.get("quantity", 1)
        if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= 999:
            wrong["quantity"] = "Send a whole number from 1 to 999."
        errors.update({f"items.{place}.{name}": fault for name, fault in wrong.items()})
        kept.append({"item": str(item), "state": row.get("state"), "note": texts["note"]})
        if row.get("state") == "extra":
            kept[-1] |= {"category": category, "description": texts["description"], "quantity": quantity}
    return tuple(kept)
