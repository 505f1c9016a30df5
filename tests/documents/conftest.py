"""Browsers and callers of the cast, and somebody who adds papers."""

from datetime import timedelta

import pytest

from redbag.documents import actions
from tests.api.conftest import api
from tests.documents import files
from tests.web.conftest import at, browser_of

__all__ = ["add", "api", "at", "browser_of"]


@pytest.fixture
def add(world):
    """Somebody adds a paper or picture of a resident, Peggy unless told otherwise."""

    def added(who="carer", *, resident=None, file=None, minutes=0, **values):
        return actions.add_document(
            actor=world.actor(who),
            resident=resident or world.peggy,
            file=files.face() if file is None else file,
            values={"kind": "other", **values},
            now=world.now + timedelta(minutes=minutes),
        )

    return added
