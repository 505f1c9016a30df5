"""Bags that should be back: the longest late first, by each home's own times, and quiet after a death."""

from datetime import timedelta

import pytest

from redbag.errors import Refused
from redbag.notes.models import Note
from redbag.organisations.models import HouseRules
from redbag.reminders import chasing
from redbag.reminders.chasing import chase, overdue
from tests.web.journeys import in_hospital, taken_by_crew, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def late(world, hours):
    return [
        (row.transfer.bag.tracker, row.due_at - world.now)
        for row in overdue(actor=world.actor("carer"), now=world.now + timedelta(hours=hours))
    ]


def test_the_longest_late_comes_first_and_is_never_cut_off_by_bags_that_have_time(world, monkeypatch):
    monkeypatch.setattr(chasing, "MOST", 1)
    in_hospital(world)
    taken_by_crew(world, resident=world.arthur, bag=world.other_bag)
    assert late(world, 4) == []
    assert late(world, 5) == [("OAK-2", timedelta(hours=4, minutes=10))]
    assert late(world, 24 * 15) == [("OAK-2", timedelta(hours=4, minutes=10))]


def test_each_home_goes_by_its_own_times(world):
    HouseRules.objects.create(organisation=world.oakview, clocks={"on_the_way": 30})
    HouseRules.objects.create(organisation=world.millbrook, clocks={"on_the_way": 5, "long_stay": 5})
    taken_by_crew(world)
    in_hospital(world, resident=world.arthur, bag=world.other_bag)
    assert late(world, 0.6) == []
    assert late(world, 1) == [("OAK-1", timedelta(minutes=40))]
    assert [tracker for tracker, _ in late(world, 24 * 15)] == ["OAK-1", "OAK-2"]


def test_after_a_death_the_bag_is_on_no_list_and_nobody_is_asked_where_it_is(world):
    transfer = in_hospital(world)
    assert [tracker for tracker, _ in late(world, 24 * 15)] == ["OAK-1"]
    tell(world, "ward", transfer, minutes=90, kind="outcome", outcome="died")
    assert late(world, 24 * 15) == []
    with pytest.raises(Refused):
        chase(actor=world.actor("carer"), transfer=transfer, now=world.now + timedelta(days=15))
    assert not Note.objects.exists()
