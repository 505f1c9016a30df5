"""A taxi or patient transport sees what it needs for the way, and nothing else."""

import re

import pytest

from redbag.summaries.actions import write_sections
from redbag.transfers.models import Fact, Transfer
from tests.visitors.people import JO, TAXI, let_in, page, words
from tests.web.journeys import in_hospital, pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded, pytest.mark.usefixtures("at")]
SAID = {
    "normal": {"mobility": "Walks with a frame", "confusion": "Forgets names"},
    "care": {"lifting": "Two people", "swallowing": "Thickened drinks"},
    "conditions": {
        "oxygen_target": "88 to 92 %",
        "infection": "MRSA on the skin",
        "blood_thinner": "Apixaban",
        "diagnoses": "Dementia",
    },
    "resuscitation": {"recommendation": "do_not_attempt", "limits": "No intensive care"},
    "allergies": {"status": "present", "items": [{"agent": "Penicillin", "reaction": "rash"}]},
    "medicines": {"items": [{"name": "Madopar", "time_critical": True}]},
}
REASON = {"concern": "Fell by the bed", "shared": "Daughter told", "in_charge": "Amina Yusuf"}
LEAKS = (
    *("JONES", "Jones", "Margaret", "Peggy", "1936", "Penicillin", "rash", "Madopar", "Fell", "Daughter", "Apixaban"),
    *("Dementia", "Forgets", "Thickened", "intensive care", "Brown frame", "NHS number", "Papers", "Amina"),
)


@pytest.fixture
def told(world):
    write_sections(actor=world.actor("carer"), resident=world.peggy, contents=SAID, seen={}, now=world.now)


def test_a_carrier_sees_bag_way_phone_moving_oxygen_infection_and_cpr_and_nothing_else(world, told):
    transfer = in_hospital(world, reason=REASON, ask="Please weigh her")
    seen = words(let_in(transfer, TAXI).get(page(transfer)))
    for part in ("OAK-1", "Oakview", "St Mary", world.oakview.phone, "Walks with a frame", "Two people"):
        assert part in seen, part
    for part in ("88 to 92 %", "MRSA on the skin", "Do NOT attempt CPR", "give all other care"):
        assert part in seen, part
    number = world.peggy.nhs_number
    for part in (*LEAKS, number, f"{number[:3]} {number[3:6]} {number[6:]}", "weigh her"):
        assert part not in seen, part


def test_a_carrier_opens_no_paper_no_photo_and_no_label_page(world, told):
    transfer = in_hospital(world)
    phone = let_in(transfer, TAXI)
    assert phone.get(f"/transfers/{transfer.pk}/photo").status_code == 404
    assert phone.get(f"/b/{world.token(world.bag)}")["Location"] == page(transfer)
    assert phone.get(f"/transfers/{transfer.pk}").status_code == 302  # to sign in


def test_i_have_it_and_delivered_to_the_home_leave_the_last_word_to_the_home(world, at):
    transfer = in_hospital(world)
    phone = let_in(transfer, TAXI)
    phone.post(page(transfer) + "/told", {"what": "take"})
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder_text, transfer.holder_confirmed) == ("COMING_HOME", "City Taxis", True)
    assert "Delivered to" in words(phone.get(page(transfer)))
    at(90)
    phone.post(page(transfer) + "/told", {"what": "give", "to": "VDEM1", "place": "front desk"})
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder_text, transfer.holder_place) == ("COMING_HOME", "Oakview", "front desk")
    assert not transfer.holder_confirmed


def test_patient_transport_of_a_known_service_delivers_to_the_home_unconfirmed(world, at):
    transfer = in_hospital(world)
    phone = let_in(transfer, JO | {"role": "carrier", "registration": ""})
    phone.post(page(transfer) + "/told", {"what": "take"})
    at(90)
    phone.post(page(transfer) + "/told", {"what": "give", "to": "VDEM1"})
    transfer.refresh_from_db()
    assert (transfer.stage, transfer.holder, transfer.holder_confirmed) == ("BACK_HOME", world.oakview, False)


def test_what_nobody_wrote_says_ask_and_never_none(world):
    transfer = pack(world)
    seen = words(let_in(transfer, TAXI).get(page(transfer)))
    assert seen.count("not recorded: ask") == 4
    assert "No decision known: attempt CPR" in seen
    assert Fact.objects.filter(kind="handoff").count() == 0


def test_a_driver_hands_it_to_the_home_or_where_it_is_going_and_to_nobody_else_by_name(world, at):
    transfer = in_hospital(world)
    phone = let_in(transfer, TAXI)
    phone.post(page(transfer) + "/told", {"what": "take"})
    offered = re.findall(r'<option value="(\w*)"', words(phone.get(page(transfer))))
    assert set(offered) == {"RDEM1", "VDEM1", ""}
    at(90)
    answer = phone.post(page(transfer) + "/told", {"what": "give", "to": "RDEM2"})
    assert answer.status_code == 422
    assert "A driver hands the bag to the home or to where it is going" in words(answer)
    transfer.refresh_from_db()
    assert transfer.holder_text == "City Taxis"
    phone.post(page(transfer) + "/told", {"what": "give", "to": "", "to_text": "Northgate Hospital"})
    transfer.refresh_from_db()
    assert (transfer.holder, transfer.holder_text) == (None, "Northgate Hospital")


def test_the_cpr_line_is_told_apart_from_what_it_applies_to_and_no_button_covers_who_reads(world, told):
    seen = words(let_in(pack(world), TAXI).get(page(Transfer.objects.get())))
    assert "Do NOT attempt CPR<br><small>" in seen
    assert seen.index('class="s-thumb"') < seen.index("You: <b>Sam Lee")
