"""Home and ward write to each other about a journey; urgent things are rung."""

from datetime import timedelta
from uuid import uuid4

import pytest

from redbag.deliveries.models import Endpoint, Letter
from redbag.errors import BadInput, NotAllowed, Refused
from redbag.journal.models import Entry
from redbag.notes.actions import read_note, write_note
from redbag.notes.models import Note
from redbag.organisations.models import Place
from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def write(world, who, transfer, words="Does she drink thickened fluids?", **more):
    return write_note(actor=world.actor(who), transfer=transfer, words=words, now=world.now, **more)


@pytest.fixture
def transfer(world):
    return in_hospital(world)


def test_the_other_side_is_told_at_once_without_a_word_of_the_note(world, transfer):
    for place in (world.oakview, world.stmarys):
        Endpoint.objects.create(
            organisation=place, kind="webhook", address="https://x.example/", secret="whsec_eA==", created_at=world.now
        )
    Letter.objects.all().delete()
    note, new = write(world, "ward", transfer)
    letters = Letter.objects.filter(type="note.written")
    assert new
    assert [(letter.organisation, letter.ids) for letter in letters] == [
        (world.oakview, {"transfer": str(transfer.pk), "note": str(note.pk)})
    ]


def test_the_same_note_sent_twice_is_one(world, transfer):
    same = uuid4()
    assert [write(world, "carer", transfer, id=same)[1] for _ in range(2)] == [True, False]
    with pytest.raises(Refused):
        write(world, "carer", transfer, words="Something else", id=same)
    assert Note.objects.count() == 1


def test_where_the_bag_is_is_not_asked_twice_in_ten_minutes(world, transfer):
    first, _ = write(world, "carer", transfer, kind="chase")
    assert write(world, "senior", transfer, kind="chase") == (first, False)
    later = world.now + timedelta(minutes=11)
    _, new = write_note(actor=world.actor("carer"), transfer=transfer, words="Still?", kind="chase", now=later)
    assert new


def test_an_answer_also_says_that_the_question_was_read(world, transfer):
    question, _ = write(world, "ward", transfer)
    write(world, "carer", transfer, words="Yes, level 2.", answers=question)
    question.refresh_from_db()
    assert (question.read_at, question.read_by_name) == (world.now, "Carer Tester")


def test_the_first_reader_stays_and_nobody_reads_their_own(world, transfer):
    note, _ = write(world, "ward", transfer)
    with pytest.raises(NotAllowed):
        read_note(actor=world.actor("discharge"), note=note, now=world.now)
    read_note(actor=world.actor("carer"), note=note, now=world.now)
    read_note(actor=world.actor("senior"), note=note, now=world.now + timedelta(hours=1))
    note.refresh_from_db()
    assert (note.read_at, note.read_by_name) == (world.now, "Carer Tester")


def test_an_answer_is_promised_only_where_the_ward_promises_one(world, transfer):
    ward = Place.objects.get(organisation=world.stmarys, name="Ward 4B")
    transfer.holder_place = "Ward 4B"
    transfer.save(update_fields=["holder_place"])
    assert write(world, "carer", transfer)[0].reply_by is None
    ward.reply_within = 120
    ward.save(update_fields=["reply_within"])
    assert write(world, "carer", transfer)[0].reply_by == world.now + timedelta(hours=2)
    assert write(world, "ward", transfer)[0].reply_by is None


@pytest.mark.parametrize("who", ["millbrook", "northgate", "crew", "auditor", "administrator"])
def test_who_is_no_party_or_only_carries_writes_nothing(world, transfer, who):
    with pytest.raises(NotAllowed):
        write(world, who, transfer)
    assert not Note.objects.exists()


def test_empty_and_endless_notes_are_refused_in_words(world, transfer):
    for words in ("   ", "x" * 2001):
        with pytest.raises(BadInput) as wrong:
            write(world, "carer", transfer, words=words)
        assert wrong.value.errors == {"words": "Write a few words, at most 2000 characters."}


def test_the_journal_names_the_note_and_never_quotes_it(world, transfer):
    note, _ = write(world, "ward", transfer)
    entry = Entry.objects.get(action="note.written")
    assert entry.facts == {"transfer": str(transfer.pk), "kind": "note"}
    assert entry.personal_digest == ""
    assert note.words not in str(entry.facts)
