"""To do at a home and a ward: due, done in one tap, whom to ring; due times and quiet hours; a phone that wakes."""

from datetime import timedelta

import pytest

from redbag.deliveries.models import Endpoint
from redbag.journal.models import Entry
from redbag.organisations.models import HouseRules, Place
from redbag.reminders.models import Reminder
from redbag.reminders.watching import watch
from tests.deliveries.test_waking import Phone
from tests.web.journeys import in_hospital, pack, tell

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


@pytest.fixture
def passed(world, at):
    """Let so many hours pass, and the clocks be watched."""

    def go(hours):
        at(int(hours * 60))
        watch(now=world.now + timedelta(hours=hours))

    return go


def words(response):
    return " ".join(response.content.decode().split())


def test_what_is_due_says_what_waits_since_when_and_whom_to_ring(world, browser_of, passed):
    Place.objects.filter(organisation=world.stmarys, name="A&E").update(phone="01632 960777")
    transfer = pack(world)
    tell(world, "carer", transfer, minutes=30, kind="handoff", to="RDEM1", place="A&E")
    passed(5)
    page = words(browser_of("carer").get("/reminders"))
    assert "Awaiting hand-over at A&amp;E, St Mary&#x27;s Hospital since 03:20." in page
    assert 'href="tel:01632960777"' in page
    assert "Peggy" in page


def test_late_ones_come_first_and_say_so_in_words_and_shape(world, browser_of, passed):
    in_hospital(world)
    pack(world, resident=world.arthur, bag=world.other_bag, minutes=3970)
    passed(72.7)
    page = words(browser_of("carer").get("/reminders"))
    assert page.index("▲ Late") < page.index("◐ Due since")


def test_rang_the_ward_is_kept_and_stands_on_the_journey(world, browser_of, passed):
    transfer = in_hospital(world)
    passed(49)
    reminder = Reminder.objects.get(kind="contact_ward")
    home = browser_of("carer")
    said = "Rang A&E: spoke to Sister Okoro, said moving to 4B"
    answer = home.post(f"/reminders/{reminder.pk}/done", {"note": said, "next": f"/transfers/{transfer.pk}"})
    assert answer["Location"] == f"/transfers/{transfer.pk}"
    page = words(home.get(f"/transfers/{transfer.pk}"))
    assert "spoke to Sister Okoro, said moving to 4B" in page
    assert "by Carer Tester" in page
    assert "Okoro" not in words(browser_of("ward").get(f"/transfers/{transfer.pk}")), (
        "what the home noted is the home's"
    )
    entry = Entry.objects.get(action="reminder.done")
    assert entry.facts == {"kind": "contact_ward", "transfer": str(transfer.pk)}


def test_done_twice_is_done_once_by_the_first(world, browser_of, passed):
    in_hospital(world)
    passed(49)
    reminder = Reminder.objects.get(kind="contact_ward")
    browser_of("carer").post(f"/reminders/{reminder.pk}/done", {"note": "first"})
    browser_of("senior").post(f"/reminders/{reminder.pk}/done", {"note": "second"})
    reminder.refresh_from_db()
    assert (reminder.done_by_name, reminder.done_note) == ("Carer Tester", "first")
    assert Entry.objects.filter(action="reminder.done").count() == 1


def test_while_nothing_has_moved_the_same_is_asked_again(world, browser_of, passed):
    pack(world)
    passed(7)
    first = Reminder.objects.get(kind="crew_awaited")
    browser_of("carer").post(f"/reminders/{first.pk}/done", {"note": "Rang 999 again"})
    again = Reminder.objects.open().get(kind="crew_awaited")
    assert again.due_at == world.now + timedelta(hours=13)
    passed(13)
    assert Reminder.objects.get(pk=again.pk).told_at is not None
    assert Reminder.objects.filter(kind="crew_awaited").count() == 2


def test_a_letter_is_never_done_by_a_tap(world, browser_of, passed):
    in_hospital(world)
    passed(1)
    letter = Reminder.objects.filter(kind="contact_ward").first()
    Reminder.objects.filter(pk=letter.pk).update(kind="case_due")
    answer = browser_of("carer").post(f"/reminders/{letter.pk}/done", {})
    assert answer.status_code == 409
    assert Reminder.objects.get(pk=letter.pk).done_at is None


def test_a_note_that_is_too_long_comes_back_whole(world, browser_of, passed):
    in_hospital(world)
    passed(49)
    reminder = Reminder.objects.get(kind="contact_ward")
    answer = browser_of("carer").post(f"/reminders/{reminder.pk}/done", {"note": "long " * 300})
    assert answer.status_code == 422
    page = words(answer)
    assert "Use at most 1000 characters" in page
    assert "long long long" in page


def test_the_ward_sees_its_own_and_the_patients_name_as_hospitals_write_it(world, browser_of, passed):
    in_hospital(world)
    passed(13)
    page = words(browser_of("ward").get("/reminders"))
    assert "JONES, Margaret" in page
    assert "contents not checked" in page
    assert "contact the ward" not in page


def test_nobody_sees_or_does_another_organisations_reminders(world, browser_of, passed):
    in_hospital(world)
    passed(49)
    reminder = Reminder.objects.get(kind="contact_ward")
    for who in ("millbrook", "ward", "northgate", "crew"):
        client = browser_of(who)
        assert "Peggy" not in words(client.get("/reminders"))
        assert client.get(f"/reminders/{reminder.pk}").status_code == 404
        assert client.post(f"/reminders/{reminder.pk}/done").status_code == 404
    assert browser_of("administrator").get("/reminders").status_code == 403


