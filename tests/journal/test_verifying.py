"""Nobody changes, drops, slips in or moves anything unseen, and the walk says what it was."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from redbag.journal.destroying import destroy_personal
from redbag.journal.models import Destruction, Entry, Heartbeat, Mention, Personal, Seal
from redbag.journal.recording import record
from redbag.journal.sealing import seal_pending
from redbag.journal.verifying import verify
from redbag.vault import seal

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def kept(sealed):
    """The sealed entries by what they are: plain, changed (with a personal part), shown (names Peggy and Arthur)."""
    plain, changed, shown = Entry.objects.order_by("pk")
    return SimpleNamespace(world=sealed, plain=plain, changed=changed, shown=shown)


def rows(entry):
    return Entry.objects.filter(pk=entry.pk)


def parts(k):
    return Personal.objects.filter(pk=k.changed.pk)


def drop(entry):
    """As somebody does who can switch off foreign keys too."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("DELETE FROM redbag_entry WHERE id = %s", [entry.pk])


def swap_entries(k):
    first = Seal.objects.get(number=1)
    Seal.objects.filter(number=1).delete()
    Seal.objects.filter(number=2).update(entry=k.plain)
    first.entry = k.changed
    first.save(force_insert=True)


def swap_seals():
    for before, after in ((2, 9), (3, 2), (9, 3)):
        Seal.objects.filter(number=before).update(number=after)


def slip_in(k):
    """A seal for what was never sealed, between two that were."""
    new = Entry.objects.create(action="bag.added", at=k.world.now, subject_type="bag")
    for number in (3, 2):
        Seal.objects.filter(number=number).update(number=number + 1)
    Seal.objects.create(number=2, entry=new, digest="a" * 64, chained="b" * 64, sealed_at=k.world.now)


OTHER = uuid.UUID(int=9)
CHANGED = "entry {plain} (bag.added) was changed after seal 1 sealed it"
PART = "the personal part of entry {changed} is not what was sealed"
LIST = "entry {shown} was changed after seal 3: whom it names, who looked, at what or when"
UNSEALED = "entry {plain} (bag.added, 21 Nov 2026 02:50) has no seal, though the sealer came past it"
TAMPERING = {
    "another action": (lambda k: rows(k.plain).update(action="bag.lost"), [CHANGED.replace("added", "lost")]),
    "another time": (lambda k: rows(k.plain).update(at=k.world.now + timedelta(minutes=1)), [CHANGED]),
    "somebody else": (lambda k: rows(k.plain).update(actor_id=OTHER), [CHANGED]),
    "another organisation": (lambda k: rows(k.plain).update(organisation_id=OTHER), [CHANGED]),
    "another resident": (
        lambda k: rows(k.changed).update(resident_id=OTHER),
        ["entry {changed} (resident.changed) was changed after seal 2 sealed it"],
    ),
    "another fact": (lambda k: rows(k.plain).update(facts={"number": 1}), [CHANGED]),
    "an entry gone": (lambda k: drop(k.plain), ["entry {plain}, which seal 1 sealed, is gone"]),
    "entries in another order": (
        swap_entries,
        [
            "entry {changed} stands under seal 1, but seal 2 sealed it",
            "entry {plain} stands under seal 2, but seal 1 sealed it",
        ],
    ),
    "seals in another order": (
        lambda k: swap_seals(),
        ["seal 2 does not follow from the one before it", "seal 3 does not follow from the one before it"],
    ),
    "an entry slipped in between": (
        slip_in,
        [
            "seal 2 does not follow from the one before it",
            "seal 3 does not follow from the one before it",
            "entry {new} (bag.added) was changed after seal 2 sealed it",
        ],
    ),
    "a personal part of other words": (lambda k: parts(k).update(content='{"before": {}}'), [PART]),
    "a personal part of another salt": (lambda k: parts(k).update(salt=uuid.uuid4()), [PART]),
    "a personal part gone": (
        lambda k: parts(k).delete(),
        ["the personal part of entry {changed} is gone, and no entry tells that it was destroyed"],
    ),
    "a personal part more": (
        lambda k: Personal.objects.create(entry=k.plain, content="{}"),
        ["entry {plain} has a personal part that it did not have when it was sealed"],
    ),
    "a resident more on a list": (
        lambda k: Mention.objects.create(entry=k.shown, resident_id=OTHER),
        [f"resident {OTHER} was added to those whom entry {{shown}} names"],
    ),
    "a resident less on a list": (lambda k: Mention.objects.filter(resident_id=k.world.peggy.pk).delete(), [LIST]),
    "another resident on a list": (
        lambda k: Mention.objects.filter(resident_id=k.world.peggy.pk).update(resident_id=OTHER),
        [LIST],
    ),
    "a seal's digest": (
        lambda k: Seal.objects.filter(number=1).update(digest="f" * 64),
        ["seal 1 does not follow from the one before it", CHANGED],
    ),
    "a seal's chain": (
        lambda k: Seal.objects.filter(number=2).update(chained="f" * 64),
        ["seal 2 does not follow from the one before it", "seal 3 does not follow from the one before it"],
    ),
    "no first seal": (lambda k: Seal.objects.filter(number=1).delete(), ["seal 1 is missing", UNSEALED]),
    "no second and third seal, and one more": (
        lambda k: Seal.objects.filter(number__gt=1).update(number=F("number") + 7),
        ["seals 2 to 8 are missing"],
    ),
}


