"""The page of the hand-over to read out."""

import pytest

from tests.web.journeys import in_hospital

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
    assert "<script" not in first + second
