"""Pages of reports: what is counted before they are read, and where their numbers lead."""

import re

import pytest

from redbag.counting.catching_up import catch_up
from redbag.counting.models import CountedJourney
from redbag.counting.tasks import A_TURN
from redbag.organisations.models import Membership, Organisation
from redbag.reports.behind import ABOUT
from redbag.reports.figures import Number
from redbag.reports.measures import BY_NAME
from redbag.web.reports_said import as_length, change_of, said
from tests.reports.rows import PACKED, handed, journeys
from tests.web.journeys import in_hospital, tell
from tests.web.test_board import send_summary

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


def test_what_is_still_open_stands_first_however_old_and_however_it_was_counted(world, browser_of, at):
    transfer = in_hospital(world)
    send_summary(world, transfer)
    glasses = transfer.facts.get(kind="pack").items[0]["id"]
    tell(
        world, "carer", transfer, minutes=55, kind="handoff", to="VDEM1", items=[{"item": glasses, "state": "missing"}]
    )
    at(40 * 24 * 60)  # another month
    page = browser_of("manager").get("/reports").content.decode()
    assert "1 thing is not found yet. The day for an answer has passed for 1 of them." in page
    assert "1 letter from hospital waits to be taken on, since 21 November 2026." in page
    assert page.index("Still open today") < page.index('id="look-at"')
    assert "No bag is away" not in page  # nobody went: nothing went well
    assert "Still open" not in browser_of("manager").get("/reports?month=2026-11").content.decode()
    assert "Still open" not in browser_of("millbrook_manager").get("/reports").content.decode()


def test_a_list_says_of_nobody_that_they_stayed_or_come_back_before_it_is_so():
    told = {"packed_at": PACKED, "with_bag": True}
    rows = [{}, {"closed_at": PACKED}, {"left_at": PACKED}, {"left_at": PACKED, "closed_at": PACKED}]
    assert [ABOUT[CountedJourney](CountedJourney(**told | each)) for each in rows] == [
        "Packed 10 Nov 2026, 09:30, has not left yet",
        "Packed 10 Nov 2026, 09:30, did not leave the home",
        "Left 10 Nov 2026, 09:30, not back yet",
        "Left 10 Nov 2026, 09:30, finished 10 Nov 2026, 09:30, bag not back",
    ]


def test_better_and_worse_are_said_by_the_side_that_is_good_and_never_where_there_is_none():
    more, less = Number(60.0, 5, 3), Number(33.3, 3, 1)
    told = {good: change_of(less, more, good) for good in ("more", "less", "neither")}
    assert [(each["shape"], each["words"]) for each in told.values()] == [
        ("!", "worse: less now"),
        ("✓", "better: less now"),
        ("▼", "less now"),
    ]
    assert change_of(more, more, "more")["words"] == "the same now"
    assert change_of(more, Number(None), "more") is None


def test_long_times_are_said_in_days_money_in_pounds_and_what_failed_is_one_tap_away(world, browser_of):
    journeys(world.oakview, world.stmarys, 6, papers_asked=4, papers_there=3, fresh=True)
    manager = browser_of("manager")
    assert ">3 days<" in manager.get(f"/reports/measures/turn-round?{NOVEMBER}").content.decode()
    assert [as_length(59), as_length(38.3, "hours")] == ["59 minutes", "1 day 14 hours"]
    assert said(BY_NAME["lost-value"], Number(33790.1)) == {
        "number": "£33,790.10",
        "words": "what lost things were worth",
        "of": "",
    }
    together = said(BY_NAME["bag-return"], Number(0.0, 3))
    assert (together["number"], together["words"], together["of"]) == (
        "",
        "At least half of the bags came together with their owner",
        "3 bags back",
    )
    page = manager.get(f"/reports/measures/paperwork?{NOVEMBER}").content.decode()
    rest = re.findall(r'href="(/reports/paperwork/both/rest[^"]+)">6<', page)[0].replace("&amp;", "&")
    assert manager.get(rest).status_code == 200
    auditor = browser_of("auditor").get(f"/reports/measures/paperwork?{NOVEMBER}").content.decode()
    assert "counts of 1 to 4, and all but 1 to 4, are not shown" in auditor


def test_to_outsiders_the_days_that_have_a_name_are_months_that_are_over(world, browser_of, at):
    at(9 * 24 * 60)  # 30 November, whose month is not over
    auditor = browser_of("auditor")
    page = auditor.get("/reports/measures").content.decode()
    days = page.split('aria-label="Days"')[1].split("</nav>")[0]
    assert re.findall(r">([^<]+)</a>", days) == ["Last month", "Last 3 months", "Last 12 months", "This year"]
    for name, first in (("last-month", "1 Oct 2026"), ("90", "1 Aug 2026"), ("365", "1 Nov 2025")):
        assert f"{first} to 31 Oct 2026" in auditor.get("/reports/measures", {"days": name}).content.decode()
    assert "Last 365 days" in browser_of("manager").get("/reports/measures").content.decode()
    at(55 * 24 * 60)  # in January
    auditor = browser_of("auditor")
    page = auditor.get("/reports/measures", {"days": "this-year"}).content.decode()
    assert "This year" not in page
    assert "1 Dec 2026 to 31 Dec 2026" in page
    assert "1 Jan 2026 to 31 Dec 2026" in auditor.get("/area").content.decode()
    assert "This year" in browser_of("manager").get("/reports/measures").content.decode()


def test_days_that_end_long_after_today_draw_the_months_that_were(world, browser_of):
    journeys(world.oakview, world.stmarys, 6)
    page = browser_of("manager").get("/reports/measures/turn-round", {"from": "2026-11-01", "to": "2029-10-31"})
    assert "There are no months to draw" not in page.content.decode()


def test_journeys_that_are_too_few_to_be_told_are_said_to_be_not_shown_and_not_called_few(world, browser_of, at):
    at(12 * 24 * 60)
    journeys(world.oakview, world.stmarys, 4)
    journeys(world.millbrook, world.stmarys, 4)
    page = browser_of("auditor").get(f"/reports/homes?{NOVEMBER}").content.decode()
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<tbody>")[1].split("</table>")[0]))
    assert "Millbrook House not shown" in told
    assert "few journeys" not in told
    assert "All together not shown" in told
    own = browser_of("manager").get(f"/reports/homes?{NOVEMBER}").content.decode()
    assert '4 <span class="rp-few">few journeys</span>' in own


def test_areas_side_by_side_are_called_areas(world, browser_of, at):
    at(12 * 24 * 60)
    nation = Organisation.objects.create(ods_code="QNAT1", name="England", kind="area")
    Organisation.objects.filter(pk=world.area.pk).update(area=nation)
    Membership.objects.filter(user=world.people["auditor"]).update(organisation=nation)
    auditor = browser_of("auditor")
    assert "No area has a journey in these days." in auditor.get("/reports/homes").content.decode()
    journeys(world.oakview, world.stmarys, 12)
    page = auditor.get(f"/reports/homes?{NOVEMBER}").content.decode()
    assert "<title>Areas side by side" in page
    assert 'aria-label="Areas side by side, table"' in page
