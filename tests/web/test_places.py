"""The QR on the wall of a ward: made, printed, scanned before the bag, and known no more once it was replaced."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from redbag.organisations.models import Place
from redbag.organisations.places import issue_token
from redbag.transfers.models import Transfer
from redbag.vault import unseal_label
from tests.web.journeys import pack, taken_by_crew

pytestmark = pytest.mark.django_db


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def ward_4b(world):
    place, _ = Place.objects.get_or_create(organisation=world.stmarys, name="Ward 4B")
    return issue_token(actor=world.actor("discharge"), place=place, now=world.now)


def wall(place) -> str:
    return f"/p/{unseal_label(place.token_sealed)}"


def test_a_manager_names_a_ward_and_prints_its_poster(world, browser_of):
    client = browser_of("discharge")
    page = words(client.post("/places", {"name": "  Ambulance  bay 2 "}, follow=True))
    assert "Ambulance bay 2 has a QR" in page
    place = Place.objects.get(name="Ambulance bay 2")
    poster = words(client.get(f"/places/{place.pk}/poster"))
    for said in ("Ambulance bay 2", "St Mary&#x27;s Hospital", "stays with the patient", "goes home with them", "<svg"):
        assert said in poster
    assert wall(place) in poster


def test_a_ward_without_a_name_is_asked_for_one(world, browser_of):
    answer = browser_of("discharge").post("/places", {"name": " "})
    assert (answer.status_code, "Write the name of the ward or bay" in words(answer)) == (422, True)


def test_another_hospitals_wards_are_not_theirs(world, browser_of, ward_4b):
    Place.objects.create(organisation=world.northgate, name="Ward N9")
    page = words(browser_of("discharge").get("/places"))
    assert ("Ward 4B" in page, "Ward N9" in page) == (True, False)
    northgates = Place.objects.get(name="Ward N9")
    assert browser_of("discharge").get(f"/places/{northgates.pk}/poster").status_code == 404
    assert browser_of("discharge").post(f"/places/{northgates.pk}/qr").status_code == 404
    assert browser_of("ward").get("/places").status_code == 403


def test_a_stranger_reads_what_a_red_bag_is(world, at, ward_4b):
    client = Client()
    answer = client.get(wall(ward_4b))
    assert (answer.status_code, "It <b>stays with the patient</b>" in words(answer)) == (200, True)
    assert "rb_here" not in client.cookies


def test_scan_the_wall_then_the_bag_and_the_place_goes_in_by_itself(world, browser_of, ward_4b):
    transfer, ward = taken_by_crew(world), browser_of("ward")
    assert "You are at Ward 4B" in words(ward.get(wall(ward_4b)))
    label = f"/b/{world.token(world.bag)}"
    assert "<option selected>Ward 4B</option>" in words(ward.get(label))
    ward.post(f"{label}/take", {"form": str(uuid4())})
    assert Transfer.objects.get(pk=transfer.pk).holder_place == "Ward 4B"


def test_what_is_chosen_stands_before_where_the_wall_was(world, browser_of, ward_4b):
    transfer, ward = taken_by_crew(world), browser_of("ward")
    ward.get(wall(ward_4b))
    ward.post(f"/b/{world.token(world.bag)}/take", {"form": str(uuid4()), "place": ""})
    assert Transfer.objects.get(pk=transfer.pk).holder_place == ""


def test_the_wall_of_another_place_is_not_kept(world, browser_of, ward_4b):
    pack(world)
    crew = browser_of("crew")
    assert "You do not work there" in words(crew.get(wall(ward_4b)))
    assert "rb_here" not in crew.cookies


def test_after_twelve_hours_nobody_is_anywhere(world, browser_of, ward_4b, at):
    transfer, ward = taken_by_crew(world), browser_of("ward")
    at(60)
    ward.get(wall(ward_4b))
    at(60 + 12 * 60 + 1)
    ward = browser_of_again(ward, world)
    ward.post(f"/b/{world.token(world.bag)}/take", {"form": str(uuid4())})
    assert Transfer.objects.get(pk=transfer.pk).holder_place == ""


def browser_of_again(client, world) -> Client:
    """The same browser, signed in once more; it still holds its cookies."""
    fresh = Client()
    fresh.force_login(world.people["ward"])
    fresh.cookies["rb_here"] = client.cookies["rb_here"].value
    return fresh


def test_a_forged_place_is_nowhere(world, browser_of, ward_4b):
    transfer, ward = taken_by_crew(world), browser_of("ward")
    ward.cookies["rb_here"] = f"{world.stmarys.pk}|{b'Ward X'.hex()}:forged"
    ward.post(f"/b/{world.token(world.bag)}/take", {"form": str(uuid4())})
    assert Transfer.objects.get(pk=transfer.pk).holder_place == ""


def test_a_replaced_or_unknown_square_says_so(world, browser_of, ward_4b):
    old = wall(ward_4b)
    issue_token(actor=world.actor("discharge"), place=ward_4b, now=world.now)
    for where in (old, f"/p/{'A' * 26}", "/p/x"):
        answer = browser_of("ward").get(where)
        assert (answer.status_code, "leads nowhere now" in words(answer)) == (404, True)


def test_a_ward_gets_its_direct_line_and_a_time_for_answers_and_a_wrong_one_keeps_what_was_typed(world, browser_of):
    ward = Place.objects.get(organisation=world.stmarys, name="Ward 4B")
    manager, address = browser_of("discharge"), "/places"
    wrong = manager.post(address, {"place": str(ward.pk), "phone": "020 7946 0444", "reply_within": "soon"})
    assert (wrong.status_code, "020 7946 0444" in wrong.content.decode()) == (422, True)
    assert "Write minutes, 5 to 1440" in wrong.content.decode()
    manager.post(address, {"place": str(ward.pk), "phone": "020 7946 0444", "reply_within": "90"})
    ward.refresh_from_db()
    assert (ward.phone, ward.reply_within) == ("020 7946 0444", 90)
    assert "Answers notes within 90 minutes." in manager.get(address).content.decode()
    manager.post(address, {"place": str(ward.pk), "phone": "", "reply_within": ""})
    ward.refresh_from_db()
    assert (ward.phone, ward.reply_within) == ("", None)


def test_nobody_changes_another_hospitals_ward(world, browser_of):
    bay = Place.objects.create(organisation=world.northgate, name="Bay 1")
    answer = browser_of("discharge").post("/places", {"place": str(bay.pk), "phone": "1", "reply_within": ""})
    bay.refresh_from_db()
    assert (answer.status_code, bay.phone) == (404, "")
