"""A manager brings in the home's figures from before: everything is checked and shown first, and nothing is lost."""

import hashlib
import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from redbag.journal.models import Entry
from redbag.reports.baseline_models import Baseline
from tests.reports.rows import journeys

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
PATH = "/figures-before"
HEAD = "Month,Average residents,A&E attendances,Emergency admissions,Average stay in hospital (days),Items lost"
YEAR = f"{HEAD}\n2024-04,41.5,4,3,12.4,1\n2024-05,41.0,2,1,,"


def page_of(answer):
    return answer.content.decode()


def token_of(answer):
    return re.search(r'name="checked" value="([^"]+)"', page_of(answer))[1]


def keep(browser, text, **more):
    """Check and keep, as somebody does who changes nothing between the two."""
    checked = browser.post(PATH, {"figures": text, "step": "check"})
    return browser.post(PATH, {"figures": text, "step": "keep", "checked": token_of(checked), **more}, follow=True)


def counting():
    rows = Baseline.objects.standing().order_by("year", "month")
    return [(row.year, row.month, str(row.residents), row.attendances, row.admissions) for row in rows]


def test_a_file_is_shown_before_anything_is_kept_and_then_kept_with_its_hash(world, browser_of):
    browser, file = browser_of("manager"), YEAR.replace("\n", "\r\n").encode("utf-8-sig")
    checked = browser.post(PATH, {"file": SimpleUploadedFile("year.csv", file), "step": "check"})
    assert "2 months can be read in year.csv" in page_of(checked)
    assert not Baseline.objects.exists()
    shown = re.search(r'<textarea hidden name="figures">\n(.*?)</textarea>', page_of(checked), re.S)[1]
    kept = {"figures": shown.replace("&amp;", "&"), "step": "keep", "checked": token_of(checked)}
    answer = browser.post(PATH, kept, follow=True)
    assert "Months kept: 2." in page_of(answer)
    assert counting() == [(2024, 4, "41.5", 4, 3), (2024, 5, "41.0", 2, 1)]
    row = Baseline.objects.get(month=4)
    assert (str(row.stay_days), row.items_lost, row.file_name) == ("12.4", 1, "year.csv")
    assert row.file_digest == hashlib.sha256(file).hexdigest()
    assert (row.organisation, row.kept_by, row.kept_by_name) == (
        world.oakview,
        world.people["manager"],
        "Manager Tester",
    )
    entry = Entry.objects.get(action="baseline.kept")
    assert entry.facts == {"months": ["2024-04", "2024-05"], "put_right": 0, "file": row.file_digest}


def test_errors_name_line_and_column_and_what_was_pasted_stays_beside_what_could_be_read(world, browser_of):
    text = f"{YEAR}\n2024-06,41,<b>six</b>,1,,"
    answer = browser_of("manager").post(PATH, {"figures": text, "step": "keep"})
    assert answer.status_code == 422
    assert '<a href="#figures">Line 4, A&amp;E attendances: “&lt;b&gt;six&lt;/b&gt;” is not' in page_of(answer)
    assert "2024-06,41,&lt;b&gt;six&lt;/b&gt;,1,," in page_of(answer)
    assert "2 months can be read" in page_of(answer)
    assert "Keep these figures" not in page_of(answer)
    assert not Baseline.objects.exists()


def test_more_admissions_than_attendances_are_kept_when_somebody_says_so(world, browser_of):
    browser, text = browser_of("manager"), f"{HEAD}\n2024-04,41.5,2,3,,"
    assert "3 emergency admissions but only 2" in page_of(keep(browser, text))
    assert not Baseline.objects.exists()
    keep(browser, text, yes="2024-04-admissions")
    assert counting() == [(2024, 4, "41.5", 2, 3)]


def test_what_was_changed_after_the_check_is_shown_again_before_it_is_kept(world, browser_of):
    browser = browser_of("manager")
    token = token_of(browser.post(PATH, {"figures": YEAR, "step": "check"}))
    other = browser.post(PATH, {"figures": YEAR.replace("41.5", "14.5"), "step": "keep", "checked": token})
    assert "You changed the figures after the check" in page_of(other)
    assert not Baseline.objects.exists()


