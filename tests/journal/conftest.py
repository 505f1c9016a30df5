from types import SimpleNamespace

import pytest
from django.db import connection

from redbag.journal.recording import record, record_view
from redbag.journal.sealing import seal_pending
from redbag.residents.actions import change_resident
from tests.append_only import TRIGGERS


@pytest.fixture
def without_triggers(db):
    """The append-only triggers lifted until the test's transaction is rolled back: what somebody with the database's
    own password could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for each in reversed(TRIGGERS):  # the later first: its triggers stand on the earlier's
            each.lift(None, SimpleNamespace(connection=connection, execute=cursor.execute))


@pytest.fixture
def told(world):
    """Three entries: one plain, one with a personal part, one that names two residents."""
    senior, home = world.actor("senior"), world.oakview
    record("bag.added", world.bag, actor=senior, at=world.now, organisation=home)
    change_resident(actor=senior, resident=world.peggy, values={"preferred_name": "Meg"}, now=world.now)
    shown = [world.peggy.pk, world.arthur.pk]
    record_view("residents", None, actor=senior, at=world.now, organisation=home, residents=shown)
    return world


@pytest.fixture
def sealed(told):
    """The three entries under three seals."""
    seal_pending(now=told.now)
    return told


@pytest.fixture
def data(settings, tmp_path):
    """A data folder of this test alone, where files of checkpoints go."""
    settings.REDBAG_DATA = tmp_path
    return tmp_path
