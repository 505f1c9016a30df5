"""Held: whose is this? The hospital sees what it sent and why, settles it, and the home hears only that it is held."""

import pytest
from django.utils import timezone

from redbag.discharges.arriving import Arrival, arrive
from redbag.discharges.models import DischargeSummary
from redbag.journal.models import Entry
from redbag.web import held_summaries
from tests.discharges.sent import document
from tests.web.journeys import pack

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(world, at):
    """A document about Peggy with another NHS number, sent by St Mary's."""
    pack(world, destination=world.stmarys)
    at(60)
    file = document(world.peggy, nhs_number="9434765919", said="Pneumonia <b>better</b>")
    arrival = Arrival(headings=None, file=file, form="fhir_json", home="VDEM1", ward="Ward 4B")
    return arrive(actor=world.actor("discharge"), organisation=world.stmarys, arrival=arrival, now=timezone.now())


def page(browser, address):
    answer = browser.get(address)
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def details(person, **changes):
    born = person.date_of_birth
    typed = {"what": "details", "nhs_number": person.nhs_number, "first_name": person.first_name}
    typed |= {"birth_day": born.day, "birth_month": born.month, "birth_year": born.year, "last_name": person.last_name}
    return typed | changes


def test_the_hospital_sees_what_it_sent_and_why_it_is_held(world, browser_of, held):
    ward = browser_of("ward")
    assert "1 discharge summary held: say whose it is" in page(ward, "/")
    assert "JONES, Margaret" in page(ward, "/held-summaries")
    shown = page(ward, f"/held-summaries/{held.pk}")
    for said in ("9434765919", "03-Mar-1936", "Ward 4B", "Pneumonia better", "Nobody could be found for certain"):
        assert said in shown
    assert ward.get(f"/discharge-summaries/{held.pk}").url == f"/held-summaries/{held.pk}"
    assert Entry.objects.filter(action="viewed.held_summary", subject_id=held.pk).exists()


def test_nobody_else_finds_it(browser_of, held):
    for who in ("carer", "manager", "northgate", "crew"):
        assert page(browser_of(who), f"/held-summaries/{held.pk}") in (403, 404)
    for who in ("carer", "crew"):
        assert page(browser_of(who), "/held-summaries") == 403
    assert "Margaret" not in page(browser_of("northgate"), "/held-summaries")


def test_corrected_details_ask_once_more_when_the_letter_says_otherwise(world, browser_of, held):
    ward, here = browser_of("ward"), f"/held-summaries/{held.pk}"
    asked = ward.post(here, details(world.peggy))
    assert asked.status_code == 422
    assert "Sending a letter to the wrong person can harm them" in asked.content.decode()
    done = ward.post(here, details(world.peggy, reason="Wristband"))
    assert done.url == f"/discharge-summaries/{held.pk}"
    assert DischargeSummary.objects.get().home == world.oakview
    assert "Whose was this?" in page(ward, here)


def test_wrong_details_keep_what_was_typed_and_say_what_to_do(world, browser_of, held):
    answer = browser_of("ward").post(
        f"/held-summaries/{held.pk}", details(world.peggy, birth_month="13", nhs_number="")
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    for said in ("Enter a real date", "Enter the NHS number", 'value="13"'):
        assert said in shown


def test_it_is_about_one_of_their_patients(world, browser_of, held):
    ward, here = browser_of("ward"), f"/held-summaries/{held.pk}"
    journey = world.peggy.transfers.get()
    assert "Choose the patient it is about" in ward.post(here, {"what": "journey"}).content.decode()
    asked = ward.post(here, {"what": "journey", "transfer": journey.pk}).content.decode()
    assert "The NHS number is another one than the patient" in asked
    ward.post(here, {"what": "journey", "transfer": journey.pk, "reason": "Old number"})
    held.refresh_from_db()
    assert (held.state, held.transfer, held.settled_note) == ("sent", journey, "Old number")


def test_any_patient_can_be_looked_for_by_name_or_number(world, browser_of, held, monkeypatch):
    monkeypatch.setattr(held_summaries, "PATIENTS", 1)
    theirs = world.peggy.transfers.get()
    pack(world, resident=world.arthur, bag=world.other_bag, minutes=5)
    ward, here = browser_of("ward"), f"/held-summaries/{held.pk}"
    assert str(theirs.pk) not in page(ward, here)
    for wanted in ("Margaret", "jones MARG", world.peggy.nhs_number):
        shown = ward.get(here, {"find": wanted}).content.decode()
        assert (str(theirs.pk) in shown, "DALE" in shown) == (True, False)
    for nobody in (world.nora.last_name, world.nora.nhs_number or "Nora", "Xyz"):
        shown = ward.get(here, {"find": nobody}).content.decode()
        assert "Nobody of that name or number" in shown
    ward.post(here, {"what": "journey", "transfer": theirs.pk, "reason": "Old number"})
    held.refresh_from_db()
    assert held.transfer == theirs


def test_taken_back_it_is_off_the_list(browser_of, held):
    ward = browser_of("ward")
    assert ward.post(f"/held-summaries/{held.pk}", {"what": "take_back"}).url == "/held-summaries"
    assert "Nothing is held" in page(ward, "/held-summaries")
    assert "Taken back" in page(ward, f"/held-summaries/{held.pk}")


def test_the_home_hears_that_it_is_held_and_nothing_of_it(world, browser_of, held):
    carer, journey = browser_of("carer"), world.peggy.transfers.get()
    assert "is held at" not in page(carer, "/")  # nobody at Oakview has that NHS number
    DischargeSummary.objects.filter(pk=held.pk).update(home=world.oakview, transfer=journey)
    for where in ("/", f"/transfers/{journey.pk}"):
        shown = page(carer, where)
        assert "A discharge summary is held at St Mary&#x27;s Hospital for an identity check" in shown
        assert "9434765919" not in shown
        assert "better" not in shown
    assert "is held at" not in page(browser_of("ward"), f"/transfers/{journey.pk}")
