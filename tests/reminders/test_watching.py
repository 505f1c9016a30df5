"""What is made, settled, told and escalated, and that doing it again does nothing."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from redbag.deliveries.models import Delivery, Endpoint, Letter
from redbag.discharges import actions as discharges
from redbag.notes.actions import write_note
from redbag.organisations.models import HouseRules, Place
from redbag.reminders.actions import finish_reminder
from redbag.reminders.models import Reminder
from redbag.reminders.watching import watch
from redbag.transfers.case_models import Case
from redbag.transfers.death_models import Death
from redbag.transfers.models import Fact
from tests.web.journeys import in_hospital, pack, taken_by_crew, tell

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def open_kinds(place):
    return sorted(Reminder.objects.open().filter(organisation=place).values_list("kind", flat=True))


def told(kind):
    return Reminder.objects.get(kind=kind).told_at


@pytest.fixture
def mail(world):
    """An e-mail address of Oakview that asked for reminders."""
    return Endpoint.objects.create(
        organisation=world.oakview,
        kind="email",
        address="nurses@oakview.example",
        events=["reminder.due"],
        created_at=world.now,
    )


def test_a_journey_is_followed_from_stage_to_stage_and_what_is_over_is_needless(world, look):
    transfer = pack(world)
    look(0)
    assert open_kinds(world.oakview) == ["crew_awaited"]

    tell(world, "crew", transfer, minutes=10, kind="handoff", to="RDEM9")
    look(1)
    assert open_kinds(world.oakview) == ["on_the_way"]
    assert Reminder.objects.get(kind="crew_awaited").needless_at == world.now + timedelta(hours=1)

    tell(world, "ward", transfer, minutes=40, kind="handoff", to="RDEM1", place="A&E")
    look(2)
    assert open_kinds(world.oakview) == ["contact_ward", "long_stay"]
    assert open_kinds(world.stmarys) == ["ward_check"]

    items = [{"item": row["id"], "state": "present"} for row in _items(transfer)]
    tell(world, "ward", transfer, minutes=60, kind="check", items=items)
    look(3)
    assert open_kinds(world.stmarys) == []


def _items(transfer):
    return Fact.objects.get(transfer=transfer, kind="pack").items


def test_contact_with_the_ward_is_due_48_real_hours_after_arrival_and_late_at_72(world, look):
    in_hospital(world)
    look(1)
    reminder = Reminder.objects.get(kind="contact_ward")
    arrival = world.now + timedelta(minutes=40)
    assert (reminder.since, reminder.due_at) == (arrival, arrival + timedelta(hours=48))


def test_looking_twice_or_after_a_days_pause_tells_each_thing_once(world, look, mail):
    pack(world)
    taken_by_crew(world, resident=world.arthur, bag=world.other_bag)
    look(30)
    first = list(Reminder.objects.order_by("pk").values())
    letters = Letter.objects.filter(type="reminder.due").count()

    assert look(30) == 0
    assert look(31) == 0
    assert list(Reminder.objects.order_by("pk").values()) == first
    assert Letter.objects.filter(type="reminder.due").count() == letters == 1
    assert sorted(Letter.objects.get(type="reminder.due").ids["reminders"]) == sorted(
        str(pk) for pk in Reminder.objects.filter(told_at__isnull=False).values_list("pk", flat=True)
    )


def test_a_letter_holds_ids_and_no_word_about_anybody(world, look, mail):
    pack(world)
    look(7)
    letter = Letter.objects.get(type="reminder.due")
    reminder = Reminder.objects.get(kind="crew_awaited")
    assert letter.ids == {"reminders": [str(reminder.pk)], "escalated": False}
    assert letter.path == f"/api/v1/reminders/{reminder.pk}"
    assert [each.endpoint_id for each in Delivery.objects.filter(letter=letter)] == [mail.pk]


def test_nothing_is_told_before_it_is_due(world, look, mail):
    pack(world)
    look(5.9)
    assert told("crew_awaited") is None
    look(6)
    assert told("crew_awaited") == world.now + timedelta(hours=6)


def test_an_organisation_may_set_its_own_minutes(world, look):
    HouseRules.objects.create(organisation=world.oakview, clocks={"crew_awaited": 30})
    pack(world)
    look(0)
    assert Reminder.objects.get().due_at == world.now + timedelta(minutes=30)


def test_what_can_wait_waits_for_the_end_of_quiet_hours_over_midnight_and_what_wakes_does_not(world, look, mail):
    # The world begins at 02:50; 48 hours and 40 minutes later it is 03:30 at night.
    HouseRules.objects.create(
        organisation=world.oakview, quiet_from=time(22), quiet_until=time(7), clocks={"long_stay": 60 * 24}
    )
    in_hospital(world)
    tell(
        world,
        "crew",
        taken_by_crew(world, resident=world.arthur, bag=world.other_bag),
        minutes=600,
        kind="handoff",
        to="RDEM9",
    )
    look(49)
    assert told("contact_ward") is None
    assert told("on_the_way") == world.now + timedelta(hours=49)
    look(52)
    assert told("contact_ward") is None, "06:50 is still quiet"
    look(52.2)
    assert told("contact_ward") == world.now + timedelta(hours=52.2)


def test_who_is_named_hears_of_what_is_late_once_and_only_then(world, look, mail):
    manager = world.people["manager"]
    own = Endpoint.objects.create(
        organisation=world.oakview,
        kind="email",
        address="manager@test.example",
        events=["reminder.due"],
        user=manager,
        created_at=world.now,
    )
    HouseRules.objects.create(organisation=world.oakview, escalate_to=manager)
    pack(world)
    look(6)
    assert [each.endpoint_id for each in Delivery.objects.filter(letter__type="reminder.due")] == [mail.pk]
    look(7)
    look(8)
    assert Reminder.objects.get(kind="crew_awaited").escalated_at == world.now + timedelta(hours=7)
    late = Letter.objects.filter(type="reminder.due").order_by("-written_at").first()
    assert late.ids["escalated"] is True
    assert [each.endpoint_id for each in late.deliveries.all()] == [own.pk]
    assert Letter.objects.filter(type="reminder.due").count() == 2


def test_nobody_is_woken_for_somebody_who_died_and_a_death_taken_back_starts_the_clocks_again(world, look, mail):
    transfer = in_hospital(world)
    look(1)
    death = Death.objects.create(
        transfer=transfer,
        family_told="no",
        said_at=world.now,
        said_by_name="Ward Tester",
        said_for=world.stmarys,
    )
    look(60)
    assert not Reminder.objects.open().exists()
    assert not Letter.objects.filter(type="reminder.due").exists()

    death.taken_back_at = world.now + timedelta(hours=60)
    death.save(update_fields=["taken_back_at"])
    look(61)
    assert open_kinds(world.oakview) == ["contact_ward", "long_stay"]
    assert told("contact_ward") is not None


def test_a_death_told_as_an_outcome_is_quiet_too(world, look):
    transfer = in_hospital(world)
    look(1)
    tell(world, "ward", transfer, minutes=90, kind="outcome", outcome="died")
    look(2)
    assert not Reminder.objects.open().exists()


def test_what_somebody_did_stays_done(world, look):
    in_hospital(world)
    look(1)
    Reminder.objects.filter(kind="contact_ward").update(done_at=world.now, done_by_name="Ana")
    look(80)
    assert Reminder.objects.filter(kind="contact_ward").count() == 1
    assert told("contact_ward") is None


def test_a_hand_over_that_only_the_home_told_asks_the_ward_and_later_the_home(world, look):
    transfer = pack(world)
    tell(world, "carer", transfer, minutes=30, kind="handoff", to="RDEM1", place="A&E")
    look(1)
    assert open_kinds(world.stmarys) == ["one_side"]
    assert "hand_over" in open_kinds(world.oakview)
    tell(world, "ward", transfer, minutes=70, kind="handoff", to="RDEM1", place="A&E")
    look(2)
    assert "one_side" not in open_kinds(world.stmarys)
    assert "hand_over" not in open_kinds(world.oakview)


def test_a_case_is_due_on_the_morning_of_its_day_and_moves_with_it(world, look):
    transfer = in_hospital(world)
    case = Case.objects.create(
        transfer=transfer,
        item=_items(transfer)[0]["id"],
        category="glasses",
        opened_at=world.now,
        opened_by=transfer.pk,
        due_on=date(2026, 11, 24),
    )
    look(1)
    first = Reminder.objects.get(kind="case_due")
    assert first.due_at.isoformat() == "2026-11-24T09:00:00+00:00"
    case.due_on = date(2026, 11, 30)
    case.save(update_fields=["due_on"])
    look(2)
    assert Reminder.objects.open().get(kind="case_due").due_at.isoformat() == "2026-11-30T09:00:00+00:00"


def test_a_bag_that_waits_to_be_cleaned_is_the_homes_task(world, look):
    world.bag.state, world.bag.state_since = "cleaning", world.now
    world.bag.save(update_fields=["state", "state_since"])
    look(1)
    assert Reminder.objects.get(kind="bag_to_clean").bag_id == world.bag.pk


def test_the_number_of_statements_does_not_grow_with_the_journeys_under_way(world, look):
    in_hospital(world)
    look(1)
    with CaptureQueriesContext(
        connection,
    ) as one:
        watch(now=world.now + timedelta(hours=1))
    taken_by_crew(world, resident=world.arthur, bag=world.other_bag)
    with CaptureQueriesContext(connection) as news:
        watch(now=world.now + timedelta(hours=1))
    with CaptureQueriesContext(connection) as two:
        watch(now=world.now + timedelta(hours=1))
    assert len(one) == len(two) <= 50
    assert len(news) <= len(two) + 6


def test_a_letter_is_due_two_hours_after_arrival_or_receipt_whichever_is_later(world, look, mail):
    transfer = in_hospital(world)
    summary = discharges.write_summary(
        actor=world.actor("ward"),
        transfer=transfer,
        organisation=world.stmarys,
        headings={"diagnoses": "Pneumonia"},
        file=None,
        form="headings",
        draft=False,
        now=world.now + timedelta(hours=3),
    )
    look(4)
    assert "letter" not in open_kinds(world.oakview), "nobody is home yet"
    tell(world, "carer", transfer, minutes=300, kind="handoff", to="VDEM1")
    look(6)
    reminder = Reminder.objects.get(kind="letter")
    assert (reminder.subject, reminder.due_at) == (summary.pk, world.now + timedelta(hours=7))
    later = world.now + timedelta(hours=8)
    discharges.acknowledge(actor=world.actor("carer"), summary=summary, name=None, role=None, now=later)
    look(9)
    assert "letter" not in open_kinds(world.oakview)


def test_a_note_that_a_ward_promised_to_answer_is_due_when_it_promised(world, look):
    Place.objects.filter(organisation=world.stmarys, name="A&E").update(reply_within=30)
    transfer = in_hospital(world)
    asked, _ = write_note(
        actor=world.actor("carer"), transfer=transfer, words="How is she?", now=world.now + timedelta(hours=1)
    )
    look(1)
    reminder = Reminder.objects.get(kind="note_reply")
    assert (reminder.organisation, reminder.due_at) == (world.stmarys, world.now + timedelta(hours=1.5))
    write_note(
        actor=world.actor("ward"),
        transfer=transfer,
        words="Asleep.",
        answers=asked,
        now=world.now + timedelta(hours=2),
    )
    look(2)
    assert "note_reply" not in open_kinds(world.stmarys)


def test_what_was_done_is_asked_again_after_a_death_that_was_told_by_mistake_was_taken_back(world, look):
    transfer = in_hospital(world)
    look(1)
    first = Reminder.objects.get(kind="long_stay")
    finish_reminder(
        actor=world.actor("carer"), reminder=first, note="Rang: not yet", now=world.now + timedelta(hours=2)
    )
    death = Death.objects.create(
        transfer=transfer, family_told="no", said_at=world.now, said_by_name="Ward Tester", said_for=world.stmarys
    )
    look(3)
    assert open_kinds(world.oakview) == []
    death.taken_back_at = world.now + timedelta(hours=4)
    death.save(update_fields=["taken_back_at"])
    look(5)
    assert open_kinds(world.oakview) == ["contact_ward", "long_stay"]
    again = Reminder.objects.open().get(kind="long_stay")
    assert (again.pk != first.pk, again.due_at) == (True, world.now + timedelta(hours=2, days=14))
    assert look(5) == 0


def test_what_the_home_adds_to_its_own_note_is_no_answer_of_the_ward(world, look):
    Place.objects.filter(organisation=world.stmarys, name="A&E").update(reply_within=30)
    transfer = in_hospital(world)
    later = world.now + timedelta(hours=1)
    asked, _ = write_note(actor=world.actor("carer"), transfer=transfer, words="How is she?", now=later)
    look(1)
    write_note(actor=world.actor("carer"), transfer=transfer, words="Her hip too.", answers=asked, now=later)
    look(2)
    assert "note_reply" in open_kinds(world.stmarys)
