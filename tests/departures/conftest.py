"""A journey that every test here begins with, a browser without JavaScript, a clock that stands still, callers."""

import copy

import pytest
from django.db import connection, transaction

from tests.api.conftest import api
from tests.web.conftest import at, browser_of
from tests.web.journeys import in_hospital
from tests.world import build

__all__ = ["api", "at", "browser_of"]


@pytest.fixture(scope="module")
def begun(django_db_setup, django_db_blocker):
    """The cast, and Peggy's journey: written once for a file of tests, each of which ends as it found them."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(connection, "close", lambda: None)  # after each test Django would, and end what was begun here
        world = build()
        yield world, in_hospital(world)
        transaction.set_rollback(True)


@pytest.fixture
def world(begun, db):
    """The cast of tests/world.py."""
    return copy.deepcopy(begun[0])


@pytest.fixture
def transfer(begun, world, at):
    """Peggy is in A&E of St Mary's since 03:30; it is 03:50."""
    return copy.deepcopy(begun[1])
