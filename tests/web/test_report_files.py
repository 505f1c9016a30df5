"""Reports as files on pages: asked for, watched, stopped, saved."""

import pytest
from django.utils import timezone

from redbag.journal.models import Entry
from redbag.reports.file_making import make_file
from redbag.reports.file_models import MonthlyReport, ReportFile
from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.django_db]
ASKED = {"what": "measures", "form_of": "csv", "from": "2026-11-01", "to": "2026-11-30"}


def test_a_manager_asks_watches_and_saves_and_each_is_written_down(world, browser_of):
    in_hospital(world)
    browser = browser_of("manager")
    address = browser.post("/reports/files", ASKED).headers["Location"]
    waiting = browser.get(address).content.decode()
    assert "0 %" in waiting
    assert 'hx-get="' in waiting
    assert browser.get(f"{address}/saved").status_code == 409
    file = ReportFile.objects.get()
    make_file(str(file.pk), now=timezone.now)
    assert "✓ Ready" in browser.get(f"{address}/now").content.decode()
    saved = browser.get(f"{address}/saved")
    content = b"".join(saved.streaming_content)
    assert content.startswith(b"report,title,")
    assert int(saved["Content-Length"]) == len(content)
    assert saved["Content-Disposition"] == 'attachment; filename="red-bag-measures-2026-11-01-2026-11-30.csv"'
    assert saved["Cache-Control"] == "no-store"
    assert list(Entry.objects.filter(action__startswith="report.").values_list("action", flat=True)) == [
        "report.asked_for",
        "report.exported",
    ]
    ReportFile.objects.update(kept_until=timezone.now())
    assert browser.get(f"{address}/saved").status_code == 410


def test_pressing_twice_is_one_file_and_stopping_says_so(world, browser_of):
    browser = browser_of("manager")
    told = ASKED | {"form": "7d9dd3a6-6e43-4a3c-8f52-4d1f7e1f2a11"}
    address = browser.post("/reports/files", told).headers["Location"]
    assert browser.post("/reports/files", told).headers["Location"] == address
    assert "It was stopped" in browser.post(f"{address}/stop", follow=True).content.decode()


def test_a_sixth_file_at_once_is_kindly_told_to_wait_and_colleagues_are_not(world, browser_of):
    browser = browser_of("manager")
    for _ in range(5):
        assert browser.post("/reports/files", ASKED).status_code == 302
    late = browser.post("/reports/files", ASKED)
    assert (late.status_code, "Wait until one of them is ready" in late.content.decode()) == (409, True)
    assert browser_of("senior").post("/reports/files", ASKED).status_code == 302
    make_file(str(ReportFile.objects.filter(asked_by=world.people["manager"]).first().pk), now=timezone.now)
    assert browser.post("/reports/files", ASKED).status_code == 302


def test_wrong_wishes_keep_what_was_typed(world, browser_of):
    answer = browser_of("manager").post("/reports/files", ASKED | {"what": "journeys", "form_of": "pdf"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#form_of">' in page
    assert 'value="2026-11-01"' in page


def test_nobody_is_named_is_said_before_the_file_is_made(world, browser_of):
    assert "residents are named" in browser_of("manager").get("/reports/files").content.decode()
    assert "nobody is named" in browser_of("auditor").get("/reports/files").content.decode()


def test_a_manager_asks_for_the_month_and_stops_it_in_one_tap(world, browser_of):
    browser = browser_of("manager")
    page = browser.post("/reports/monthly", {"place": "VDEM1", "day": "7"}, follow=True).content.decode()
    assert "On day 7 of every month. The next comes" in page
    assert 'value="7"' in page
    assert browser.post("/reports/monthly", {"place": "VDEM1", "day": "31"}).status_code == 422
    assert browser.post("/reports/monthly", {"place": "VDEM2", "day": "5"}).status_code == 422
    monthly = MonthlyReport.objects.get()
    assert browser_of("senior").post(f"/reports/monthly/{monthly.pk}/stop").status_code == 404
    browser.post(f"/reports/monthly/{monthly.pk}/stop")
    monthly.refresh_from_db()
    assert monthly.ended_why == "asked"
