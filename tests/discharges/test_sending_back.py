"""A letter that a hospital sent is about somebody else: it goes back, and nothing of it stays."""

from datetime import timedelta

import pytest
from django.urls import reverse

from redbag.discharges.actions import acknowledge, write_summary
from redbag.discharges.models import DischargeSummary, FollowUp
from redbag.discharges.sending_back import NotTheHospitals, send_back
from redbag.discharges.settling import point_at
from redbag.discharges.taking_off import NotInUse
from redbag.errors import BadInput, NotAllowed
from tests.api.conftest import Caller
from tests.web.conftest import at, browser_of  # noqa: F401
from tests.web.journeys import in_hospital

pytestmark = pytest.mark.django_db
WORDS = {"diagnoses": "Smith's broken hip", "plan_and_requested_actions": "GP to check the blood in 2 weeks."}


@pytest.fixture
def journey(world):
    return in_hospital(world)


def later(world, minutes=60):
    return world.now + timedelta(minutes=minutes)


def letter(world, journey, minutes=60, **more):
    about = {"headings": WORDS, "file": None, "form": "headings", "draft": False} | more
    ward = world.actor("ward")
    return write_summary(actor=ward, transfer=journey, organisation=world.stmarys, now=later(world, minutes), **about)


def back(world, summary, who="carer", reason="Another name", minutes=90):
    return send_back(actor=world.actor(who), summary=summary, reason=reason, now=later(world, minutes))


def test_sent_back_by_the_home_no_word_of_it_stays_and_the_hospital_has_it_to_say_whose_it_is(world, journey):
    summary = letter(world, journey)
    theirs = back(world, summary)
    summary.refresh_from_db()
    assert (summary.state, summary.headings, summary.structured, summary.identity) == ("superseded", "", "", "")
    assert not FollowUp.objects.filter(summary=summary, done_at=None).exists()
    assert "blood" not in FollowUp.objects.get(summary=summary).text
    assert (theirs.state, theirs.home, theirs.resident, theirs.transfer) == ("held", None, None, None)
    assert theirs.texts() == WORDS
    seen = DischargeSummary.objects.visible_to(world.actor("carer"), now=later(world))
    assert [each.texts() for each in seen] == [{}]


def test_the_hospital_sends_what_came_back_to_whose_it_is_with_their_own_name(world, journey):
    theirs = back(world, letter(world, journey))
    arthurs = in_hospital(world, resident=world.arthur, bag=world.other_bag)
    sent = point_at(actor=world.actor("ward"), summary=theirs, transfer=arthurs, now=later(world, 120))
    assert (sent.state, sent.resident) == ("sent", world.arthur)
    assert "DALE" in sent.texts()["patient_demographics"]
    assert "JONES" not in sent.headings


def test_the_letter_whose_place_it_had_taken_counts_again(world, journey):
    right = letter(world, journey, headings={"diagnoses": "Peggy's own"})
    wrong = letter(world, journey, minutes=70)
    back(world, wrong)
    right.refresh_from_db()
    assert (right.state, right.texts()["diagnoses"]) == ("sent", "Peggy's own")


def test_a_hospital_calls_its_own_letter_back_and_nobody_else_does(world, journey):
    summary = letter(world, journey)
    for who in ("northgate", "millbrook_manager", "crew", "auditor"):
        with pytest.raises(NotAllowed):
            back(world, summary, who)
    theirs = back(world, summary, "discharge")
    assert (theirs.state, theirs.settled_by_name) == ("held", "Discharge Tester")
    with pytest.raises(NotInUse):
        back(world, summary)


def test_why_must_be_said_and_what_the_home_filed_itself_is_not_sent_back(world, journey):
    summary = letter(world, journey)
    with pytest.raises(BadInput):
        back(world, summary, reason=" ")
    summary.source = "copied"
    with pytest.raises(NotTheHospitals):
        back(world, summary)


def test_who_had_taken_it_on_still_stands_there(world, journey):
    summary = letter(world, journey)
    acknowledge(actor=world.actor("senior"), summary=summary, name=None, role=None, now=later(world, 70))
    back(world, summary)
    summary.refresh_from_db()
    assert summary.acknowledgement.name == "Senior Tester"


def test_the_page_of_a_letter_leads_there_and_says_whom_to_ring(world, journey, at, browser_of):  # noqa: F811
    summary = letter(world, journey)
    at(80)
    carer, address = browser_of("carer"), reverse("web:send_back_letter", args=[summary.pk])
    assert address in carer.get(reverse("web:discharge", args=[summary.pk])).content.decode()
    assert world.stmarys.phone in carer.get(address).content.decode()
    empty = carer.post(address, {"reason": ""})
    assert (empty.status_code, "Say in a few words" in empty.content.decode()) == (422, True)
    done = carer.post(address, {"reason": "John Smith stands on it"}, follow=True).content.decode()
    assert "broken hip" not in done
    assert "Sent back" in done
    held = DischargeSummary.objects.get(state="held")
    page = browser_of("ward").get(reverse("web:held_summary", args=[held.pk])).content.decode()
    assert "The home sent it back" in page
    assert "The home wrote: John Smith stands on it" in page


def test_by_the_api_too(world, journey, at):  # noqa: F811
    at(80)
    summary = letter(world, journey)
    caller = Caller(world.people["senior"])
    answered = caller.post(f"discharge-summaries/{summary.pk}/send-back", {"reason": "Another name"})
    assert (answered.status_code, answered.json()) == (200, {"sent_back": str(summary.pk), "held": None})
