"""Nobody changes, drops or slips in an entry unseen."""

import uuid
from datetime import timedelta

import pytest

from redbag.journal.models import Entry, Mention, Personal, Seal
from redbag.journal.recording import record
from redbag.journal.sealing import seal_pending, verify
from tests.deliveries.workers import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def sealed(told):
    seal_pending(now=told.now)
    return told


def test_every_committed_entry_is_sealed_and_fits(told):
    assert (verify().sealed, verify().unsealed, verify().fault) == (0, 3, "")
    assert seal_pending(now=told.now) == 3
    assert seal_pending(now=told.now) == 0
    assert (verify().sealed, verify().unsealed, verify().fault) == (3, 0, "")


def test_an_entry_that_is_committed_late_is_sealed_later(told):
    late = Entry.objects.order_by("pk").first()
    Seal.objects.create(
        number=1, entry=Entry.objects.order_by("pk").last(), digest="0" * 64, chained="0" * 64, sealed_at=told.now
    )
    assert seal_pending(now=told.now) == 2
    assert Seal.objects.filter(entry=late).count() == 1


def first():
    return Entry.objects.order_by("pk")[:1].values("pk")


TAMPERING = {
    "another action": lambda w: Entry.objects.filter(pk__in=first()).update(action="bag.lost"),
    "another time": lambda w: Entry.objects.filter(pk__in=first()).update(at=w.now + timedelta(minutes=1)),
    "somebody else": lambda w: Entry.objects.filter(pk__in=first()).update(actor_id=uuid.uuid4()),
    "another resident": lambda w: Entry.objects.filter(action="resident.changed").update(resident_id=w.arthur.pk),
    "another fact": lambda w: Entry.objects.filter(action="resident.changed").update(facts={"fields": []}),
    "the personal part": lambda w: Personal.objects.update(content='{"before": {}}'),
    "the personal part's salt": lambda w: Personal.objects.update(salt=uuid.uuid4()),
    "a resident more on a list": lambda w: Mention.objects.create(entry=Entry.objects.last(), resident_id=w.nora.pk),
    "a resident less on a list": lambda w: Mention.objects.filter(resident_id=w.peggy.pk).delete(),
    "a seal's digest": lambda w: Seal.objects.filter(number=2).update(digest="f" * 64),
    "a seal's chain": lambda w: Seal.objects.filter(number=2).update(chained="f" * 64),
    "no first seal": lambda w: Seal.objects.filter(number=1).delete(),
    "no second seal": lambda w: Seal.objects.filter(number=2).delete(),
}


@pytest.mark.parametrize("tamper", TAMPERING.values(), ids=TAMPERING)
def test_tampering_is_found(sealed, without_triggers, tamper):
    assert verify().fault == ""
    tamper(sealed)
    assert verify().fault != ""


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain(world):
    for number in range(40):
        record("bag.added", world.bag, actor=None, at=world.now, organisation=world.oakview, number=number)

    at_once(*[lambda: seal_pending(now=world.now, limit=15)] * 2)
    while seal_pending(now=world.now):
        pass
    assert (verify().sealed, verify().unsealed, verify().fault) == (40, 0, "")
    assert sorted(Seal.objects.values_list("number", flat=True)) == list(range(1, 41))
