"""What took long to count for more than one area is kept a few minutes, and says how old it is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from redbag.counting.catching_up import Fresh
from redbag.organisations.models import Organisation
from redbag.reports import keeping
from redbag.reports.measures import MEASURES
from redbag.reports.reading import tables_of
from redbag.reports.scopes import scope_of
from tests.reports.rows import handed, journeys

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def nation(world, monkeypatch):
    """Two areas below one nation, whose figures take long."""
    monkeypatch.setattr(keeping, "SLOW", 0)
    nation = Organisation.objects.create(ods_code="QNAT1", name="England", kind="area")
    Organisation.objects.filter(pk=world.area.pk).update(area=nation)
    Organisation.objects.create(ods_code="QDEM2", name="North Area Board", kind="area", area=nation)
    handed(journeys(world.oakview, world.stmarys, 12))
    return nation


def told(scope, now, *, days=30, measures=MEASURES):
    return tables_of(
        measures,
        scope=scope,
        start=date(2026, 11, 1),
        end=date(2026, 11, days),
        now=now,
        compared=True,
        fresh=Fresh(now, 0),
    )


def of(scope, now, **more):
    """How many journeys there were, and when they were counted."""
    first = told(scope, now, **more)[0]
    return first.together[0].number.whole, first.counted_at


def test_for_four_minutes_the_same_is_told_with_its_age_and_then_counted_anew(world, nation):
    scope, later = scope_of([nation]), world.now + timedelta(minutes=3)
    first = told(scope, world.now)
    journeys(world.oakview, world.stmarys, 5)
    again = told(scope, later)

    assert [replace(table, counted_at=world.now) for table in again] == first
    assert [table.counted_at for table in again] == [world.now] * len(MEASURES)
    anew = world.now + timedelta(minutes=4, seconds=1)
    assert of(scope, anew) == (17, anew)


def test_other_days_other_measures_and_whoever_stands_outside_have_an_answer_of_their_own(world, nation):
    scope, later = scope_of([nation]), world.now + timedelta(minutes=1)
    assert of(scope, world.now) == (12, world.now)
    assert of(scope, later, days=29)[1] == later
    assert of(scope, later, measures=MEASURES[:1])[1] == later
    assert of(replace(scope, inside=False), later)[1] == later
    assert of(replace(scope, within=(world.area.pk,)), later)[1] == later
    assert of(scope, later) == (12, world.now)


def test_one_area_and_what_was_counted_fast_is_counted_every_time(world, nation, monkeypatch):
    later = world.now + timedelta(minutes=1)
    assert [of(scope_of([world.area]), now)[1] for now in (world.now, later)] == [world.now, later]
    monkeypatch.setattr(keeping, "SLOW", 3600)
    assert [of(scope_of([nation]), now)[1] for now in (world.now, later)] == [world.now, later]