@pytest.mark.parametrize(("tamper", "named"), TAMPERING.values(), ids=TAMPERING)
def test_what_does_not_fit_is_named(kept, without_triggers, tamper, named):
    later = kept.world.now + timedelta(hours=2)
    assert verify(now=later).faults == ()
    tamper(kept)
    names = {"plain": kept.plain.pk, "changed": kept.changed.pk, "shown": kept.shown.pk}
    names["new"] = Entry.objects.order_by("-pk").values_list("pk", flat=True).first()
    assert list(verify(now=later).faults) == [each.format(**names) for each in named]
    transaction.set_rollback(True)  # the database's own checks at the end would find the missing row too


def test_a_personal_part_that_no_key_opens_is_named(kept, without_triggers):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE redbag_personal SET content = %s", [seal("x")[:-9]])
    [fault] = verify(now=kept.world.now).faults
    assert (
        fault == f"the personal part of entry {kept.changed.pk} cannot be read: it was changed, or its key is not here"
    )


def test_an_entry_put_in_behind_the_seals_is_named(kept):
    later = kept.world.now + timedelta(hours=2)
    Seal.objects.create(
        number=4,
        entry=record("bag.added", None, actor=None, at=later),
        digest="0" * 64,
        chained="0" * 64,
        sealed_at=kept.world.now,
    )
    slipped = Entry.objects.create(pk=kept.plain.pk - 100, action="bag.lost", at=kept.world.now)
    faults = verify(now=later).faults
    assert faults[-1] == (
        f"entry {slipped.pk} (bag.lost, 21 Nov 2026 02:50) has no seal, though the sealer came past it"
    )


def test_an_entry_that_the_sealer_left_for_an_hour_is_named_and_a_new_one_is_not(kept):
    left = record("bag.lost", None, actor=None, at=kept.world.now)
    assert verify(now=kept.world.now).faults == ()
    Heartbeat.objects.update(at=kept.world.now + timedelta(hours=2))
    assert verify(now=kept.world.now).faults == (
        f"entry {left.pk} (bag.lost, 21 Nov 2026 02:50) has no seal, though the sealer came past it",
    )


def destroy(k, entries=None):
    return destroy_personal(
        entries or [k.plain.pk, k.changed.pk], actor=k.world.actor("manager"), at=k.world.now, why="kept_long_enough"
    )


def test_what_was_destroyed_in_its_time_fits_and_is_told(kept):
    assert destroy(kept) == 1
    seal_pending(now=kept.world.now)
    assert Personal.objects.count() == 0
    assert verify(now=kept.world.now).faults == ()
    told = Entry.objects.get(action="personal.destroyed")
    assert told.facts == {"why": "kept_long_enough", "entries": [kept.changed.pk]}
    assert told.actor_id == kept.world.people["manager"].pk
    assert destroy(kept) == 0


def test_a_personal_part_goes_only_with_a_word_in_the_journal(kept):
    def delete():
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Personal.objects.all().delete()

    delete()
    Destruction.objects.create(entry=kept.changed, told_in=kept.plain)  # an entry that tells of something else
    delete()
    assert Personal.objects.count() == 1


def test_a_part_that_goes_with_a_word_that_does_not_name_it_is_found(kept):
    told = record("personal.destroyed", None, actor=None, at=kept.world.now, why="x", entries=[])
    Destruction.objects.create(entry=kept.changed, told_in=told)
    Personal.objects.all().delete()
    seal_pending(now=kept.world.now)
    assert verify(now=kept.world.now).faults == (
        f"the personal part of entry {kept.changed.pk} is gone, and no entry tells that it was destroyed",
    )


def test_a_part_said_to_be_destroyed_that_is_still_there_is_found(kept, without_triggers):
    [part] = Personal.objects.all()
    destroy(kept)
    Personal.objects.create(entry_id=part.pk, salt=part.salt, content=part.content)
    told = Entry.objects.get(action="personal.destroyed")
    assert verify(now=kept.world.now).faults == (
        f"the personal part of entry {part.pk} is still here, though entry {told.pk} says that it was destroyed",
    )
