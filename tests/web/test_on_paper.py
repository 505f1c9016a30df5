"""The page *Written on paper*: days later, in one form, with nothing lost."""

from datetime import timedelta

import pytest

from redbag.transfers.models import Fact, Transfer
from tests.web.journeys import pack

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
FORM = "11111111-1111-4111-8111-111111111111"


def typed(world, **more):
    return {
        "form": FORM,
        "resident": str(world.peggy.pk),
        "left_date": "2026-11-18",
        "left_time": "23:40",
        "bag": str(world.bag.pk),
        "why": "Fell on the stairs",
        "crew": "RDEM9",
        "crew_name": "Jo Bell",
        "crew_time": "00:10",
        "ward": "RDEM1",
        "ward_place": "Ward 4B",
        "ward_time": "01.30",
        **more,
    }


def test_what_the_paper_says_becomes_a_journey_with_its_true_times(world, browser_of):
    carer = browser_of("carer")
    assert "Written on paper" in carer.get("/written-on-paper").content.decode()
    answer = carer.post("/written-on-paper", typed(world), follow=True)
    page = answer.content.decode()
    transfer = Transfer.objects.get()
    assert answer.redirect_chain[-1][0] == f"/transfers/{transfer.pk}"
    assert (transfer.stage, transfer.destination, transfer.reason["concern"]) == (
        "IN_HOSPITAL",
        world.stmarys,
        "Fell on the stairs",
    )
    times = Fact.objects.order_by("occurred_at").values_list("occurred_at", flat=True)
    assert [f"{at:%d %H:%M}" for at in times] == ["18 23:40", "19 00:10", "19 01:30"]
    assert page.count("written down later from paper by Carer Tester") == 3
    assert "told more than two days later" in page


def test_an_error_keeps_everything_typed_and_stands_beside_its_field(world, browser_of):
    wrong = typed(world, resident="", ward_time="half past", back_date="2026-11-19", crew_name="Jo <Bell>")
    answer = browser_of("carer").post("/written-on-paper", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for said in ("Who went? Choose a name.", "Write the time like 02:50", "Write about what time it was"):
        assert page.count(said) == 2
    for kept in ("Fell on the stairs", "Jo &lt;Bell&gt;", 'value="23:40"', 'value="half past"', FORM):
        assert kept in page
    assert not Transfer.objects.exists()


def test_somebody_already_out_is_offered_that_journey_and_nothing_is_doubled(world, browser_of, at):
    at(600)
    begun = pack(world, bag=world.other_bag)
    carer, told = (
        browser_of("carer"),
        typed(world, left_date="2026-11-21", left_time="02:55", crew_time="03:10", ward=""),
    )
    told |= {"ward_time": "", "ward_place": ""}
    page = carer.post("/written-on-paper", told)
    assert page.status_code == 422
    assert "Is it the one on this paper?" in page.content.decode()
    assert carer.post("/written-on-paper", told | {"joins": str(begun.pk)}).status_code == 302
    begun.refresh_from_db()
    assert (Transfer.objects.count(), begun.stage) == (1, "WITH_CREW")
    assert begun.left_at == world.now + timedelta(minutes=20)


def test_another_homes_residents_bags_and_journeys_are_not_there(world, browser_of):
    carer = browser_of("carer")
    page = carer.get("/written-on-paper").content.decode()
    assert "Nora" not in page
    assert "MIL-1" not in page
    answer = carer.post("/written-on-paper", typed(world, resident=str(world.nora.pk)))
    assert answer.status_code == 422
    assert browser_of("crew").get("/written-on-paper").status_code == 403
