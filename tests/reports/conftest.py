from datetime import timedelta

import pytest

from tests.api.conftest import api
from tests.web.conftest import at, browser_of
from tests.web.journeys import pack, tell

__all__ = ["api", "at", "browser_of"]


@pytest.fixture
def there_and_back(world):
    """Peggy's journey: 20 minutes until the crew, 40 in the ambulance, two hours in hospital, an hour home."""

    def go(*, start=0, missing=False, **more):
        transfer = pack(world, minutes=start, **more)
        glasses = transfer.facts.get(kind="pack").items[0]["id"]
        seen = [{"item": glasses, "state": "present"}]
        tell(world, "crew", transfer, minutes=start + 20, kind="handoff", to="RDEM9")
        tell(world, "ward", transfer, minutes=start + 60, kind="handoff", to="RDEM1", items=seen)
        tell(world, "crew", transfer, minutes=start + 180, kind="handoff", to="RDEM9")
        found = [{"item": glasses, "state": "missing" if missing else "present"}]
        tell(world, "carer", transfer, minutes=start + 240, kind="handoff", to="VDEM1", items=found)
        tell(world, "carer", transfer, minutes=start + 250, kind="outcome", outcome="closed")
        return transfer

    return go


@pytest.fixture
def december(world, at):
    """The clock stands in December: November is over, and told to those outside."""
    at(12 * 24 * 60)
    return world.now + timedelta(days=12)


@pytest.fixture
def later(world):
    """A day after the world began."""
    return world.now + timedelta(days=1)
