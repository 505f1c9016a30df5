"""Rows are made of what the database knows: letters, cases, joined records, destroyed ones; in few statements."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from redbag.counting.counting import count
from redbag.counting.models import CountedHandover, CountedJourney, CountedLetter, CountedLoss, CountedResident
from redbag.discharges.actions import acknowledge, write_summary
from redbag.discharges.sending_back import send_back
from redbag.reconciliations.models import Reconciliation
from redbag.residents.actions import archive_resident
from redbag.residents.models import Resident
from redbag.retention.models import Ending
from redbag.summaries.actions import write_sections
from redbag.transfers.case_models import Case
from redbag.transfers.merging import merge_residents, unmerge_residents
from redbag.transfers.models import Transfer
from redbag.transfers.swapping import swap_bag
from tests.web.journeys import in_hospital, pack, tell

pytestmark = pytest.mark.django_db
TABLES = (CountedJourney, CountedHandover, CountedLoss, CountedLetter, CountedResident)


def there_and_back(world, *, start=0, who=None, **more):
    """Twenty minutes until the crew, forty in the ambulance, two hours in hospital, an hour home."""
    transfer = pack(world, minutes=start, resident=who, **more)
    tell(world, "crew", transfer, minutes=start + 20, kind="handoff", to="RDEM9")
    tell(world, "ward", transfer, minutes=start + 60, kind="handoff", to="RDEM1", place="A&E")
    tell(world, "crew", transfer, minutes=start + 180, kind="handoff", to="RDEM9")
    tell(world, "carer", transfer, minutes=start + 240, kind="handoff", to="VDEM1")
    tell(world, "carer", transfer, minutes=start + 250, kind="outcome", outcome="closed")
    return transfer


def send(world, transfer, minutes):
    return write_summary(
        actor=world.actor("discharge"),
        transfer=transfer,
        organisation=world.stmarys,
        headings={"diagnoses": "Better"},
        file=None,
        form="headings",
        draft=False,
        now=world.now + timedelta(minutes=minutes),
    )


def everything():
    return [sorted(table.objects.values_list(), key=str) for table in TABLES]


def test_counting_again_changes_no_row(world, later):
    there_and_back(world)
    in_hospital(world, resident=world.arthur, bag=world.other_bag)
    everybody = list(Resident.objects.values_list("pk", flat=True))
    count(everybody, now=later)
    once = everything()
    count(everybody, now=later)
    assert everything() == once
    assert [len(rows) for rows in once] == [2, 6, 0, 0, 3]


def test_five_hundred_journeys_take_as_many_statements_as_one(world, later):
    there_and_back(world)
    with CaptureQueriesContext(
        connection,
    ) as one:
        count([world.peggy.pk], now=later)
    there_and_back(world, start=600)
    there_and_back(world, who=world.arthur, bag=world.other_bag)
    with CaptureQueriesContext(connection) as three:
        count([world.peggy.pk, world.arthur.pk], now=later)
    assert len(three) <= len(one) <= 30


def test_what_was_frozen_is_opened_once(world, counted):
    says = {"allergies": {"status": "none_known", "items": []}}
    write_sections(actor=world.actor("carer"), resident=world.peggy, contents=says, seen={}, now=world.now)
    transfer = there_and_back(world, reason={"concern": "Fell"})
    first = counted(transfer)
    assert (first.papers_asked, first.papers_there, first.fresh, first.has_reason) == (10, 1, True, True)
    with CaptureQueriesContext(connection) as asked:
        again = counted(transfer)
    assert (again.papers_there, again.has_allergies, again.has_medicines) == (1, True, False)
    assert [each["sql"] for each in asked if 'FROM "redbag_snapshot"' in each["sql"]] == []


def test_papers_count_once_somebody_has_left_with_them(world, counted):
    transfer = pack(world)
    assert counted(transfer).papers_asked is None
    tell(world, "crew", transfer, minutes=20, kind="handoff", to="RDEM9")
    assert counted(transfer).papers_asked == 10


def test_a_letter_counts_until_it_turns_out_to_be_somebody_elses(world, counted):
    transfer = there_and_back(world)
    letter = send(world, transfer, 200)
    at = world.now + timedelta(minutes=290)
    acknowledge(actor=world.actor("senior"), summary=letter, name=None, role=None, now=at)
    row = counted(transfer)
    assert (row.letter_at, row.letter_on_arrival) == (letter.sent_at, True)
    (told,) = CountedLetter.objects.values_list("transfer", "hospital", "read", "current")
    assert told == (transfer.pk, world.stmarys.pk, 90, True)

    second = send(world, transfer, 300)
    assert counted(transfer).letter_at == letter.sent_at
    assert sorted(CountedLetter.objects.values_list("current", "read"), key=str) == [(False, 90), (True, None)]

    send_back(actor=world.actor("senior"), summary=second, reason="Another name", now=at)
    counted(transfer)
    assert CountedLetter.objects.filter(pk=second.pk).exists() is False


def test_a_new_mar_counts_from_the_residents_return(world, counted):
    transfer = there_and_back(world)
    used = {"used_at": world.now + timedelta(minutes=1240), "used_by_name": "Sam", "begun_by_name": "Sam"}
    made = {"home": world.oakview, "resident": world.peggy, "begun_at": world.now}
    Reconciliation.objects.create(summary=send(world, transfer, 200), **made, **used)
    assert counted(transfer).reconciled == 1000


def test_a_thing_not_found_counts_with_what_its_case_came_to(world, counted):
    transfer = in_hospital(world)
    item = transfer.facts.get(kind="pack").items[0]["id"]
    tell(world, "ward", transfer, minutes=50, kind="check", items=[{"item": item, "state": "missing"}])
    paid = {"outcome": "paid", "value_pence": 12500, "closed_at": world.now}
    assert Case.objects.filter(transfer=transfer).update(**paid) == 1
    assert counted(transfer).missing == 1
    (row,) = CountedLoss.objects.values_list("item", "still_missing", "outcome", "value_pence", "hospital")
    assert row == (item, True, "paid", 12500, world.stmarys.pk)


def test_a_bag_put_off_after_it_left_was_on_the_journey_and_one_put_off_before_was_not(world, counted):
    def put_off(transfer, minutes):
        at = world.now + timedelta(minutes=minutes)
        swap_bag(actor=world.actor("carer"), transfer=transfer, bag=None, reason="Torn", now=at)

    transfer = in_hospital(world)
    put_off(transfer, 50)
    assert counted(transfer).with_bag is True
    other = pack(world, resident=world.arthur, bag=world.other_bag)
    put_off(other, 5)
    tell(world, "crew", other, minutes=20, kind="handoff", to="RDEM9")
    assert counted(other).with_bag is False


def test_two_records_of_one_person_are_one_resident_who_came_back_to_hospital(world, counted):
    told = {"last_name": "Johns", "date_of_birth": date(1936, 3, 3)}
    again = Resident.objects.create(home=world.oakview, first_name="Margaret", created_at=world.now, **told)
    first, second = there_and_back(world, who=again), there_and_back(world, start=600)
    assert counted(first).until_next is None

    actor, now = world.actor("manager"), world.now + timedelta(days=1)
    merge = merge_residents(actor=actor, kept=world.peggy, other=again, take={}, why="Added twice", now=now)
    assert (counted(first).until_next, counted(second).until_next) == (600 + 20 - 240, None)
    assert {each.resident for each in CountedJourney.objects.all()} == {world.peggy.pk}
    assert CountedResident.objects.filter(home=world.oakview.pk).count() == 1

    unmerge_residents(actor=actor, merge=merge, why="Two people after all", now=now)
    assert (counted(first).until_next, counted(first).resident) == (None, again.pk)
    counted(second)
    assert CountedResident.objects.filter(home=world.oakview.pk).count() == 2


def test_a_journey_on_which_nobody_left_is_no_return_to_hospital(world, counted):
    first = there_and_back(world)
    transfer = pack(world, minutes=600)
    tell(world, "senior", transfer, minutes=610, kind="outcome", outcome="not_taken")
    tell(world, "senior", transfer, minutes=620, kind="outcome", outcome="closed")
    assert counted(first).until_next is None
    there_and_back(world, start=1000)
    assert counted(first).until_next == 1020 - 240


def test_a_resident_who_left_the_home_has_a_last_day(world, later):
    now = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    archive_resident(actor=world.actor("senior"), resident=world.arthur, why="Moved", now=now)
    count([world.arthur.pk], now=later)
    row = CountedResident.objects.get()
    days = [date.fromordinal(day) for day in (row.first_day, row.last_day)]
    assert days == [date(2026, 11, 21), date(2026, 12, 1)]


def test_of_a_destroyed_record_the_rows_stay_as_they_were(world, counted):
    transfer = there_and_back(world, reason={"concern": "Fell"})
    before = counted(transfer)
    people = {"proposed_by": world.people["manager"], "agreed_by": world.people["senior"], "agreed_at": world.now}
    rest = {"rule": "care_record", "due_on": world.now.date(), "proposed_at": world.now}
    Ending.objects.create(resident=world.peggy, home=world.oakview, state="done", **people, **rest)
    Resident.objects.filter(pk=world.peggy.pk).update(date_of_birth=date(1900, 1, 1))
    Transfer.objects.filter(pk=transfer.pk).update(snapshot_hash="")
    after = counted(transfer)
    assert (
        (after.age_band, after.has_reason, after.stay)
        == (before.age_band, True, before.stay)
        == ("85 to 94", True, 120)
    )

    CountedJourney.objects.all().delete()
    anew = counted(transfer)
    assert (anew.age_band, anew.has_reason, anew.stay) == ("", None, 120)
