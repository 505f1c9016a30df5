"""A year with red bags beside the year before: on a page of its own, on the month's page, and for an area."""

from datetime import date

import pytest

from redbag.reports.behind import behind
from redbag.reports.figures import period_of
from redbag.reports.measures import row_named
from redbag.reports.scopes import scope_for
from tests.reports.test_baseline_year import before, journey, lives

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
PATH = "/figures-before/year"


def page_of(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def year(world):
    """Oakview before and since its first journey in January, ten residents: 6 admissions where there were 27."""
    lives(world.oakview, date(2025, 12, 1), how_many=10)
    journey(world.oakview, date(2026, 1, 10))
    for month in range(1, 13):
        before(world.oakview, 2025, month, residents="10", attendances=4, admissions=3)
    for month in range(3, 9):
        journey(world.oakview, date(2026, month, 5), away=3 * 24 * 60)
    return world


def test_both_rates_the_change_and_its_limits_stand_with_what_was_compared(year, browser_of):
    page = page_of(browser_of("senior").get(PATH))
    assert "<strong>77.8% fewer</strong> than before: 80.3 now, 361.4 then, a year for 100 residents." in page
    assert "Better: more than chance" in page
    assert "Likely between 91.6% fewer and 48.4% fewer (19 times in 20)." in page
    assert "February 2026: with February 2025" in page
    assert "January 2026: not compared: Red Bag began here in January 2026" in page
    assert "December 2025: not compared: Red Bag began here in January 2026" in page
    for words in ("Seen, not tried out", "nobody tells of the admission itself", "bad year", "Small numbers swing"):
        assert words in page


def test_months_can_be_chosen_and_wrong_days_keep_what_was_typed(year, browser_of):
    browser = browser_of("manager")
    page = page_of(browser.get(PATH, {"from": "2026-03-01", "to": "2026-04-30"}))
    assert page.count(": with ") == 2
    assert "May be chance" in page
    answer = browser.get(PATH, {"from": "spring"})
    assert answer.status_code == 422
    assert 'value="spring"' in answer.content.decode()


def test_residents_who_are_missing_on_one_side_are_asked_about(world, browser_of):
    lives(world.oakview, date(2025, 12, 1), how_many=4)
    journey(world.oakview, date(2026, 1, 10))
    before(world.oakview, 2025, 3, residents="10")
    assert "Are all residents in Red Bag?" in page_of(browser_of("manager").get(PATH))


def test_an_area_reads_how_many_homes_gave_figures_and_no_small_number(year, browser_of):
    page = page_of(browser_of("auditor").get(PATH))
    assert "1 of 2 homes has months that can be compared" in page
    assert '<td class="re-number">5</td>' in page  # six, to the nearest five
    assert '<td class="re-number">6</td>' not in page
    few = page_of(browser_of("auditor").get(PATH, {"from": "2026-03-01", "to": "2026-04-30"}))
    assert few.count("Too few to be shown outside the home.") == 2
    assert "fewer</strong>" not in few


def test_the_months_page_shows_the_year_or_asks_for_the_figures(world, browser_of):
    manager, senior = browser_of("manager"), browser_of("senior")
    assert "Tell us your figures from before" in page_of(manager.get("/reports"))
    assert "home’s manager can bring them in" in page_of(senior.get("/reports"))
    journey(world.oakview, date(2026, 9, 10))
    before(world.oakview, 2025, 10, residents="10")
    assert "Your figures from before are kept" in page_of(manager.get("/reports"))
    lives(world.oakview, date(2025, 12, 1), how_many=10)
    journey(world.oakview, date(2026, 10, 5))
    assert "117.6 now, 470.6 then" in page_of(senior.get("/reports"))


def test_a_hospital_has_no_year_before(year, browser_of):
    assert "There is nothing to compare" in page_of(browser_of("ward").get(PATH))


@pytest.mark.parametrize(("name", "soon", "many"), [("admissions", 0, 6), ("attendances", 1, 7)])
def test_the_number_leads_to_its_journeys_in_the_months_compared_and_to_no_others(year, browser_of, name, soon, many):
    for day in ("2026-01-20", "2026-11-03"):  # months that are not compared
        journey(year.oakview, date.fromisoformat(day), away=3 * 24 * 60)
    if soon:
        journey(year.oakview, date(2026, 4, 7), away=60)
    manager, days = browser_of("manager"), "from=2025-11-01&to=2026-10-31"
    link = f"/reports/{name}-baseline-year/now/part?{days}".replace("&", "&amp;")
    assert f'href="{link}">{many}<' in manager.get(PATH).content.decode()
    assert f'href="{link}">{many}<' in manager.get(f"/reports/measures/{name}-baseline-year?{days}").content.decode()
    assert f"{many} more journeys that you may no longer open" in page_of(manager.get(link.replace("&amp;", "&")))
    figure = row_named(f"{name}-baseline-year", "now")[1].figure
    scope = scope_for(actor=year.actor("manager"), organisation=None)
    period = period_of(date(2025, 11, 1), date(2026, 10, 31), year.now)
    found = behind(figure, "part", scope=scope, period=period)
    assert len(found.told) + found.alone == many
    assert "then/part" not in manager.get(PATH).content.decode()
    assert f"/{name}-baseline-year/now/part" not in browser_of("auditor").get(PATH).content.decode()


def test_one_measure_against_the_year_before_is_beside_that_year_alone(year, browser_of):
    address = "/reports/measures/admissions-baseline-year?from=2025-11-01&to=2026-10-31"
    page = page_of(browser_of("manager").get(address))
    assert "The same months before red bags: 361.4." in page
    assert "Better: less now, more than chance" in page
    assert "Compared with" not in page


def test_the_numbers_are_those_of_the_report(year, browser_of):
    days = {"from": "2025-11-01", "to": "2026-10-31"}
    file = browser_of("manager").get("/reports/admissions-baseline-year/csv", days).content.decode()
    assert "These months,7.47,6,80.3" in file
    assert "The same months before red bags,7.47,27,361.4" in file
