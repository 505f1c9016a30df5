"""Boards call late what the clocks of the home call late."""

from datetime import timedelta

import pytest

from redbag.organisations.models import HouseRules
from redbag.reminders.lateness import late
from tests.web.journeys import pack, taken_by_crew

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_a_home_that_set_its_own_time_is_late_by_it_and_others_by_the_usual(world):
    transfer = pack(world)
    assert late([transfer], now=world.now + timedelta(hours=5)) == set()
    assert late([transfer], now=world.now + timedelta(hours=7)) == {transfer.pk}
    HouseRules.objects.create(organisation=world.oakview, clocks={"crew_awaited": 60})
    assert late([transfer], now=world.now + timedelta(hours=2)) == {transfer.pk}


def test_ten_journeys_cost_one_statement(world, django_assert_num_queries):
    journeys = [taken_by_crew(world), pack(world, resident=world.arthur, bag=world.other_bag)]
    with django_assert_num_queries(1):
        late(journeys * 5, now=world.now)
