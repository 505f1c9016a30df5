"""Pages say what was recorded, whom to ask and what is wrong, and choose nothing that nobody chose."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from redbag.transfers.models import Fact
from redbag.transfers.story import tell as story_of
from tests.web.journeys import in_hospital, taken_by_crew, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode()).replace("&#x27;", "'").replace("&amp;", "&")


def first_choice(page, name):
    """What the list named so starts on."""
    return re.search(rf'<select[^>]* id="{name}"[^>]*>\s*<option value="([^"]*)"', page)[1]


def test_a_ward_chooses_who_has_the_bag_and_a_crew_starts_on_where_it_was_going(world, browser_of, at):
    transfer = taken_by_crew(world)
    label = reverse("web:label", args=[world.token(world.bag)])
    assert first_choice(words(browser_of("crew").get(label)), "to") == "RDEM1"
    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1")
    ward = browser_of("ward")
    for page in (words(ward.get(label)), words(ward.get(f"/transfers/{transfer.pk}"))):
        assert first_choice(page, "to") == ""
    assert first_choice(words(ward.get(label)), "left_to") == ""


def test_nobody_chosen_records_nothing_and_somebody_else_is_written(world, browser_of, at):
    transfer, ward, told = in_hospital(world), browser_of("ward"), Fact.objects.count()
    over = reverse("web:hand_over", args=[transfer.pk])
    for said, asked in (("", "Choose who has the bag now."), ("somebody", "Write who has the bag now.")):
        answer = ward.post(over, {"form": str(uuid4()), "to": said, "place": "Bay 2"})
        assert (answer.status_code, asked in words(answer)) == (422, True)
    assert Fact.objects.count() == told
    ward.post(over, {"form": str(uuid4()), "to": "somebody", "to_text": "City Taxis"})
    transfer.refresh_from_db()
    assert (transfer.holder, transfer.holder_text) == (None, "City Taxis")


def test_all_there_with_one_not_found_names_what_is_missing_and_what_is_there(world, browser_of, at):
    transfer = in_hospital(world)
    missed = next(item.id for item in story_of(transfer).items if item.category == "hearing_aid_left")
    form = {"form": str(uuid4()), "all": "yes", f"item-{missed}": "missing"}
    page = words(browser_of("ward").post(reverse("web:check_contents", args=[transfer.pk]), form, follow=True))
    assert "Recorded: not found yet: Hearing aid, left. There: Glasses: Brown frame." in page


def test_the_home_is_not_told_to_ask_a_hospital_that_never_had_the_thing(world, browser_of, at):
    transfer = in_hospital(world)
    items = {item.category: item.id for item in story_of(transfer).items}
    for state, minutes in (("present", 42), ("missing", 44)):
        seen = [{"item": items["glasses"], "state": state}]
        tell(world, "ward", transfer, minutes=minutes, kind="check", items=seen)
    tell(world, "northgate", transfer, minutes=55, kind="handoff", to="RDEM2")
    page = words(browser_of("carer").get(f"/transfers/{transfer.pk}"))
    assert "Ask A&E, St Mary's Hospital." in page
    assert "Ask Northgate" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("https://example.org/menu", "This square is not a Red Bag label"),
        ("www.example.org", "This square is not a Red Bag label"),
        ("7K3M-Q9XP-2", "One letter or number is wrong"),
        ("hello", "This is not a Red Bag code"),
    ],
)
def test_what_is_no_code_is_told_apart(world, browser_of, typed, said):
    answer = browser_of("ward").get(reverse("web:scan"), {"code": typed})
    assert (answer.status_code, said in words(answer)) == (422, True)


def test_a_board_speaks_of_scripts_only_where_there_are_none(world, browser_of):
    for who in ("carer", "ward"):
        page = words(browser_of(who).get(reverse("web:board")))
        before = page.split("moves by itself when scripts are switched on")[0]
        assert before.rfind("<noscript>") > before.rfind("</noscript>")
