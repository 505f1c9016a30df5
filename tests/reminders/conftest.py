"""Journeys and a watch whose time the test says."""

from datetime import timedelta

import pytest

from redbag.reminders.watching import watch


@pytest.fixture
def look(world):
    """Watch so many hours after the world began; gives how many reminders changed."""

    def looking(hours: float) -> int:
        return watch(now=world.now + timedelta(hours=hours))

    return looking
