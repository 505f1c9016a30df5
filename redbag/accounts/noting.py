"""What the journal says of how somebody signs in, where their manager reads it."""

from datetime import datetime
from typing import Any

from redbag.journal.recording import record
from redbag.organisations.access import actor_for
from redbag.organisations.models import User


def note(action: str, user: User, *, now: datetime, **facts: Any) -> None:
    """Write what happened to somebody's own sign-in into the journal of where their first post is."""
    actor = actor_for(user)
    record(action, user, actor=actor, at=now, organisation=actor.first_place(), **facts)
