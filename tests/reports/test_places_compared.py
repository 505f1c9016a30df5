"""The pages of areas, hospitals and ambulance services: what each of them shows, and to whom."""

import re

import pytest

from redbag.counting.models import CountedJourney
from redbag.organisations.models import Membership, Organisation, Place
from redbag.reports.flow_chart import TALL, flow_chart
from redbag.reports.flows import told_of
from redbag.web.reports_said import NOT_SHOWN
from tests.reports.rows import handed, journeys
from tests.web.journeys import taken_by_crew, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("december")]
NOVEMBER = "from=2026-11-01&to=2026-11-30"


def page_of(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def went(world):
    """23 of Oakview to St Mary's, most known there; 3 to Northgate; 11 of Millbrook to Northgate."""
    ours = journeys(world.oakview, world.stmarys, 23, ambulance=world.lifeline, ward="Ward 4B")
    handed(ours[:15])
    handed(ours[15:], said_by_receiver=False)
    lost = journeys(world.millbrook, world.stmarys, 4, ambulance=world.lifeline, ward="Ward 9")
    handed(lost, said_by_receiver=False)
    handed(ours[:6], receiver="ambulance", giver="home", unconfirmed=True)
    journeys(world.oakview, world.northgate, 3, ambulance=world.lifeline)
    journeys(world.millbrook, world.northgate, 11, outcome="treated_on_scene", ambulance=world.lifeline)


def test_an_areas_map_says_the_same_as_its_table_and_each_flow_has_its_measures(world, browser_of, went):
    auditor = browser_of("auditor")
    page = page_of(auditor, f"/area?{NOVEMBER}")
    assert "<title>Oakview to St Mary&#x27;s Hospital: about 25 journeys</title>" in page
    assert page.count("<path ") == 2
    table = words_of(page.split('class="fl-table')[1].split("</table>")[0])
    assert "Oakview 25 , Oakview to St Mary&#x27;s Hospital few not told" in table
    assert "Millbrook House few 10 , Millbrook House to Northgate Hospital not told" in table
    address = re.search(r'href="(/flow\?[^"]+)"', page)[1].replace("&amp;", "&")
    flow = words_of(page_of(auditor, address))
    assert "Oakview to St Mary&#x27;s Hospital" in flow
    assert "About 25 journeys" in flow
    for name in ("Peggy", "Margaret", "Jones"):
        assert name not in page + flow


def test_above_areas_there_are_areas_to_open_and_then_their_places(world, browser_of, went):
    nation = Organisation.objects.create(ods_code="QNAT1", name="England", kind="area")
    Organisation.objects.filter(pk=world.area.pk).update(area=nation)
    Membership.objects.filter(user=world.people["auditor"]).update(organisation=nation)
    auditor = browser_of("auditor")
    page = page_of(auditor, f"/area?{NOVEMBER}")
    assert "Areas side by side" in page
    assert "Oakview" not in page
    assert 'value="QDEM1"' in page
    opened = page_of(auditor, f"/area?organisation=QDEM1&{NOVEMBER}")
    assert 'value="VDEM1"' in opened
    assert "Homes side by side" in opened
    for code, page in (
        ("VDEM1", "/reports/measures?"),
        ("RDEM1", "/hospital-scores?"),
        ("RDEM9", "/ambulance-scores?"),
    ):
        assert auditor.get(f"/area?organisation={code}&{NOVEMBER}")["Location"].startswith(page)


def test_to_an_auditor_days_are_whole_months_on_every_page_and_call(world, browser_of, api, went):
    days = "from=2026-11-12&to=2026-11-13"
    auditor = browser_of("auditor")
    for page in ("/area?", "/hospital-scores?organisation=RDEM1&", "/ambulance-scores?organisation=RDEM9&"):
        assert "1 Nov 2026 to 30 Nov 2026" in words_of(page_of(auditor, page + days))
    for call in ("flows?", "side-by-side?by=home&"):
        told = api("auditor").get(f"{call}{days}").json()
        assert (told["from"], told["to"]) == ("2026-11-01", "2026-11-30")


def test_a_place_outside_the_area_is_not_found(world, browser_of):
    Organisation.objects.create(ods_code="VFAR1", name="Far Away", kind="care_home")
    auditor = browser_of("auditor")
    for address in ("/area?organisation=VFAR1", "/flow?home=VFAR1&hospital=RDEM1", "/flow?home=VDEM1&hospital=X9"):
        assert auditor.get(address).status_code == 404


@pytest.mark.parametrize("who", ["carer", "manager", "crew", "discharge", "administrator"])
def test_the_map_of_an_area_is_for_its_auditors_alone(world, browser_of, who):
    assert browser_of(who).get("/area").status_code == 403
    assert browser_of(who).get("/flow?home=VDEM1&hospital=RDEM1").status_code == 403


def test_a_hospital_sees_which_wards_may_not_know_the_bag_and_of_homes_no_small_number(world, browser_of, went):
    page = words_of(page_of(browser_of("discharge"), f"/hospital-scores?{NOVEMBER}"))
    assert "Wards that may not know the bag" in page
    assert "Ward 9 (4)" in page
    assert "Ward 4B (" not in page
    assert "Ward 4B 23 65.2% 15 of 23" in page
    assert f"Millbrook House {NOT_SHOWN}" in page
    assert "How our discharges went" in page
    assert "Fewer than three to compare" in page
    northgate = words_of(page_of(browser_of("northgate"), f"/hospital-scores?{NOVEMBER}"))
    assert "Ward 4B" not in northgate


def test_an_auditor_sees_a_hospitals_scorecard_without_small_wards_and_discharges(world, browser_of, went):
    for name in ("Ward 4B", "Ward 9"):
        Place.objects.get_or_create(organisation=world.stmarys, name=name)
    page = words_of(page_of(browser_of("auditor"), f"/hospital-scores?organisation=RDEM1&{NOVEMBER}"))
    assert "Ward 9" not in page
    assert "Ward 4B 25" in page
    assert "How our discharges went" not in page


def test_what_somebody_typed_as_a_ward_is_told_to_nobody_outside(world, browser_of, api):
    handed(journeys(world.oakview, world.stmarys, 6, ward="Side room, Peggy Hartley"))
    page = page_of(browser_of("auditor"), f"/hospital-scores?organisation=RDEM1&{NOVEMBER}")
    told = api("auditor").get(f"side-by-side?by=ward&{NOVEMBER}").json()
    assert "Peggy" not in page + str(told)
    assert [each["name"] for each in told["places"]] == ["Other wards"]
    assert "Peggy" in page_of(browser_of("discharge"), f"/hospital-scores?{NOVEMBER}")


def test_an_ambulance_service_sees_its_waiting_as_a_spread_and_who_was_not_taken(world, browser_of, went):
    page = words_of(page_of(browser_of("crew"), f"/ambulance-scores?{NOVEMBER}"))
    assert "Journeys, taken or not 41" in page
    assert "Minutes until the crew had the bag 20 middle half 20 to 20" in page
    assert "Treated at home, or not taken 26.8% 11 of 41" in page
    assert "Northgate Hospital 15" in page
    assert "St Mary&#x27;s Hospital 25" in page


def test_a_journey_on_which_nobody_left_is_one_for_the_crew_alone(world, browser_of, went):
    stayed = [row.pk for row in journeys(world.oakview, world.stmarys, 10, ambulance=world.lifeline)]
    CountedJourney.objects.filter(pk__in=stayed).update(left_at=None)
    assert "Journeys, taken or not 51" in words_of(page_of(browser_of("crew"), f"/ambulance-scores?{NOVEMBER}"))
    area = page_of(browser_of("auditor"), f"/area?{NOVEMBER}")
    homes = words_of(area.split("Homes side by side")[-1])
    assert "Oakview 25" in homes


def test_a_bag_left_in_the_ambulance_is_counted(world, browser_of):
    transfer = taken_by_crew(world)
    tell(world, "crew", transfer, minutes=30, kind="handoff", to="RDEM1")
    tell(world, "ward", transfer, minutes=35, kind="outcome", outcome="left_in_ambulance")
    page = words_of(page_of(browser_of("crew"), f"/ambulance-scores?{NOVEMBER}"))
    assert "Bags left in the ambulance 100% 1 of 1" in page


@pytest.mark.parametrize("address", ["/area", "/hospital-scores", "/ambulance-scores"])
def test_wrong_days_are_named_and_nothing_is_shown(world, browser_of, address):
    who = {"/area": "auditor", "/hospital-scores": "ward", "/ambulance-scores": "crew"}[address]
    answer = browser_of(who).get(f"{address}?from=21.11.&to=2026-11-21")
    assert answer.status_code == 422
    assert b'<a href="#from">' in answer.content


def test_over_the_api_the_same_numbers(world, api, went):
    told = api("auditor").get(f"flows?{NOVEMBER}").json()
    assert (told["journeys"], told["areas"]) == (None, False)
    assert {"home": "VDEM1", "hospital": "RDEM2", "journeys": None} in told["flows"]
    assert api("manager").get("flows").status_code == 403
    wards = api("discharge").get(f"side-by-side?by=ward&{NOVEMBER}").json()
    assert {place["name"]: place["numbers"][0]["value"] for place in wards["places"]} == {"Ward 4B": 23, "Ward 9": 4}
    homes = api("discharge").get(f"side-by-side?by=home&{NOVEMBER}").json()
    assert [place["numbers"][0]["value"] for place in homes["places"]] == [None, 25]
    assert api("discharge").get("side-by-side").status_code == 422


def test_the_picture_draws_only_what_is_told_and_each_band_as_wide_as_its_journeys():
    exact = {(f"H{row}", f"R{row % 3}"): 5 * (20 - row) for row in range(14)} | {("H0", "R9"): 3}
    flows = told_of(exact, {})
    chart = flow_chart(flows)
    assert sum(band.journeys for band in chart.bands) == sum(told for told in flows.told.values() if told)
    assert [node.name for node in chart.homes][-1] == "Other homes"
    assert "R9" not in {node.code for node in chart.hospitals}
    tallest = max(chart.homes, key=lambda node: node.journeys)
    assert tallest.height >= TALL * tallest.journeys / sum(band.journeys for band in chart.bands) - 1
    assert all(node.y >= 0 and node.y + node.height <= chart.height + 1 for node in (*chart.homes, *chart.hospitals))
    assert flow_chart(told_of({("H", "R"): 3}, {})) is None
