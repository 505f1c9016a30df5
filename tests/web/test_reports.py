"""The pages of reports: a month on one screen, every measure, homes side by side, and files."""

import re
from datetime import timedelta

import pytest

from redbag.journal.models import Entry
from redbag.organisations.models import Membership, Organisation, User
from redbag.reports.measures import MEASURES
from tests.web.journeys import in_hospital, pack, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
NAMES = ("Peggy", "Margaret", "Jones", "Arthur", "Dale")


def words_of(answer, status=200):
    """What a page says, without its marks and with single spaces."""
    assert answer.status_code == status, answer.status_code
    main = answer.content.decode().split('<main id="main"')[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


@pytest.fixture
def lost(world):
    """Peggy came back, and her glasses did not."""
    transfer = in_hospital(world)
    glasses = transfer.facts.get(kind="pack").items[0]["id"]
    gone = [{"item": glasses, "state": "missing"}]
    tell(world, "carer", transfer, minutes=55, kind="handoff", to="VDEM1", items=gone)
    return transfer


@pytest.fixture
def group(world, browser_of):
    """A browser of somebody who manages both homes."""
    user = User.objects.create(email="group@test.example", name="Gita Rao", password="!", created_at=world.now)
    for home in (world.oakview, world.millbrook):
        Membership.objects.create(user=user, organisation=home, role="group_manager", started_at=world.now)
    world.people["group"] = user
    return browser_of("group")


def test_a_month_says_what_to_look_at_and_each_leads_to_the_journeys_behind_it(world, browser_of, lost):
    manager = browser_of("manager")
    page = manager.get("/reports")
    told = words_of(page)
    assert "November 2026 Oakview" in told
    assert "1 journey to hospital, 1 of them back home. In all of October: 0." in told
    assert "Two things to look at" in told
    assert "1 thing is not found yet, from 1 journey." in told
    assert "1 of 1 journey left with papers that lacked something or were not looked at in time." in told
    assert "No bag is away for more than 14 days." in told
    assert "November is not over, so nothing is called better or worse than usual yet." in told
    assert "Counted at 03:50." in told
    behind = re.findall(r'href="(/reports/missing-items/[^"]+)"', page.content.decode())[0].replace("&amp;", "&")
    assert "Peggy" in words_of(manager.get(behind))


def test_a_month_before_anything_was_counted_and_one_that_has_not_begun(world, browser_of):
    manager = browser_of("manager")
    told = words_of(manager.get("/reports", {"month": "2026-10"}))
    assert "October 2026" in told
    assert "Nobody left for hospital." in told
    assert "Nothing stands out" in told
    assert "October is not over" not in told
    assert [manager.get("/reports", {"month": typed}).status_code for typed in ("2026-12", "13", "0001-01")] == [
        404
    ] * 3


def test_days_that_have_not_come_and_months_before_the_first_journey_are_said_to_be_so(world, browser_of, lost):
    manager = browser_of("manager")
    assert "January 2027 has not come yet." in words_of(manager.get("/reports", {"month": "2027-01"}), 404)
    assert "There is no such month." in words_of(manager.get("/reports", {"month": "2026-13"}), 404)
    days = {"from": "2027-01-01", "to": "2027-01-31"}
    assert "These days have not come yet." in words_of(manager.get("/reports/measures", days), 422)
    assert manager.get("/reports/turn-round/csv", days).status_code == 422
    assert "← October" not in words_of(manager.get("/reports")).replace("&nbsp;", " ")


def test_what_the_page_could_not_count_yet_is_said(world, browser_of, monkeypatch):
    in_hospital(world)
    monkeypatch.setattr("redbag.web.reports_fresh.A_TURN", 1)
    told = words_of(browser_of("manager").get("/reports"))
    assert (
        "Not everything is counted yet. What happened to 2 residents is not in it yet; look again in a minute." in told
    )


@pytest.mark.parametrize("who", ["senior", "manager", "crew", "discharge", "auditor"])
def test_every_measure_stands_on_a_page_and_leads_to_its_own(world, browser_of, who):
    in_hospital(world)
    browser = browser_of(who)
    page = browser.get("/reports/measures").content.decode()
    for measure in MEASURES:
        assert page.count(f'href="/reports/measures/{measure.name}?') == 1
    assert not [name for name in NAMES if name in page]
    one = browser.get("/reports/measures/turn-round").content.decode()
    assert "Waiting for the crew" in one
    assert "Hand-overs that were taken back." in one  # how it is counted
    assert 'href="/reports/turn-round/csv?' in one
    assert not [name for name in NAMES if name in one]


def test_what_needs_a_look_stands_first_and_better_or_worse_is_said_by_word_and_shape(world, browser_of, lost):
    told = words_of(browser_of("manager").get("/reports/measures", {"days": "this-month"}))
    assert "Compared with the days just before, 11 Oct 2026 to 31 Oct 2026" in told
    look = told.split("Have a look at these")[1].split("s way ")[0]
    assert "Things not found ! 1 thing is not found yet, from 1 journey." in look
    assert look.index("Things not found") < look.index("Paperwork complete and fresh")
    assert "Hand-overs told late" not in look
    outside = words_of(browser_of("auditor").get("/reports/measures"))
    assert "Have a look" not in outside


@pytest.mark.parametrize("who", ["carer", "administrator"])
@pytest.mark.parametrize(
    "address",
    [
        "/reports",
        "/reports/measures",
        "/reports/homes",
        "/reports/turn-round/csv",
        "/reports/turn-round/headline/whole",
    ],
)
def test_roles_without_reports_get_no_page_of_them(world, browser_of, who, address):
    assert browser_of(who).get(address).status_code == 403


@pytest.mark.parametrize(
    ("who", "page"), [("crew", "/ambulance-scores"), ("discharge", "/hospital-scores"), ("auditor", "/area")]
)
def test_who_works_at_no_home_comes_to_their_own_page(world, browser_of, who, page):
    assert browser_of(who).get("/reports")["Location"] == page
    assert browser_of(who).get(page).status_code == 200


@pytest.mark.parametrize("address", ["/reports/measures", "/reports/measures/turn-round", "/reports/homes"])
def test_wrong_days_keep_what_was_typed_and_name_the_field(world, browser_of, address):
    answer = browser_of("manager").get(address, {"from": "21.11.", "to": "2026-11-21"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#from">' in page
    assert 'value="21.11."' in page
    assert 'value="2026-11-21"' in page


def test_days_are_chosen_by_name_and_stay_chosen_with_what_they_are_compared_with(world, browser_of):
    page = browser_of("manager").get("/reports/measures", {"days": "last-month", "compare": "year"}).content.decode()
    assert '<a href="/reports/measures?days=last-month&amp;compare=year" aria-current="true">Last month</a>' in page
    assert "1 Oct 2026 to 31 Oct 2026" in page
    assert 'href="/reports/measures/unconfirmed?days=last-month&amp;compare=year"' in page


def test_a_file_bears_its_days_and_saving_it_is_written_down(world, browser_of):
    in_hospital(world)
    manager = browser_of("manager")
    manager.get("/reports")
    answer = manager.get("/reports/turn-round/csv", {"from": "2026-11-20", "to": "2026-11-21"})
    assert answer["Content-Disposition"] == 'attachment; filename="turn-round-2026-11-20-2026-11-21.csv"'
    assert "Waiting for the crew,1,10" in answer.content.decode()
    entry = Entry.objects.get(action="report.exported")
    assert (entry.actor_id, entry.facts["report"], entry.facts["format"]) == (
        world.people["manager"].pk,
        "turn-round",
        "csv",
    )


@pytest.mark.parametrize(
    "address",
    ["/reports/profit/csv", "/reports/turn-round/exe", "/reports/measures/profit", "/reports/profit/headline/whole"],
)
def test_a_report_there_is_none_of_is_not_found(world, browser_of, address):
    assert browser_of("manager").get(address).status_code == 404


def test_an_auditor_chooses_among_the_area_and_a_manager_chooses_nobody(world, browser_of):
    Organisation.objects.create(ods_code="VFAR1", name="Far Away", kind="care_home")
    auditor, manager = browser_of("auditor"), browser_of("manager")
    page = auditor.get("/reports/measures", {"organisation": "VDEM2"}).content.decode()
    assert "<strong>Millbrook House</strong>" in page
    assert "Far Away" not in page
    for address in ("/reports/measures", "/reports/measures/turn-round", "/reports/homes", "/reports/turn-round/csv"):
        assert auditor.get(address, {"organisation": "VFAR1"}).status_code == 404
        assert manager.get(address, {"organisation": "VDEM2"}).status_code == 404
    assert "Millbrook House" not in manager.get("/reports/measures").content.decode()


def test_an_empty_page_says_what_will_appear(world, browser_of, at):
    at(minutes=int(timedelta(days=400).total_seconds() // 60))
    page = browser_of("manager").get("/reports/measures/turn-round").content.decode()
    assert "As soon as somebody goes to hospital" in page


def test_a_group_sees_its_homes_side_by_side_with_how_many_cases_and_which_are_small(world, browser_of, group, lost):
    told = words_of(group.get("/reports/homes", {"days": "30"}))
    assert "Oakview 1 few journeys 100 , Things not found, per 100 journeys, Oakview 1 of 1" in told
    assert "Millbrook House 0 few journeys none" in told
    assert "Papers complete and fresh Good is more" in told
    assert "All together 1 100 1 of 1" in told
    assert "With fewer than three homes that have journeys, none is called better or worse." in told
    sorted_by = re.findall(r'scope="row"><a[^>]+>([^<]+)<', group.get("/reports/homes?sort=paperwork").content.decode())
    assert sorted_by == ["Oakview", "Millbrook House"]  # the worst first, without a number last
    only = browser_of("manager").get("/reports/homes").content.decode()
    assert "Oakview" in only
    assert "Millbrook" not in only


def test_a_group_reads_the_month_of_all_its_homes_or_of_one(world, group):
    packed = pack(world)
    assert "Nobody left for hospital" in words_of(group.get("/reports"))
    tell(world, "crew", packed, minutes=5, kind="handoff", to="RDEM9")
    assert "1 journey to hospital" in words_of(group.get("/reports"))
    assert "Nobody left for hospital" in words_of(group.get("/reports", {"organisation": "VDEM2"}))
    assert group.get("/reports/turn-round/csv", {"organisation": "VDEM2"}).status_code == 200
