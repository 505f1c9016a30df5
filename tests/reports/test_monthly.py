"""The report of the month: made once, told by a link alone, stopped in one tap."""

import re
from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.test import Client

from redbag.accounts import lettering
from redbag.journal.models import Entry
from redbag.organisations.models import Membership
from redbag.reports.file_actions import send_monthly
from redbag.reports.file_making import make_file
from redbag.reports.file_models import MonthlyReport, ReportFile
from redbag.reports.monthly import begin_due, comes_next, month_due, stop_token
from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
ASKED = datetime(2026, 11, 21, 12, tzinfo=UTC)
DUE = datetime(2026, 12, 5, 0, 30, tzinfo=UTC)


@pytest.fixture
def monthly(world):
    return send_monthly(actor=world.actor("manager"), place=world.oakview, day=5, now=ASKED)


def sent(now):
    """The e-mails that go when everything that is due is done."""
    before = len(mail.outbox)
    for file in begin_due(now=now):
        make_file(file, now=lambda: now)
    for letter in lettering.letters_due(now=now):
        lettering.send_letter(letter, now=lambda: now)
    return mail.outbox[before:]


def test_on_the_day_there_is_one_link_however_often_the_clock_comes_by(world, monthly):
    in_hospital(world)
    assert sent(datetime(2026, 12, 4, 23, 30, tzinfo=UTC)) == []
    (told,) = sent(DUE)
    file = ReportFile.objects.get()
    assert (file.first_day, file.last_day, file.form) == (date(2026, 11, 1), date(2026, 11, 30), "pdf")
    assert told.to == [world.people["manager"].email]
    assert f"/reports/files/{file.pk}\n" in told.body
    assert told.body.startswith("The Red Bag report of November is ready: every measure of that month")
    assert sent(DUE.replace(hour=9)) == []
    assert sent(datetime(2026, 12, 28, tzinfo=UTC)) == []
    assert len(sent(datetime(2027, 1, 5, 1, tzinfo=UTC))) == 1


def test_the_mail_names_nobody_and_no_place_and_holds_no_number_of_the_report(world, monthly):
    in_hospital(world)
    (told,) = sent(DUE)
    said = told.subject + re.sub(r"https?://\S+", "", told.body)
    assert re.findall(r"\d+", said) == ["7"]  # days it is kept
    for name in ("Peggy", "Jones", "Oakview", "VDEM1", world.people["manager"].name):
        assert name not in said
    assert told.attachments == []


def test_another_worker_at_the_same_moment_begins_nothing(world, monthly):
    assert len(begin_due(now=DUE)) == 1
    assert begin_due(now=DUE) == []
    assert ReportFile.objects.count() == 1


def test_who_has_the_months_report_costs_nothing_when_the_clock_comes_by(world, monthly, django_assert_num_queries):
    for who in ("senior", "millbrook_manager"):
        place = world.oakview if who == "senior" else world.millbrook
        send_monthly(actor=world.actor(who), place=place, day=28, now=ASKED)
    begin_due(now=DUE)
    with django_assert_num_queries(2):
        assert begin_due(now=DUE) == []


def test_a_month_that_could_not_be_made_is_made_a_day_later(world, monthly):
    begin_due(now=DUE)
    ReportFile.objects.update(state="failed", tries=5, kept_until=DUE)
    assert sent(DUE.replace(hour=12)) == []
    assert len(sent(DUE.replace(day=6))) == 1
    assert ReportFile.objects.get().state == "done"


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2026, 11, 30, tzinfo=UTC), None),  # its day of November was over when it was asked for
        (datetime(2026, 12, 5, tzinfo=UTC), 11),
        (datetime(2027, 1, 4, 23, 59, tzinfo=UTC), 11),
        (datetime(2027, 4, 20, tzinfo=UTC), 3),  # after months without the service only the last one
    ],
)
def test_which_month_is_due(monthly, now, month):
    due = month_due(monthly, now=now)
    assert (due[0].month if due else None) == month


def test_it_is_said_when_the_next_one_comes(world, monthly):
    assert comes_next(monthly, now=ASKED) == date(2026, 12, 5)
    assert comes_next(monthly, now=DUE) == DUE.date()
    begin_due(now=DUE)
    assert comes_next(monthly, now=DUE) == date(2027, 1, 5)
    later = send_monthly(actor=world.actor("manager"), place=world.oakview, day=9, now=DUE)
    assert comes_next(later, now=DUE) == date(2027, 1, 9)
    at_once = send_monthly(actor=world.actor("senior"), place=world.oakview, day=5, now=DUE)
    assert comes_next(at_once, now=DUE) == DUE.date()


def test_who_no_longer_works_there_is_told_nothing_more(world, monthly):
    Membership.objects.filter(user=world.people["manager"]).update(ended_at=ASKED, ended_by=world.people["senior"])
    assert sent(DUE) == []
    monthly.refresh_from_db()
    assert (monthly.ended_at, monthly.ended_why, ReportFile.objects.count()) == (DUE, "left", 0)


def test_who_stops_while_it_is_being_made_gets_no_mail(world, monthly):
    (file,) = begin_due(now=DUE)
    MonthlyReport.objects.update(ended_at=DUE, ended_why="asked")
    assert make_file(file, now=lambda: DUE)
    assert lettering.letters_due(now=DUE) == []


def test_asking_again_changes_the_day_and_stays_one(world, monthly):
    again = send_monthly(actor=world.actor("manager"), place=world.oakview, day=9, now=ASKED)
    assert (again.pk, again.day, MonthlyReport.objects.count()) == (monthly.pk, 9, 1)


def test_the_link_stops_without_a_sign_in_shows_nothing_and_opening_it_stops_nothing(world, monthly):
    browser, address = Client(), f"/stop-monthly/{stop_token(monthly)}"
    page = browser.get(address).content.decode()
    assert "They come on day 5 of every month, when the Red Bag report of the month before is ready." in page
    assert "They were asked for on 21 Nov 2026." in page
    for name in ("Oakview", world.people["manager"].name, world.people["manager"].email):
        assert name not in page
    monthly.refresh_from_db()
    assert monthly.ended_at is None
    assert "Stopped" in browser.post(address, follow=True).content.decode()
    monthly.refresh_from_db()
    assert monthly.ended_why == "asked"
    assert Entry.objects.get(action="report.monthly_stopped").facts == {"way": "link"}
    assert browser.post(address).status_code == 302
    wrong = f"/stop-monthly/{monthly.pk.hex}{'0' * 32}"
    assert browser.get(wrong).status_code == 410
    assert browser.post(wrong).status_code == 410


def test_the_link_in_the_mail_opens_after_signing_in_and_to_them_alone(world, monthly):
    (told,) = sent(DUE)
    address = re.search(r"(/reports/files/\S+)", told.body)[1]
    assert Client().get(address).headers["Location"].startswith("/sign-in?next=/reports/files/")
    for who, status in (("manager", 200), ("senior", 404), ("auditor", 404)):
        browser = Client()
        browser.force_login(world.people[who])
        assert browser.get(address).status_code == status
