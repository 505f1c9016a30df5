"""Pages of reports: what is counted before they are read, and where their numbers lead."""

import re

import pytest

from redbag.counting.catching_up import catch_up
from redbag.counting.tasks import A_TURN
from tests.reports.rows import handed, journeys

pytestmark = pytest.mark.django_db
NOVEMBER = "from=2026-11-01&to=2026-11-30"
PAGES = [
    ("manager", "/reports"),
    ("manager", "/reports/measures"),
    ("manager", "/reports/measures/turn-round"),
    ("discharge", "/hospital-scores"),
    ("crew", "/ambulance-scores"),
    ("auditor", "/flow?home=VDEM1&hospital=RDEM1"),
]


def twice(**told):
    pytest.fail("counted a second time for one page")


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_a_page_counts_once_before_it_is_shown(world, browser_of, monkeypatch, who, address):
    monkeypatch.setattr("redbag.reports.reading.catch_up", twice)
    assert browser_of(who).get(address).status_code == 200


def test_whoever_asks_waits_for_fewer_residents_than_the_clock_counts():
    assert (catch_up.__kwdefaults__ or catch_up.__wrapped__.__kwdefaults__)["at_most"] < A_TURN


@pytest.mark.parametrize("who", ["manager", "discharge", "crew", "auditor"])
def test_a_number_with_a_line_under_it_leads_to_the_journeys_behind_it(world, browser_of, who):
    handed(journeys(world.oakview, world.stmarys, 12, ambulance=world.lifeline), unconfirmed=True)
    handed(journeys(world.millbrook, world.stmarys, 12, ambulance=world.lifeline))
    browser = browser_of(who)
    for page in ("/reports/measures/unconfirmed", "/reports/homes"):
        told = browser.get(f"{page}?{NOVEMBER}").content.decode().split('<main id="main"')[1]
        links = set(re.findall(r'<a class="(?:rp-number|rb-tap)" href="([^"]+)"', told))
        for link in links:
            assert browser.get(link.replace("&amp;", "&")).status_code == 200, link
    assert links or who == "crew"
