"""Every committed entry gets its seal, once and in one chain."""

import pytest

from redbag.journal.models import Entry, Seal
from redbag.journal.recording import record
from redbag.journal.sealing import seal_pending
from redbag.journal.verifying import verify
from tests.deliveries.workers import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def counted(world):
    verdict = verify(now=world.now)
    return verdict.sealed, verdict.unsealed, verdict.faults


def test_every_committed_entry_is_sealed_and_fits(told):
    assert counted(told) == (0, 3, ())
    assert seal_pending(now=told.now) == 3
    assert seal_pending(now=told.now) == 0
    assert counted(told) == (3, 0, ())


def test_an_entry_that_is_committed_late_is_sealed_later(told):
    late = Entry.objects.order_by("pk").first()
    Seal.objects.create(
        number=1, entry=Entry.objects.order_by("pk").last(), digest="0" * 64, chained="0" * 64, sealed_at=told.now
    )
    assert seal_pending(now=told.now) == 2
    assert Seal.objects.filter(entry=late).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain(world):
    for number in range(40):
        record("bag.added", world.bag, actor=None, at=world.now, organisation=world.oakview, number=number)

    at_once(*[lambda: seal_pending(now=world.now, limit=15)] * 2)
    while seal_pending(now=world.now):
        pass
    assert counted(world) == (40, 0, ())
    assert sorted(Seal.objects.values_list("number", flat=True)) == list(range(1, 41))
