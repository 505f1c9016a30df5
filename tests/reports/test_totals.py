"""A total that would give away what is hidden of a home is hidden wherever it is told."""

from datetime import UTC, date, datetime

import pytest

from redbag.reports.coded import coded_rows
from redbag.reports.figures import period_of
from redbag.reports.measures import measure_named
from redbag.reports.reading import runs_of, tables_of
from redbag.reports.scopes import scope_of
from redbag.reports.scorecards import HOMES, HOSPITALS
from redbag.reports.side_by_side import alike, side_by_side
from tests.reports.rows import handed, journeys

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
IN_OCTOBER = datetime(2026, 10, 5, 9, tzinfo=UTC)
UNCONFIRMED = measure_named("unconfirmed")


@pytest.fixture
def area(world):
    """Two homes with four journeys in October, each hand-over told by one side: 8 of 8 are twice 4 of 4."""
    for home in (world.oakview, world.millbrook):
        handed(journeys(home, world.stmarys, 4, at=IN_OCTOBER), unconfirmed=True)
    return scope_of([world.oakview.area], inside=False)


def table(scope, now, *, first=FIRST, last=LAST, **more):
    return tables_of([UNCONFIRMED], scope=scope, start=first, end=last, now=now, **more)[0]


def test_a_main_number_is_hidden_with_and_without_the_homes_beside_it(world, area):
    for scope in (area, area.whole):
        told = table(scope, world.now)
        assert (told.headline_hidden, told.headline.value) == (True, None)
    assert table(scope_of([world.oakview.area]).whole, world.now).headline.value == 100


def test_the_days_before_are_hidden_as_those_days_themselves_are(world, area):
    september = {"first": date(2026, 9, 1), "last": date(2026, 9, 30)}
    assert table(area, world.now, **september, against=(FIRST, LAST)).before.value is None
    inside = scope_of([world.oakview.area])
    assert table(inside, world.now, **september, against=(FIRST, LAST)).before.value == 100


def test_a_month_of_a_run_is_hidden_as_its_table_is(world, area):
    def october(scope):
        return runs_of([UNCONFIRMED], scope=scope, last=LAST, months=2, now=world.now)["unconfirmed"].points[-1]

    assert (october(area).value, october(area).whole) == (None, None)
    assert (october(scope_of([world.oakview.area])).value) == 100


def test_of_a_list_nothing_is_said_of_how_many_there_are(world, area):
    told = {"name": "turn-round", "row": "waiting", "which": "whole", "start": FIRST, "end": LAST}
    assert coded_rows(actor=world.actor("auditor"), organisation=None, now=world.now, **told).about is None
    journeys(world.oakview, world.stmarys, 5, at=IN_OCTOBER)
    assert coded_rows(actor=world.actor("auditor"), organisation=None, now=world.now, **told).about == 15


def test_how_many_journeys_there_were_is_hidden_on_the_list_of_measures(world, area, browser_of):
    page = browser_of("auditor").get("/reports/measures?from=2026-10-01&to=2026-10-31").content.decode()
    assert "how many journeys is not shown" in page
    assert "10 journeys" not in page


def test_no_table_of_a_page_tells_of_all_what_another_hides(world, area):
    period = period_of(FIRST, LAST, world.now)
    asked = {"scope": area, "period": period, "inside": False}
    hospitals, homes = (side_by_side(asks, by=by, **asked) for asks, by in ((HOSPITALS, "hospital"), (HOMES, "home")))
    for tables in (alike(hospitals, homes), alike(homes, hospitals)):
        seen = [{cell.ask.figure: cell.hidden for cell in each.all} for each in tables]
        assert all(seen[0][figure] == seen[1][figure] for figure in seen[0].keys() & seen[1].keys())
    assert hospitals.all[0].hidden