def test_a_month_brought_in_again_is_put_right_and_the_old_figures_stay_readable(world, browser_of):
    browser = browser_of("manager")
    keep(browser, YEAR)
    again = YEAR.replace("41.5,4,3", "42.0,5,3")
    assert "Puts right what was kept: 41.5 residents, 4 A&amp;E, 3 admissions" in page_of(
        browser.post(PATH, {"figures": again, "step": "check"})
    )
    assert "Months put right: 1, as before: 1." in page_of(keep(browser, again))
    assert counting() == [(2024, 4, "42.0", 5, 3), (2024, 5, "41.0", 2, 1)]
    assert "April 2024: 41.5 residents, 4 A&amp;E attendances, 3 emergency admissions" in page_of(browser.get(PATH))
    keep(browser, again)
    assert Baseline.objects.count() == 3


def test_a_month_taken_back_does_not_count_and_can_be_brought_in_again(world, browser_of):
    browser = browser_of("manager")
    keep(browser, YEAR)
    april = Baseline.objects.get(month=4)
    for _ in range(2):
        browser.post(f"{PATH}/take-back", {"figures": str(april.pk)})
    assert counting() == [(2024, 5, "41.0", 2, 1)]
    assert Baseline.objects.count() == 3
    keep(browser, YEAR)
    assert counting() == [(2024, 4, "41.5", 4, 3), (2024, 5, "41.0", 2, 1)]


def test_what_is_kept_comes_out_as_a_file_that_can_be_brought_in_again_and_runs_nothing(world, browser_of):
    world.people["manager"].name = "=2+2"
    world.people["manager"].save(update_fields=["name"])
    browser = browser_of("manager")
    keep(browser, YEAR)
    file = browser.get(f"{PATH}/csv").content
    assert ",'=2+2," in file.decode()
    checked = browser.post(PATH, {"file": SimpleUploadedFile("kept.csv", file), "step": "check"})
    assert page_of(checked).count("<td>Kept already</td>") == 2


def test_the_empty_table_has_twelve_months_and_is_itself_nothing_wrong(world, browser_of):
    browser = browser_of("manager")
    lines = browser.get(f"{PATH}/template").content.decode("utf-8-sig").splitlines()
    assert (lines[0], lines[1][:7], lines[-1][:7], len(lines)) == (HEAD, "2025-11", "2026-10", 13)
    answer = browser.post(PATH, {"figures": "\n".join(lines), "step": "check"})
    assert "There is no month in it that can be kept" in page_of(answer)


def test_the_empty_table_of_a_home_that_has_begun_has_the_twelve_months_before(world, browser_of):
    journeys(world.oakview, world.stmarys, 1, at=datetime(2025, 3, 9, tzinfo=UTC))
    lines = browser_of("manager").get(f"{PATH}/template?home=VDEM1").content.decode("utf-8-sig").splitlines()
    assert [line[:7] for line in lines[1:]][::11] == ["2024-03", "2025-02"]


def test_another_homes_figures_are_neither_seen_nor_changed(world, browser_of):
    keep(browser_of("manager"), YEAR)
    april, other = Baseline.objects.get(month=4), browser_of("millbrook_manager")
    other.post(f"{PATH}/take-back", {"figures": str(april.pk)})
    assert other.post(PATH, {"home": "VDEM1", "figures": YEAR, "step": "check"}).status_code == 404
    assert "41.5" not in page_of(other.get(PATH))
    assert len(counting()) == 2
    assert browser_of("senior").get(PATH).status_code == 403
    assert "Only a care home" in page_of(browser_of("discharge").get(PATH))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose a file, or paste"),
        ({"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04")}, "Save as"),
        ({"file": SimpleUploadedFile("a.csv", b"x" * (2 * 1024 * 1024 + 1))}, "too large"),
    ],
)
def test_what_is_no_table_is_answered_in_words_and_the_box_keeps_its_text(world, browser_of, sent, words):
    answer = browser_of("manager").post(PATH, {"figures": "" if not sent else "my lines", "step": "check", **sent})
    assert answer.status_code == 422
    assert words in page_of(answer)
    assert not sent or "my lines" in page_of(answer)
