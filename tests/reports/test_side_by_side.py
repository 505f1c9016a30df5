"""Places side by side: added up as one, marked only where chance does not explain it, hidden from others when small."""

from datetime import UTC, date, datetime

import pytest

from redbag.organisations.models import Organisation
from redbag.reports.figures import Period
from redbag.reports.scopes import scope_of
from redbag.reports.scorecards import ask
from redbag.reports.side_by_side import side_by_side
from tests.reports.rows import handed, journeys

pytestmark = pytest.mark.django_db
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30), datetime(2026, 12, 1, tzinfo=UTC))
ASKS = [ask("unconfirmed", "Told by one side")]


def of_the_area(world, *, inside):
    scope = scope_of([world.area], inside=inside)
    return side_by_side(ASKS, scope=scope, period=NOVEMBER, by="home", inside=inside)


def told(world, home, *, unconfirmed, confirmed):
    handed(journeys(home, world.stmarys, unconfirmed), unconfirmed=True)
    handed(journeys(home, world.stmarys, confirmed))


@pytest.fixture
def third(world):
    return Organisation.objects.create(ods_code="VDEM3", name="Fernleigh", kind="care_home", area=world.area)


def test_a_place_is_marked_only_where_chance_does_not_explain_it(world, third):
    told(world, world.oakview, unconfirmed=16, confirmed=4)
    told(world, world.millbrook, unconfirmed=18, confirmed=62)
    told(world, third, unconfirmed=3, confirmed=0)
    found = of_the_area(world, inside=True)
    marks = {place.name: (place.cells[0].far, place.cells[0].worse) for place in found.places}
    assert marks == {"Oakview": ("high", True), "Millbrook House": ("", False), "Fernleigh": ("", False)}
    assert [place.name for place in found.outliers] == ["Oakview"]
    assert (found.all[0].number.part, found.all[0].number.whole) == (37, 103)


def test_two_places_are_not_held_against_each_other(world):
    told(world, world.oakview, unconfirmed=20, confirmed=0)
    told(world, world.millbrook, unconfirmed=0, confirmed=80)
    assert of_the_area(world, inside=True).outliers == []


def test_outside_no_small_number_is_told_and_the_others_are_rounded(world, third):
    told(world, world.oakview, unconfirmed=8, confirmed=13)
    told(world, world.millbrook, unconfirmed=3, confirmed=30)
    told(world, third, unconfirmed=18, confirmed=2)
    found = of_the_area(world, inside=False)
    numbers = {place.name: place.cells[0].number for place in found.places}
    assert (numbers["Oakview"].part, numbers["Oakview"].whole) == (10, 20)
    assert (numbers["Millbrook House"], numbers["Fernleigh"]) == (None, None)
    assert found.rounded
