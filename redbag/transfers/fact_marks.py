"""A keyed digest of everything a fact says, for the journal to seal: what was told cannot be changed unseen."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from redbag.transfers.models import Fact
from redbag.vault import secret_for, secrets_for

PURPOSE = "mark of a fact"
SAYS = (
    *("kind", "transfer_id", "organisation_id", "role", "by_id", "by_name", "to_id", "to_kind", "to_text", "to_name"),
    *("from_name", "place", "occurred_at", "claimed_at", "recorded_at", "items", "outcome", "target", "reason"),
    *("content", "intake_flags", "code_proved"),
)


def mark_of(fact: Fact) -> str:
    """64 hex digits over every word of a fact; keyed, so that nobody can try names until one fits."""
    return _mark(fact, secret_for(str(fact.pk), purpose=PURPOSE))


def fits(fact: Fact, mark: str) -> bool:
    """Whether a fact still says what it said when it was marked, under any of the keys."""
    keys = secrets_for(str(fact.pk), purpose=PURPOSE)
    return any(hmac.compare_digest(_mark(fact, key), mark) for key in keys)


def _mark(fact: Fact, key: bytes) -> str:
    said = {name: _plain(getattr(fact, name)) for name in SAYS}
    return hmac.new(key, json.dumps(said, sort_keys=True, default=str).encode(), hashlib.sha256).hexdigest()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
