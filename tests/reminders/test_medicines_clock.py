"""Medicines that nobody has decided after a stay are due a day after arrival or the letter, until the MAR is used."""

from datetime import timedelta

import pytest

from redbag.reconciliations.actions import second_check, use_new_mar
from redbag.reconciliations.beginning import begin
from redbag.reconciliations.deciding import decide_unchanged
from redbag.reminders.models import Reminder
from redbag.reminders.watching import watch
from tests.reconciliations.conftest import AFTER, LATER, compared, gone, letter, world

__all__ = ["compared", "gone", "letter", "world"]
pytestmark = pytest.mark.django_db
DOCTOR = {"name": "Dr Osei", "role": "Pharmacist", "organisation": "St Mary's", "number": "01632 960001"}


def due(hours):
    watch(now=LATER + timedelta(hours=hours))
    rows = Reminder.objects.open().filter(kind="medicines", due_at__lte=LATER + timedelta(hours=hours))
    return rows.count()


def test_medicines_are_due_a_day_after_the_letter_and_quiet_once_the_new_mar_is_used(world, letter):
    senior = world.actor("senior")
    summary = letter(medicines=[AFTER[1]])
    summary.transfer = None
    summary.save(update_fields=["transfer"])
    assert due(23) == 0
    assert due(24) == 1
    kept = begin(actor=senior, summary=summary, rows=None, now=LATER)
    kept.lines.exclude(kind="unchanged").update(set_aside_at=LATER)
    decide_unchanged(actor=senior, reconciliation=kept, next_doses={}, now=LATER)
    second_check(actor=senior, reconciliation=kept, clinician=DOCTOR, words="", now=LATER)
    assert due(25) == 1
    use_new_mar(actor=senior, reconciliation=kept, now=LATER)
    assert due(26) == 0


def test_a_letter_that_a_newer_one_took_the_place_of_is_not_asked_for_twice(world, letter):
    letter()
    letter(now=LATER + timedelta(hours=1))
    world.peggy.discharge_summaries.filter(version=2).update(transfer=None)
    assert due(25) == 1
