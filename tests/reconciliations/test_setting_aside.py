"""Medicines of a letter that does not count any more, or of a record that was joined into another, reach nobody."""

from datetime import timedelta

import pytest

from redbag.discharges.models import DischargeSummary
from redbag.discharges.taking_off import take_off
from redbag.errors import Refused
from redbag.reconciliations.actions import put_back, second_check, use_new_mar, write_medicines
from redbag.reconciliations.beginning import begin
from redbag.reconciliations.choices import Choice
from redbag.reconciliations.deciding import decide
from redbag.reconciliations.keeping import NotCurrent
from redbag.reconciliations.standing import UNDO, decided_before, earlier_of, standing_of
from redbag.reconciliations.waiting import MOST, to_undo_at, waiting_at
from redbag.residents.models import Resident
from redbag.transfers.models import Transfer
from tests.reconciliations.conftest import LATER, RANG

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
DOCTOR = {"name": "Dr Osei", "role": "Pharmacist", "organisation": "St Mary's", "number": "01632 960001"}


def used(world, reconciliation):
    """The comparison decided, checked by phone, and its MAR chart in use."""
    senior = world.actor("senior")
    for each in standing_of(reconciliation).lines:
        choice = RANG if each.line.kind in ("not_mentioned", "new_to_us") else Choice(way="as_letter", outcome="")
        decide(actor=senior, line=each.line, choice=choice, seen=0, now=LATER)
    second_check(actor=senior, reconciliation=reconciliation, clinician=DOCTOR, words="", now=LATER)
    return use_new_mar(actor=senior, reconciliation=reconciliation, now=LATER)


def taken_off(world, reconciliation):
    """The letter was one that the home had copied, and somebody says that it is somebody else's."""
    DischargeSummary.objects.filter(pk=reconciliation.summary_id).update(source="copied", organisation=world.oakview)
    summary = DischargeSummary.objects.get(pk=reconciliation.summary_id)
    take_off(actor=world.actor("senior"), summary=summary, belongs_to=None, now=LATER)
    reconciliation.refresh_from_db()
    return reconciliation


def medicines_of(resident):
    return [row["name"] for row in resident.current_sections.get(section="medicines").content["items"]]


def test_a_letter_taken_off_takes_its_comparison_with_it(world, begun):
    before = medicines_of(world.peggy)
    standing = standing_of(taken_off(world, begun))
    assert (standing.lines, standing.complete, standing.due_next()) == ([], False, [])
    assert standing.words == "The letter was somebody else's and was taken off. Nothing of it counts here."
    assert to_undo_at([world.oakview.pk]) == []
    with pytest.raises(NotCurrent, match="was taken off"):
        write_medicines(actor=world.actor("senior"), reconciliation=begun, seen=1, now=LATER)
    assert medicines_of(world.peggy) == before


def test_a_mar_chart_changed_from_a_letter_taken_off_alarms_until_it_is_undone(world, begun):
    before, senior = medicines_of(world.peggy), world.actor("senior")
    used(world, begun)
    with pytest.raises(Refused, match="was not taken off"):
        put_back(actor=senior, reconciliation=begun, now=LATER)
    standing = standing_of(taken_off(world, begun))
    assert standing.words == f"{UNDO}."
    assert (standing.complete, len(standing.lines)) == (False, 5)
    assert to_undo_at([world.oakview.pk]) == [begun]
    assert to_undo_at([world.millbrook.pk]) == []
    with pytest.raises(NotCurrent):
        write_medicines(actor=senior, reconciliation=begun, seen=1, now=LATER)
    assert medicines_of(world.peggy) == before
    put_back(actor=senior, reconciliation=begun, now=LATER)
    assert to_undo_at([world.oakview.pk]) == []


def test_a_list_is_not_written_from_a_letter_that_a_newer_one_replaced(world, letter, begun):
    used(world, begun)
    letter(now=LATER + timedelta(minutes=1))
    begun.refresh_from_db()
    with pytest.raises(NotCurrent, match="There is a newer letter"):
        write_medicines(actor=world.actor("senior"), reconciliation=begun, seen=1, now=LATER)
    words = standing_of(begun).words
    assert words.startswith("Set aside: there is a newer letter.")
    assert words.endswith("The MAR chart in use was made from this one.")


def test_what_was_decided_on_a_letter_taken_off_is_not_offered_on_the_next(world, letter, begun):
    used(world, begun)
    taken_off(world, begun)
    newer = letter(now=LATER + timedelta(minutes=1))
    fresh = begin(actor=world.actor("senior"), summary=newer, rows=None, now=LATER)
    assert decided_before(standing_of(fresh), earlier_of(newer)) == {}


@pytest.fixture
def joined(world, begun):
    """Peggy's record is joined into Arthur's after her letter was compared."""
    Resident.objects.filter(pk=world.peggy.pk).update(
        merged_into=world.arthur, archived_at=LATER, archived_why="joined", told_at=LATER
    )
    begun.resident.refresh_from_db()
    return begun


def test_after_a_joining_the_list_of_the_record_that_is_kept_is_written(world, joined):
    used(world, joined)
    write_medicines(actor=world.actor("senior"), reconciliation=joined, seen=0, now=LATER)
    assert medicines_of(world.arthur) == ["Bisoprolol", "Co-careldopa", "Senna", "Apixaban"]


def test_after_a_joining_the_letter_still_waits(world, joined):
    Transfer.objects.filter(pk=joined.summary.transfer_id).update(back_at=LATER)
    rows, more = waiting_at([world.oakview.pk], now=LATER)
    assert (rows, more) == ([joined.summary], 0)
    Resident.objects.filter(pk=world.arthur.pk).update(archived_at=LATER, archived_why="left")
    assert waiting_at([world.oakview.pk], now=LATER) == ([], 0)


def test_the_urgent_wait_first_and_the_rest_are_counted(world, letter):
    sent = letter()
    DischargeSummary.objects.filter(pk=sent.pk).update(transfer=None)
    for minutes in range(1, MOST + 2):
        copy = DischargeSummary.objects.get(pk=sent.pk)
        copy.pk, copy.transfer, copy.sent_at = None, None, LATER + timedelta(minutes=minutes)
        copy.urgent_for = ["stopped_medicine"] if minutes == MOST + 1 else []
        copy._state.adding = True
        copy.save()
    rows, more = waiting_at([world.oakview.pk], now=LATER)
    assert (rows[0].urgent_for, rows[1].pk, more) == (["stopped_medicine"], sent.pk, 2)


def test_a_letter_sent_long_before_the_return_waits_from_the_return(world, letter):
    sent, back = letter(), LATER + timedelta(days=20)
    Transfer.objects.filter(pk=sent.transfer_id).update(back_at=back)
    assert waiting_at([world.oakview.pk], now=back + timedelta(days=1)) == ([sent], 0)
    assert waiting_at([world.oakview.pk], now=back + timedelta(days=15)) == ([], 0)
