"""The page of reports and its files, for those who may."""

from datetime import timedelta

import pytest

from redbag.journal.models import Entry
from redbag.organisations.models import Organisation
from redbag.reports.measures import MEASURES
from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.mark.parametrize("who", ["senior", "manager", "crew", "discharge", "auditor"])
def test_every_measure_stands_on_the_page_with_its_table_and_its_files(world, browser_of, who):
    in_hospital(world)
    page = browser_of(who).get("/reports").content.decode()
    for measure in MEASURES:
        assert page.count(f'<section class="rb-card re-measure" id="{measure.name}"') == 1
        assert f'href="/reports/{measure.name}/csv?' in page
    assert "Waiting for the crew" in page
    assert "1 journey to hospital began" in page
    for name in ("Peggy", "Margaret", "Jones"):
        assert name not in page


@pytest.mark.parametrize("who", ["carer", "administrator"])
def test_roles_without_reports_get_neither_page_nor_file(world, browser_of, who):
    browser = browser_of(who)
    assert browser.get("/reports").status_code == 403
    assert browser.get("/reports/turn-round/csv").status_code == 403


def test_wrong_days_keep_what_was_typed_and_name_the_field(world, browser_of):
    answer = browser_of("manager").get("/reports", {"from": "21.11.", "to": "2026-11-21"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#from">' in page
    assert 'value="21.11."' in page
    assert 'value="2026-11-21"' in page


def test_a_file_bears_its_days_and_saving_it_is_written_down(world, browser_of):
    in_hospital(world)
    answer = browser_of("manager").get("/reports/turn-round/csv", {"from": "2026-11-20", "to": "2026-11-21"})
    assert answer["Content-Disposition"] == 'attachment; filename="turn-round-2026-11-20-2026-11-21.csv"'
    assert answer.content.decode().splitlines()[1] == "Waiting for the crew,1,10.0,10.0,10.0"
    entry = Entry.objects.get(action="report.exported")
    assert (entry.actor_id, entry.facts) == (world.people["manager"].pk, {"report": "turn-round", "format": "csv"})


@pytest.mark.parametrize("address", ["/reports/profit/csv", "/reports/turn-round/exe"])
def test_a_file_there_is_none_of_is_not_found(world, browser_of, address):
    assert browser_of("manager").get(address).status_code == 404


def test_an_auditor_chooses_among_the_area_and_a_manager_chooses_nobody(world, browser_of):
    in_hospital(world)
    Organisation.objects.create(ods_code="VFAR1", name="Far Away", kind="care_home")
    auditor, manager = browser_of("auditor"), browser_of("manager")
    page = auditor.get("/reports", {"organisation": "VDEM2"}).content.decode()
    assert "Millbrook House, " in page
    assert "0 journeys to hospital began" in page
    assert "Far Away" not in page
    assert auditor.get("/reports", {"organisation": "VFAR1"}).status_code == 404
    assert manager.get("/reports", {"organisation": "VDEM2"}).status_code == 404
    assert "Millbrook House" not in manager.get("/reports").content.decode()


def test_an_empty_page_says_what_will_appear(world, browser_of, at):
    at(minutes=int(timedelta(days=400).total_seconds() // 60))
    assert "As soon as somebody goes to hospital" in browser_of("manager").get("/reports").content.decode()
