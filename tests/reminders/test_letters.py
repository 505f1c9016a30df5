"""Letters that nobody took on, and what they ask for: when they are due, whom it wakes, when it is silent."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest

from redbag.discharges.actions import acknowledge
from redbag.discharges.following_up import begin_follow_ups, change_follow_up, finish_follow_up, undo_follow_up
from redbag.discharges.models import DischargeSummary, FollowUp
from redbag.organisations.actions import keep_house_rules, rules_of
from redbag.reminders.clocks import morning_of
from redbag.reminders.lines import lines
from redbag.reminders.models import Reminder
from redbag.reminders.watching import watch
from redbag.transfers.death_models import Death
from tests.web.journeys import pack

pytestmark = pytest.mark.django_db
PLAN = "GP to check U&Es in 2 weeks.\nCarers please weigh weekly."


@pytest.fixture
def letter(world):
    """A letter about Peggy as it stands once it was sent, two hours after the world began."""

    def writing(*, medicines=(), allergies=(), transfer=None, plan="", hours=2) -> DischargeSummary:
        at = world.now + timedelta(hours=hours)
        structured = {"medicines": list(medicines), "allergies": list(allergies)}
        summary = DischargeSummary.objects.create(
            id=uuid4(),
            transfer=transfer,
            home=world.oakview,
            resident=world.peggy,
            organisation=world.stmarys,
            structured=json.dumps(structured),
            headings=json.dumps({"plan_and_requested_actions": plan} if plan else {}),
            version=1,
            state="sent",
            form="headings",
            written_by_name="Ward",
            written_at=at,
            sent_at=at,
        )
        begin_follow_ups(summary)
        summary.refresh_from_db()
        return summary

    return writing


@pytest.fixture
def manager_hears(world):
    """Of how many reminders the named person was told."""
    values = {**rules_of(world.oakview).__dict__, "escalate_to": world.people["manager"].pk}
    names = ("signature_asked", "seal_asked", "clocks", "quiet_from", "quiet_until", "escalate_to")
    rules = {name: values[name] for name in names}
    keep_house_rules(actor=world.actor("manager"), organisation=world.oakview, values=rules, now=world.now)
    return lambda: Reminder.objects.exclude(escalated_at=None).count()


def open_now(kind):
    return list(Reminder.objects.open().filter(kind=kind))


def test_a_letter_without_a_journey_is_due_two_hours_after_receipt_and_the_managers_at_24(
    world, look, letter, manager_hears
):
    summary = letter()
    look(3.9)
    [reminder] = open_now("letter")
    assert (reminder.subject, reminder.told_at) == (summary.pk, None)
    assert reminder.due_at == summary.sent_at + timedelta(hours=2)
    look(4.1)
    assert Reminder.objects.get(kind="letter").told_at is not None
    look(25.9)
    assert manager_hears() == 0
    look(26.1)
    assert manager_hears() == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"medicines": [{"name": "Ramipril", "change": "stopped"}]}, "A medicine was stopped"),
        ({"allergies": [{"agent": "Penicillin", "status": "active"}]}, "An allergy that is new to us"),
    ],
)
def test_one_that_stops_a_medicine_or_names_a_new_allergy_goes_to_the_named_person_at_two_hours(
    world, look, letter, manager_hears, said, why
):
    letter(**said)
    look(3.9)
    assert (open_now("letter"), manager_hears()) == ([], 0)
    look(4.1)
    assert manager_hears() == 1
    [line] = lines(Reminder.objects.filter(kind="urgent_letter"), now=world.now + timedelta(hours=5))
    assert why in line.says
    assert line.late


def test_taken_on_it_is_due_no_more(world, look, letter):
    summary = letter()
    look(3)
    assert len(open_now("letter")) == 1
    acknowledge(actor=world.actor("carer"), summary=summary, name=None, role=None, now=summary.sent_at)
    look(4)
    assert open_now("letter") == []


def test_after_a_death_or_when_they_have_left_nobody_is_asked(world, look, letter):
    letter(plan="Carers please ring us in 2 days.")
    look(60)
    assert (len(open_now("letter")), len(open_now("follow_up"))) == (1, 1)
    death = Death.objects.create(
        transfer=pack(world), family_told="yes", said_at=world.now, said_by_name="Ward", said_for=world.stmarys
    )
    look(61)
    assert (open_now("letter"), open_now("follow_up")) == ([], [])
    death.taken_back_at = world.now
    death.save(update_fields=["taken_back_at"])
    look(62)
    assert (len(open_now("letter")), len(open_now("follow_up"))) == (1, 1)
    world.peggy.archived_at = world.now
    world.peggy.save(update_fields=["archived_at"])
    look(63)
    assert (open_now("letter"), open_now("follow_up")) == ([], [])


def test_what_a_letter_asks_for_is_due_at_nine_on_its_day_until_it_is_done(world, letter):
    summary = letter(plan=PLAN)
    gp, carers = FollowUp.objects.order_by("position")
    assert (gp.text, gp.owner, gp.due_on) == ("GP to check U&Es in 2 weeks.", "gp", date(2026, 12, 5))
    assert (carers.owner, carers.due_on) == ("home", None)
    nine = morning_of(date(2026, 12, 5))
    watch(now=nine - timedelta(minutes=1))
    [reminder] = open_now("follow_up")
    assert (reminder.subject, reminder.due_at, reminder.told_at) == (gp.pk, nine, None)
    watch(now=nine)
    [line] = lines(Reminder.objects.filter(kind="follow_up"), now=nine)
    assert line.says == "After hospital, by 5 Dec 2026: GP to check U&Es in 2 weeks"
    assert (line.resident, line.letter) == (world.peggy, summary.pk)

    carer = world.actor("carer")
    finish_follow_up(actor=carer, follow_up=gp, note="", now=nine)
    watch(now=nine + timedelta(minutes=1))
    assert open_now("follow_up") == []
    undo_follow_up(actor=carer, follow_up=gp, why="Not done", now=nine)
    watch(now=nine + timedelta(minutes=2))
    assert len(open_now("follow_up")) == 1


def test_another_day_moves_the_reminder(world, letter):
    letter(plan=PLAN)
    gp = FollowUp.objects.get(position=0)
    watch(now=morning_of(date(2026, 12, 5)))
    change_follow_up(
        actor=world.actor("senior"),
        follow_up=gp,
        owner="gp",
        owner_text="",
        due_on=date(2026, 12, 7),
        now=morning_of(date(2026, 12, 5)),
    )
    watch(now=morning_of(date(2026, 12, 6)))
    assert [each.due_at for each in open_now("follow_up")] == [morning_of(date(2026, 12, 7))]


def test_what_a_replaced_letter_asked_for_stays_due_until_somebody_has_done_it(world, letter):
    old = letter(plan=PLAN)
    DischargeSummary.objects.filter(pk=old.pk).update(state="superseded")
    watch(now=morning_of(date(2026, 12, 5)))
    assert [each.subject for each in open_now("follow_up")] == [FollowUp.objects.get(position=0).pk]
