"""A summary that no address of the home took and nobody has opened: the hospital is asked to ring the home."""

from datetime import timedelta
from uuid import uuid4

import pytest

from redbag.deliveries.actions import add_endpoint, post_to_inbox
from redbag.deliveries.models import Delivery
from redbag.deliveries.posting import Reply
from redbag.deliveries.sending import push
from redbag.discharges.models import DischargeSummary
from redbag.errors import BadInput
from redbag.reminders.actions import finish_reminder
from redbag.reminders.lines import lines
from redbag.reminders.models import Reminder

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(world):
    """Add an address of Oakview."""

    def adding(name="main", **wish):
        endpoint, _ = add_endpoint(
            actor=world.actor("manager"),
            organisation=world.oakview,
            kind="webhook",
            address=f"https://{name}.example.org/",
            events=[],
            now=world.now,
            **({"fallback_of": None} | wish),
        )
        return endpoint

    return adding


@pytest.fixture
def letter(world):
    """A summary about Peggy that St Mary's sent when the world began, and the news of it."""

    def sending(**changes) -> DischargeSummary:
        fields = {"home": world.oakview, "resident": world.peggy, "organisation": world.stmarys, "version": 1}
        fields |= {"state": "sent", "form": "headings", "written_by_name": "Ward", "written_at": world.now}
        summary = DischargeSummary.objects.create(id=uuid4(), sent_at=world.now, **(fields | changes))
        post_to_inbox(
            organisation=world.oakview.pk,
            type="discharge_summary.available",
            subject_id=summary.pk,
            path=f"/api/v1/discharge-summaries/{summary.pk}",
            ids={"discharge_summary": str(summary.pk)},
            now=world.now,
        )
        return summary

    return sending


@pytest.fixture
def all_give_up(world):
    """Have every address say that it wants no more news, until nothing is due."""

    def pushing():
        while due := list(Delivery.objects.due(now=world.now)):
            for delivery in due:
                push(str(delivery.pk), now=lambda: world.now, post=lambda *_, **__: Reply(status=410))

    return pushing


def asked(place):
    return list(Reminder.objects.open().filter(kind="ring_home", organisation=place))


def test_when_every_address_gave_up_the_hospital_is_asked_to_ring(world, look, letter, address, all_give_up):
    address("spare", fallback_of=address())
    summary = letter()
    look(1)
    assert asked(world.stmarys) == []
    all_give_up()
    look(1)

    [reminder] = asked(world.stmarys)
    [line] = lines(Reminder.objects.filter(pk=reminder.pk), now=world.now + timedelta(hours=1))
    assert (reminder.subject, line.due, line.letter) == (summary.pk, True, summary.pk)
    assert line.says == "No address at Oakview took the discharge summary sent 02:50, and nobody has opened it"
    assert [(number.who, number.phone) for number in line.ring] == [("Oakview", world.oakview.phone)]


def test_one_address_that_has_it_or_still_tries_is_enough(world, look, letter, address, all_give_up):
    main = address()
    letter()
    all_give_up()
    address("other", fallback_of=main)
    Delivery.objects.filter(endpoint=main).update(state="DUE", next_attempt_at=world.now)
    look(5)
    assert asked(world.stmarys) == []
    Delivery.objects.filter(endpoint=main).update(state="DELIVERED")
    look(50)
    assert asked(world.stmarys) == []


def test_a_home_without_an_address_is_rung_after_two_hours(world, look, letter):
    letter()
    look(1.9)
    assert asked(world.stmarys) == []
    look(2)
    assert len(asked(world.stmarys)) == 1


@pytest.mark.parametrize("changes", [{"state": "superseded"}, {"source": "copied"}])
def test_nobody_rings_about_one_that_was_replaced_or_that_the_home_put_in_itself(world, look, letter, changes):
    letter(**changes)
    look(3)
    assert asked(world.stmarys) == []


def test_it_is_over_once_somebody_opens_it(world, look, letter):
    summary = letter()
    look(3)
    DischargeSummary.objects.filter(pk=summary.pk).update(opened_at=world.now)
    look(3.1)
    assert asked(world.stmarys) == []


def test_a_ward_settles_it_with_whom_they_spoke_to_and_is_not_asked_again(world, look, letter):
    letter()
    look(3)
    [reminder] = asked(world.stmarys)
    now = world.now + timedelta(hours=3)
    with pytest.raises(BadInput):
        finish_reminder(actor=world.actor("ward"), reminder=reminder, note=" ", now=now)
    finish_reminder(actor=world.actor("ward"), reminder=reminder, note="Read to Ana, senior carer", now=now)
    look(10)
    assert asked(world.stmarys) == []
