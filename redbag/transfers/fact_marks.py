"""A digest of everything a fact says, for the journal to keep: what was told cannot be changed unseen."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from redbag.transfers.models import Fact

SAYS = (
    *("kind", "transfer_id", "organisation_id", "role", "by_id", "by_name", "to_id", "to_kind", "to_text", "to_name"),
    *("from_name", "place", "occurred_at", "claimed_at", "recorded_at", "items", "outcome", "target", "reason"),
    *("content", "intake_flags", "code_proved"),
)


def mark_of(fact: Fact) -> str:
    """The SHA-256 of every word of a fact.

    Names could be tried until one fits, so it lies in the personal part of the entry that tells the fact: encrypted,
    put under each new key, covered by the seal, and destroyed with the record. No key is needed to make it again.
    """
    said = {name: _plain(getattr(fact, name)) for name in SAYS}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
