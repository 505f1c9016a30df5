"""A bag goes on inside one hospital: said on its label's page and on the journey's, the scanned poster's ward first."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from redbag.organisations.models import Place
from redbag.organisations.places import address_of, issue_token
from redbag.transfers.models import Fact
from tests.web.journeys import in_hospital, taken_by_crew

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def label(world):
    return reverse("web:label", args=[world.token(world.bag)])


def test_a_bag_goes_to_another_ward_on_its_label_page(world, browser_of, at):
    transfer, ward = in_hospital(world), browser_of("ward")
    page = words(ward.get(label(world)))
    assert "It is in <b>A&amp;E</b>" in page
    assert "It is in this ward now" in page
    take = reverse("web:take_bag", args=[world.token(world.bag)])
    said = words(ward.post(take, {"form": str(uuid4()), "moved": "yes", "place": "Ward 4B"}, follow=True))
    assert "the bag is in Ward 4B now" in said
    assert "It is in <b>Ward 4B</b>" in said
    transfer.refresh_from_db()
    assert (transfer.holder, transfer.holder_place, transfer.stage) == (world.stmarys, "Ward 4B", "IN_HOSPITAL")
    assert "Ward 4B, St Mary&#x27;s Hospital" in words(browser_of("carer").get(f"/transfers/{transfer.pk}"))


def test_no_ward_said_moves_nothing_and_says_so(world, browser_of, at):
    transfer, ward = in_hospital(world), browser_of("ward")
    take, told = reverse("web:take_bag", args=[world.token(world.bag)]), Fact.objects.count()
    assert "Choose or write the ward" in words(ward.post(take, {"form": str(uuid4()), "moved": "yes"}, follow=True))
    over = reverse("web:hand_over", args=[transfer.pk])
    answer = ward.post(over, {"form": str(uuid4()), "to": "RDEM1", "moved": "yes", "place": ""})
    assert (answer.status_code, Fact.objects.count()) == (422, told)
    assert "Write the ward that the bag is in now" in words(answer)


def test_the_ward_whose_poster_was_scanned_is_offered_first_in_one_tap(world, browser_of, at):
    transfer, ward = in_hospital(world), browser_of("ward")
    poster = issue_token(actor=world.actor("discharge"), place=Place.objects.get(name="Ward 4B"), now=world.now)
    ward.get(f"/p/{address_of(poster).rsplit('/p/')[1]}")
    assert "It is in Ward 4B now" in words(ward.get(label(world)))
    assert "It is in Ward 4B now" in words(ward.get(f"/transfers/{transfer.pk}"))
    over = reverse("web:hand_over", args=[transfer.pk])
    ward.post(over, {"form": str(uuid4()), "to": "RDEM1", "place": "Ward 4B"})
    transfer.refresh_from_db()
    assert (transfer.holder_place, transfer.holder_since) == ("Ward 4B", at_first(transfer))
    assert "It is in Ward 4B now" not in words(ward.get(label(world)))


def at_first(transfer):
    """When the hospital got it: going on to another ward is no new hand-over."""
    return transfer.facts.get(to__ods_code="RDEM1", place="A&E").occurred_at


def test_only_the_hospital_that_has_it_is_asked_for_a_ward(world, browser_of, at):
    transfer = in_hospital(world)
    for who in ("crew", "carer"):
        assert "It is in this ward now" not in words(browser_of(who).get(f"/transfers/{transfer.pk}"))


def test_the_ward_the_home_sent_them_to_comes_chosen_and_ticks_stand_above_the_button(world, browser_of, at):
    taken_by_crew(world, destination_place="A&E")
    page = words(browser_of("ward").get(label(world)))
    assert "<option selected>A&amp;E</option>" in page
    assert page.index("Is it the right person?") < page.index(">We have this bag</button>")
