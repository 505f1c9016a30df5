from datetime import timedelta

import pytest

from redbag.counting.counting import count
from redbag.counting.models import CountedJourney


@pytest.fixture
def later(world):
    """A month after the world began."""
    return world.now + timedelta(days=30)


@pytest.fixture
def counted(later):
    """`counted(transfer)`: the row of its journey, made anew."""

    def row(transfer, now=later):
        count([transfer.resident_id], now=now)
        return CountedJourney.objects.get(transfer=transfer.pk)

    return row
