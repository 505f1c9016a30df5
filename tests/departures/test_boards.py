"""Going home on the boards: the home is asked, the ward sees the answer and whether the letter was read."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from redbag.departures.actions import answer_home, mark_ready, plan_home
from redbag.discharges.models import Acknowledgement, DischargeSummary
from redbag.organisations.models import HouseRules
from redbag.reminders.models import Reminder
from redbag.reminders.watching import watch
from tests.web.journeys import in_hospital, tell

pytestmark = pytest.mark.django_db
THREE = datetime(2026, 11, 21, 15, tzinfo=ZoneInfo("Europe/London"))


def board(client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def under(words: str, heading: str) -> str:
    return words.split(f">{heading}")[1].split("<h2")[0]


def plan(world, transfer, *, minutes=60, leaves_at=THREE, **more):
    now = world.now + timedelta(minutes=minutes)
    return plan_home(actor=world.actor("ward"), transfer=transfer, leaves_at=leaves_at, now=now, **more)[0]


def answered(world, transfer, asked, says, *, minutes=70, **more):
    now = world.now + timedelta(minutes=minutes)
    answer_home(actor=world.actor("senior"), transfer=transfer, plan=asked.pk, says=says, now=now, **more)


def test_the_home_is_asked_on_its_board_until_somebody_answers(world, transfer, browser_of, at):
    asked = plan(world, transfer)
    page = board(browser_of("carer"))
    assert "wants to send Peggy Jones home today at 15:00. Can you take Peggy Jones?" in under(page, "Needs you")
    assert "You have not answered" in under(page, "Coming home")
    at(80)
    answered(world, transfer, asked, "yes")
    page = board(browser_of("carer"))
    assert "Can you take" not in page
    assert "✓ You said yes" in under(page, "Coming home")


def test_the_hospital_sees_who_goes_when_what_is_missing_the_answer_and_the_letter(world, transfer, browser_of, at):
    third = in_hospital(world, resident=world.arthur, bag=world.other_bag, minutes=0)
    late, early = plan(world, transfer), plan(world, third, leaves_at=THREE - timedelta(hours=2))
    answered(world, transfer, late, "cannot", because="No hoist")
    at(75)
    page = under(board(browser_of("ward")), "Going home")
    assert page.index("DALE, Arthur") < page.index("JONES, Margaret")
    arthur, peggy = page.split("JONES, Margaret", 1)
    assert "○ Home has not answered" in arthur
    assert "✗ Home: cannot take them" in peggy
    assert "medicines to take out" in peggy
    assert "! No letter sent" in peggy
    assert "Leaves today at 13:00" in arthur
    answered(world, third, early, "yes", minutes=76)
    assert "✓ Home: yes" in under(board(browser_of("ward")), "Going home")


def test_a_letter_that_the_home_has_not_read_stands_on_the_wards_board(world, transfer, browser_of, at):
    plan(world, transfer)
    letter = DischargeSummary.objects.create(
        transfer=transfer,
        home=world.oakview,
        resident=world.peggy,
        organisation=world.stmarys,
        version=1,
        state="sent",
        form="headings",
        written_at=world.now,
        sent_at=world.now + timedelta(minutes=61),
    )
    assert "○ Letter not read by the home yet" in under(board(browser_of("ward")), "Going home")
    letter.opened_at, letter.opened_by_name = world.now + timedelta(minutes=70), "Carer Tester"
    letter.save(update_fields=["opened_at", "opened_by_name"])
    page = under(board(browser_of("ward")), "Going home")
    assert "◐ Letter opened by the home, not confirmed" in page
    assert "Letter read by the home" not in page
    taken = {"name": "Carer Tester", "role": "carer", "at": world.now + timedelta(minutes=75)}
    Acknowledgement.objects.create(summary=letter, **taken)
    assert "✓ Letter read by the home" in under(board(browser_of("ward")), "Going home")


def test_on_the_way_the_home_reads_what_they_come_without(world, transfer, browser_of, at):
    plan(world, transfer)
    now = world.now + timedelta(minutes=62)
    said = {"line": "medicines", "says": "without", "reason": "pharmacy_closed"}
    mark_ready(actor=world.actor("ward"), transfer=transfer, now=now, **said)
    tell(world, "crew", transfer, minutes=90, kind="handoff", to="RDEM9")
    at(95)
    page = under(board(browser_of("carer")), "Coming home")
    assert "Came without:</strong> medicines to take out: pharmacy is closed." in page
    assert "discharge letter: not sent" in page


def test_a_screen_that_faces_the_public_names_nobody(world, transfer, browser_of):
    plan(world, transfer)
    for who in ("carer", "ward"):
        client = browser_of(who)
        client.post("/board/screen", {"hide": "yes"})
        page = board(client)
        assert "Peggy" not in page
        assert "JONES" not in page
        assert "medicines to take out" not in page


@pytest.mark.parametrize("who", ["ward", "carer"])
def test_two_who_go_home_cost_as_many_statements_as_one(world, transfer, browser_of, who, at):
    third = in_hospital(world, resident=world.arthur, bag=world.other_bag, minutes=0)
    plan(world, transfer)
    client = browser_of(who)
    board(client)
    at(80)
    one = _statements(client)
    plan(world, third, minutes=80)
    at(100)
    assert _statements(client) == one


def _statements(client) -> int:
    with CaptureQueriesContext(connection) as seen:
        board(client)
    return len(seen)


def test_an_hour_without_an_answer_wakes_the_home_even_at_night_and_an_answer_settles_it(world, transfer):
    HouseRules.objects.create(organisation=world.oakview, quiet_from="22:00", quiet_until="07:00")
    asked = plan(world, transfer)
    hour = world.now + timedelta(minutes=121)
    watch(now=world.now + timedelta(minutes=110))
    waiting = Reminder.objects.get(kind="home_answer")
    assert (waiting.organisation, waiting.due_at, waiting.told_at) == (
        world.oakview,
        world.now + timedelta(hours=2),
        None,
    )
    watch(now=hour)
    waiting.refresh_from_db()
    assert waiting.told_at == hour
    answered(world, transfer, asked, "yes", minutes=130)
    watch(now=world.now + timedelta(minutes=131))
    waiting.refresh_from_db()
    assert waiting.needless_at is not None


def test_a_new_plan_asks_again_and_nobody_is_asked_about_who_has_left(world, transfer):
    asked = plan(world, transfer)
    answered(world, transfer, asked, "yes")
    watch(now=world.now + timedelta(minutes=75))
    assert not Reminder.objects.filter(kind="home_answer").exists()
    plan(world, transfer, minutes=80, leaves_at=THREE + timedelta(hours=1))
    watch(now=world.now + timedelta(minutes=85))
    assert Reminder.objects.open().filter(kind="home_answer").count() == 1
    tell(world, "crew", transfer, minutes=90, kind="handoff", to="RDEM9")
    watch(now=world.now + timedelta(minutes=95))
    assert not Reminder.objects.open().filter(kind="home_answer").exists()
