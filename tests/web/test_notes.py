"""The notes of a journey on its pages."""

import pytest
from django.urls import reverse

from redbag.notes.actions import write_note
from redbag.notes.models import Note
from redbag.organisations.models import Place
from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def transfer(world):
    return in_hospital(world)


def words(response):
    return " ".join(response.content.decode().split())


def test_the_number_to_ring_stands_above_the_notes(world, transfer, browser_of):
    Place.objects.filter(organisation=world.stmarys, name="Ward 4B").update(phone="020 7946 0444")
    transfer.holder_place = "Ward 4B"
    transfer.save(update_fields=["holder_place"])
    page = words(browser_of("carer").get(reverse("web:transfer", args=[transfer.pk])))
    assert page.index("Urgent? Ring") < page.index("020 7946 0444") < page.index("Write a note")
    assert "Ward 4B, St Mary&#x27;s Hospital" in page or "Ward 4B, St Mary's Hospital" in page


def test_a_ward_asks_the_home_answers_and_the_ward_sees_that_it_was_read(world, transfer, browser_of):
    address = reverse("web:notes", args=[transfer.pk])
    browser_of("ward").post(address, {"words": "Does she drink thickened fluids?"})
    question = Note.objects.get()
    at_home = words(browser_of("carer").get(address))
    assert "Does she drink thickened fluids?" in at_home
    assert "I have read this" in at_home
    browser_of("carer").post(address, {"words": "Yes, level 2.", "answers": str(question.pk)})
    at_ward = words(browser_of("ward").get(address))
    assert "✓ Read by Carer Tester" in at_ward
    assert "Yes, level 2." in at_ward


def test_pressing_send_twice_is_one_note(world, transfer, browser_of):
    form = {"words": "He likes tea at ten.", "form": "6f4a1a1e-5d0a-4a9e-9f2e-0a3c5be7a001"}
    client, address = browser_of("carer"), reverse("web:notes", args=[transfer.pk])
    client.post(address, form)
    assert "Already sent." in words(client.post(address, form, follow=True))
    assert Note.objects.count() == 1


def test_nothing_typed_is_lost_when_it_is_too_long(world, transfer, browser_of):
    typed = "Please ring. " * 200
    answer = browser_of("carer").post(reverse("web:notes", args=[transfer.pk]), {"words": typed})
    assert answer.status_code == 422
    assert typed.strip() in answer.content.decode()
    assert "at most 2000 characters" in words(answer)


def test_another_home_and_another_hospital_find_no_notes(world, transfer, browser_of):
    note, _ = write_note(actor=world.actor("ward"), transfer=transfer, words="Secret", now=world.now)
    for who in ("millbrook", "northgate"):
        client = browser_of(who)
        assert client.get(reverse("web:notes", args=[transfer.pk])).status_code == 404
        assert client.post(reverse("web:read_note", args=[note.pk])).status_code == 404


def test_the_notes_move_by_themselves_and_cost_nothing_while_nothing_is_new(world, transfer, browser_of):
    client, address = browser_of("carer"), reverse("web:notes_now", args=[transfer.pk])
    assert client.get(address, {"seen": "0-0"}).status_code == 204
    write_note(actor=world.actor("ward"), transfer=transfer, words="Any allergies to plasters?", now=world.now)
    assert "Any allergies to plasters?" in words(client.get(address, {"seen": "0-0"}))


def test_a_note_nobody_has_read_stands_on_the_other_sides_board_alone(world, transfer, browser_of):
    write_note(actor=world.actor("ward"), transfer=transfer, words="Any allergies to plasters?", now=world.now)
    assert "1 note from the ward to read" in words(browser_of("carer").get("/"))
    assert "to read" not in words(browser_of("ward").get("/"))
    write_note(actor=world.actor("carer"), transfer=transfer, words="None.", answers=Note.objects.get(), now=world.now)
    assert "note from the ward to read" not in words(browser_of("carer").get("/"))
    assert "1 note from the home to read" in words(browser_of("ward").get("/"))
