"""The page of the hand-over to read out."""

import pytest

from redbag.residents.actions import change_resident
from tests.api.conftest import Caller
from tests.web.journeys import in_hospital, taken_by_crew

pytestmark = pytest.mark.django_db
REASON = {"concern": "Fell by the bed"}


@pytest.mark.parametrize(("who", "status"), [("carer", 200), ("crew", 200), ("ward", 200), ("northgate", 404)])
def test_the_card_opens_to_whoever_may_read_the_journey(world, browser_of, who, status):
    answer = browser_of(who).get(f"/transfers/{in_hospital(world).pk}/read-out")
    assert answer.status_code == status
    assert status == 200 or "JONES" not in answer.content.decode()


def test_a_link_changes_the_order_without_javascript(world, browser_of):
    transfer, crew = in_hospital(world, reason=REASON), browser_of("crew")
    first = crew.get(f"/transfers/{transfer.pk}/read-out").content.decode()
    assert '<a href="?as=sbar" aria-current="page">' in first
    assert "Situation" in first
    second = crew.get(f"/transfers/{transfer.pk}/read-out?as=atmist").content.decode()
    assert "Mechanism, or medical complaint" in second
    assert "<script>" not in first + second


def test_who_must_not_be_told_stands_apart_for_the_readers_eyes_without_a_number(world, browser_of):
    kept = {"name": "Rex Jones", "relation": "son", "phone": "01632 960999", "do_not_tell": True}
    values = {"contacts": [kept]}
    change_resident(actor=world.actor("senior"), resident=world.peggy, values=values, now=world.now)
    transfer = in_hospital(world, reason=REASON)
    words = browser_of("crew").get(f"/transfers/{transfer.pk}/read-out").content.decode()
    script, eyes = words.split("For your eyes: do not read aloud")
    assert "Rex Jones" not in script
    assert "Do not tell: Rex Jones, son" in eyes
    assert "01632 960999" not in words
    told = Caller(world.people["crew"]).get(f"transfers/{transfer.pk}/spoken").json()
    assert told["not_aloud"] == ["Do not tell: Rex Jones, son"]
    assert "Rex" not in str(told["sbar"]) + str(told["atmist"])


@pytest.mark.parametrize(("shape", "before"), [("sbar", "Situation</dt>"), ("atmist", "First</dt>")])
def test_what_was_added_after_leaving_is_said_first_as_new(world, browser_of, shape, before):
    transfer = taken_by_crew(world, reason=REASON)
    browser_of("carer").post(f"/transfers/{transfer.pk}/add", {"reason-watch_for": "took two aspirin"})
    words = browser_of("crew").get(f"/transfers/{transfer.pk}/read-out?as={shape}").content.decode()
    places = [words.find(each) for each in (before, "<dd>New, 50 minutes after leaving: Watch for", "<dd>Allerg")]
    assert -1 not in places
    assert places == sorted(places)
    assert words.find("New, 50 minutes") < words.find("What is wrong: Fell by the bed")