def test_looking_is_written_down(world, browser_of, passed):
    in_hospital(world)
    passed(49)
    browser_of("carer").get("/reminders")
    entry = Entry.objects.get(action="viewed.reminders")
    assert [each.resident_id for each in entry.mentions.all()] == [world.peggy.pk]


def test_a_phone_that_was_woken_leads_to_the_one_thing_after_signing_in(world, client, browser_of, passed):
    in_hospital(world)
    passed(49)
    reminder = Reminder.objects.get(kind="contact_ward")
    answer = client.get(f"/reminders/{reminder.pk}")
    assert answer["Location"] == f"/sign-in?next=/reminders/{reminder.pk}"
    page = words(browser_of("carer").get(f"/reminders/{reminder.pk}"))
    assert page.count("<h3") == 1


RULES = {"quiet_from": "22:00", "quiet_until": "07:00", "clock-crew_awaited": "1.5", "seal_asked": "yes"}


def test_a_manager_sets_due_times_and_quiet_hours_and_what_waits_follows(world, browser_of, passed):
    pack(world)
    passed(1)
    manager = world.people["manager"]
    answer = browser_of("manager").post("/house-rules", {**RULES, "escalate_to": str(manager.pk)})
    assert answer.status_code == 302
    rules = HouseRules.objects.get(organisation=world.oakview)
    assert rules.clocks == {"crew_awaited": 90}
    assert f"{rules.quiet_from:%H:%M}-{rules.quiet_until:%H:%M}" == "22:00-07:00"
    assert (rules.seal_asked, rules.signature_asked, rules.escalate_to) == (True, False, manager)
    assert Reminder.objects.get().due_at == world.now + timedelta(minutes=90)
    assert Endpoint.objects.get(user=manager).address == manager.email
    page = words(browser_of("manager").get("/house-rules"))
    assert 'value="1.5"' in page
    assert "Usual: 6 hours" in page
    assert Entry.objects.filter(action="house_rules.set").count() == 1


@pytest.mark.parametrize(
    ("field", "said", "words_"),
    [
        ("clock-crew_awaited", "soon", "Enter a number of hours, like 2 or 0.5."),
        ("clock-crew_awaited", "0", "Enter a time between 5 minutes and 60 days."),
        ("clock-crew_awaited", "nan", "Enter a number of hours, like 2 or 0.5."),
        ("clock-long_stay", "900", "Enter a time between 5 minutes and 60 days."),
        ("quiet_from", "late", "Enter a time, like 22:00."),
        ("quiet_until", "", "Enter both times, or leave both empty."),
        ("quiet_until", "22:00", "Quiet hours must end at another time than they begin."),
        ("escalate_to", "nobody-here", "Choose somebody who works here."),
    ],
)
def test_what_is_wrong_is_named_at_its_field_and_nothing_is_kept(world, browser_of, field, said, words_):
    answer = browser_of("manager").post("/house-rules", {**RULES, field: said})
    assert answer.status_code == 422
    page = words(answer)
    assert f'<a href="#{field}">{words_}</a>' in page
    assert page.count(words_) == 2
    assert not HouseRules.objects.exists()


def test_the_page_works_for_a_hospital_with_its_own_clocks(world, browser_of):
    page = words(browser_of("discharge").get("/house-rules"))
    assert "The ward has not checked what is in the bag" in page
    assert "no crew has taken the bag" not in page


def test_a_phone_is_woken_tried_out_and_stopped_by_its_owner_alone(world, browser_of):
    phone = Phone()
    client = browser_of("carer")
    form = {"address": "https://push.example/abc", **phone.keys}
    assert client.post("/wake/start", form).status_code == 302
    endpoint = Endpoint.objects.get(kind="push")
    assert (endpoint.user, endpoint.organisation) == (world.people["carer"], world.oakview)
    page = words(client.get("/wake"))
    assert "data-key=" in page
    assert phone.keys["auth"] not in page
    assert browser_of("senior").post("/wake/stop", {"phone": str(endpoint.pk)}).status_code == 404
    client.post("/wake/try", {"phone": str(endpoint.pk)})
    assert endpoint.deliveries.get().letter.type == "endpoint.test"
    client.post("/wake/stop", {"phone": str(endpoint.pk)})
    endpoint.refresh_from_db()
    assert endpoint.removed_at is not None


def test_what_no_browser_sends_is_refused_in_words(world, browser_of):
    answer = browser_of("carer").post("/wake/start", {"address": "https://10.0.0.1/x", "p256dh": "x", "auth": "y"})
    assert answer.status_code == 422
    assert "inside a private network" in words(answer)


def test_the_page_says_when_text_messages_are_off(world, browser_of, settings):
    settings.SMS_URL = ""
    assert "Text messages are switched off here" in words(browser_of("carer").get("/wake"))
    assert "Switched off here" in words(browser_of("manager").get("/endpoints/new"))
    settings.SMS_URL = "https://gateway.example/sms"
    assert "a manager adds the number" in words(browser_of("carer").get("/wake"))


def test_a_manager_is_told_while_nobody_hears_of_what_is_late(world, browser_of):
    manager = browser_of("manager")
    page, warned = words(manager.get("/house-rules")), "Nobody hears of what is late here."
    assert (warned in page, "Empty means as usual" in page) == (True, False)
    rules, _ = HouseRules.objects.get_or_create(organisation=world.oakview)
    rules.escalate_to = world.actor("manager").user
    rules.save()
    assert warned not in words(manager.get("/house-rules"))
