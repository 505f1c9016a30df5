"""However often, whenever and by how many workers the clocks are looked at, each thing is told and escalated once."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from redbag.deliveries.models import Endpoint, Letter
from redbag.organisations.models import HouseRules
from redbag.reminders.clocks import is_quiet
from redbag.reminders.models import Reminder
from redbag.reminders.watching import quiet_now, watch
from tests.deliveries.workers import at_once
from tests.web.journeys import in_hospital, pack, taken_by_crew

SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
MOMENTS = some.integers(min_value=1_735_689_600, max_value=1_830_000_000).map(
    lambda at: datetime.fromtimestamp(at, UTC)
)


def address(world):
    Endpoint.objects.create(
        organisation=world.oakview, kind="email", address="a@oakview.example", events=[], created_at=world.now
    )
    HouseRules.objects.create(
        organisation=world.oakview, quiet_from=time(22), quiet_until=time(7), escalate_to=world.people["manager"]
    )


def told_ids():
    letters = Letter.objects.filter(type="reminder.due")
    return [(letter.ids["escalated"], each) for letter in letters for each in letter.ids["reminders"]]


@pytest.mark.embedded
@pytest.mark.django_db
@settings(max_examples=5, deadline=None, suppress_health_check=SHARED)
@given(hours=some.lists(some.floats(min_value=0, max_value=400), min_size=1, max_size=4))
def test_at_any_times_nothing_is_told_twice_nor_before_it_is_due_nor_in_quiet_hours(world, hours):
    if not Endpoint.objects.exists():
        address(world)
        in_hospital(world)
        pack(world, resident=world.arthur, bag=world.other_bag, minutes=60)
    for each in sorted(hours):
        watch(now=world.now + timedelta(hours=each))
    ids = told_ids()
    assert len(ids) == len(set(ids))
    for reminder in Reminder.objects.filter(told_at__isnull=False):
        assert reminder.told_at >= reminder.due_at
        assert (
            reminder.wakes
            or not is_quiet(reminder.told_at, begin=time(22), end=time(7))
            or (reminder.organisation_id != world.oakview.pk)
        )
        assert reminder.escalated_at is None or reminder.escalated_at >= reminder.told_at


@pytest.mark.embedded
@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=SHARED)
@given(
    moment=MOMENTS,
    begin=some.times(),
    end=some.times(),
)
def test_the_database_calls_the_same_moments_quiet_as_the_rule(world, moment, begin, end):
    HouseRules.objects.update_or_create(organisation=world.oakview, defaults={"quiet_from": begin, "quiet_until": end})
    assert HouseRules.objects.filter(quiet_now(moment)).exists() is is_quiet(moment, begin=begin, end=end)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_each_thing_once(world):
    address(world)
    in_hospital(world)
    taken_by_crew(world, resident=world.arthur, bag=world.other_bag)
    later = world.now + timedelta(hours=80)
    results = at_once(*[lambda: watch(now=later)] * 4)
    assert all(isinstance(each, int) for each in results), results
    ids = told_ids()
    assert len(ids) == len(set(ids)) > 0
    keys = list(Reminder.objects.values_list("organisation", "key"))
    assert len(keys) == len(set(keys))
    assert Reminder.objects.filter(kind="on_the_way", told_at__isnull=False, escalated_at__isnull=False).count() == 1
