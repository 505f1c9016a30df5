"""A browser without JavaScript for each person of the cast, and a clock that stands still."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.accounts.conftest import post  # noqa: F401 (a fixture)


@pytest.fixture
def at(world):
    """Puts the clock so many minutes after the world began; an hour unless told otherwise."""
    travellers = []

    def go(minutes: int = 60):
        while travellers:
            travellers.pop().stop()
        traveller = time_machine.travel(world.now + timedelta(minutes=minutes), tick=False)
        traveller.start()
        travellers.append(traveller)

    go()
    yield go
    while travellers:
        travellers.pop().stop()


@pytest.fixture
def browser_of(world, at):
    """A signed-in browser of somebody of the cast."""

    def sign_in(who: str) -> Client:
        client = Client()
        client.force_login(world.people[who])
        return client

    return sign_in
