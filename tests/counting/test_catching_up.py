"""Rows follow what is told: nothing is left out, nothing fails, and nothing is done where nothing happened."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from redbag.counting import catching_up, counting, journeys
from redbag.counting.catching_up import Fresh, catch_up
from redbag.counting.counting import count
from redbag.counting.models import CountedJourney, CountedResident, Mark
from redbag.counting.tasks import count as count_in_turns
from redbag.journal.models import Entry
from redbag.journal.recording import record_view
from redbag.residents.actions import archive_resident
from tests.web.journeys import in_hospital, pack, tell

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def after(world, minutes):
    return world.now + timedelta(minutes=minutes)


def row_of(transfer):
    return CountedJourney.objects.get(transfer=transfer.pk)


def test_what_was_told_is_counted_by_the_next_report(world):
    transfer = in_hospital(world)
    assert catch_up(now=after(world, 41)) == Fresh(after(world, 41), 0)
    assert row_of(transfer).riding == 30

    told = tell(world, "crew", transfer, minutes=90, kind="handoff", to="RDEM9")
    catch_up(now=after(world, 91))
    assert row_of(transfer).staying == 50

    tell(world, "crew", transfer, minutes=95, kind="void", fact=told.id, reason="Wrong bag")
    catch_up(now=after(world, 96))
    assert row_of(transfer).staying is None


def test_who_comes_and_goes_is_counted(world):
    catch_up(now=world.now)
    archive_resident(actor=world.actor("senior"), resident=world.arthur, why="Moved", now=after(world, 1))
    catch_up(now=after(world, 2))
    assert CountedResident.objects.get(resident=world.arthur.pk).last_day is not None
    assert CountedResident.objects.exclude(last_day=None).count() == 1


def test_where_nothing_happened_but_looks_two_statements_say_so(world):
    transfer = in_hospital(world)
    catch_up(now=after(world, 41))
    record_view("transfer", transfer, actor=world.actor("ward"), at=after(world, 42), resident=transfer.resident_id)
    with CaptureQueriesContext(connection) as asked:
        assert catch_up(now=after(world, 42)) == Fresh(after(world, 42), 0)
    assert len(asked) == 2


def test_what_a_slow_transaction_wrote_late_is_counted_all_the_same(world):
    transfer = in_hospital(world)
    last = Entry.objects.latest("pk").pk
    said = {"action": "place.added", "subject_type": "place", "at": after(world, 41)}
    Entry.objects.create(pk=last + 300, **said)
    catch_up(now=after(world, 41))
    assert [pk for pk, _ in Mark.objects.get().gaps][-299:] == list(range(last + 1, last + 300))

    tell(world, "crew", transfer, minutes=90, kind="handoff", to="RDEM9")
    Mark.objects.update(entry=Entry.objects.latest("pk").pk)  # what it wrote was not there to read
    Entry.objects.create(pk=last + 200, **said | {"action": "fact.handoff", "resident_id": transfer.resident_id})
    catch_up(now=after(world, 49))
    assert row_of(transfer).staying == 50
    assert last + 200 not in [pk for pk, _ in Mark.objects.get().gaps]
    Mark.objects.update(counted_at=after(world, 49))
    catch_up(now=after(world, 60))
    assert Mark.objects.get().gaps == []


def test_who_was_counted_a_moment_ago_is_not_counted_again_because_somebody_else_changed(world, monkeypatch):
    first, second = in_hospital(world), in_hospital(world, resident=world.arthur, bag=world.other_bag)
    catch_up(now=after(world, 41))
    catch_up(now=after(world, 44))
    counted = []
    monkeypatch.setattr(catching_up, "count", lambda residents, now: counted.extend(residents))
    tell(world, "crew", first, minutes=45, kind="handoff", to="RDEM9")
    catch_up(now=after(world, 46))
    assert counted == [first.resident_id]
    tell(world, "crew", second, minutes=47, kind="handoff", to="RDEM9")
    catch_up(now=after(world, 48))
    assert counted == [first.resident_id, second.resident_id]


def test_one_whose_rows_cannot_be_made_costs_the_others_nothing(world, broken, monkeypatch):
    first, second = in_hospital(world), in_hospital(world, resident=world.arthur, bag=world.other_bag)
    catch_up(now=after(world, 41))
    turns = []
    real = catching_up.count
    monkeypatch.setattr(
        catching_up, "count", lambda residents, now: turns.append(list(residents)) or real(residents, now=now)
    )
    for transfer in (first, second):
        tell(world, "crew", transfer, minutes=45, kind="handoff", to="RDEM9")
    assert catch_up(now=after(world, 46)).waiting == 1
    assert turns == [[second.resident_id], [first.resident_id]]


def test_a_void_that_was_filed_under_another_journey_is_counted_where_it_counts(world):
    transfer, other = in_hospital(world), in_hospital(world, resident=world.arthur, bag=world.other_bag)
    told = tell(world, "crew", transfer, minutes=90, kind="handoff", to="RDEM9")
    catch_up(now=after(world, 91))
    void = tell(world, "crew", transfer, minutes=95, kind="void", fact=told.id, reason="Wrong bag")
    entry = Entry.objects.latest("pk")
    Mark.objects.update(entry=entry.pk, counted_at=after(world, 108))
    moved = {name: getattr(entry, name) for name in ("action", "at", "subject_type", "subject_id", "facts")}
    Entry.objects.create(**moved, resident_id=other.resident_id, organisation_id=entry.organisation_id)
    assert str(void.id) == entry.facts["fact"]
    catch_up(now=after(world, 110))
    assert row_of(transfer).staying is None


def test_more_than_is_counted_at_once_waits_and_says_so(world):
    catch_up(now=world.now)
    first, second = in_hospital(world), in_hospital(world, resident=world.arthur, bag=world.other_bag)
    assert catch_up(now=after(world, 41), at_most=1) == Fresh(world.now, 1)
    assert [CountedJourney.objects.filter(pk=each.pk).exists() for each in (first, second)] == [True, False]
    Mark.objects.update(counted_at=after(world, 60))  # so long ago that nothing is read again
    assert catch_up(now=after(world, 61), at_most=1) == Fresh(after(world, 61), 0)
    assert row_of(second).riding == 30


def test_the_first_time_everybody_is_counted_in_turns_with_what_happens_meanwhile(world):
    first, second = in_hospital(world), in_hospital(world, resident=world.arthur, bag=world.other_bag)
    assert catch_up(now=after(world, 41), at_most=1) == Fresh(None, 2)
    tell(world, "crew", first, minutes=90, kind="handoff", to="RDEM9")
    tell(world, "crew", second, minutes=90, kind="handoff", to="RDEM9")
    assert catch_up(now=after(world, 91), at_most=1) == Fresh(None, 1)
    count_in_turns()
    assert [row_of(each).staying for each in (first, second)] == [50, 50]
    assert CountedResident.objects.count() == 3


def test_rows_made_by_older_rules_are_made_anew(world):
    transfer = in_hospital(world)
    catch_up(now=after(world, 41))
    CountedJourney.objects.update(riding=1, version=0)
    Mark.objects.update(version=0)
    assert catch_up(now=after(world, 42)) == Fresh(after(world, 42), 0)
    assert row_of(transfer).riding == 30


def test_while_a_newer_release_counts_by_its_own_rules_an_older_one_counts_nothing(world, monkeypatch):
    first, second = in_hospital(world), in_hospital(world, resident=world.arthur, bag=world.other_bag)
    catch_up(now=after(world, 41))
    older = catching_up.VERSION
    for module in (catching_up, counting, journeys):
        monkeypatch.setattr(module, "VERSION", older + 1)
    assert catch_up(now=after(world, 50), at_most=1).waiting
    monkeypatch.setattr(catching_up, "VERSION", older)
    for transfer in (first, second):
        tell(world, "crew", transfer, minutes=90, kind="handoff", to="RDEM9")
    assert catch_up(now=after(world, 91)).waiting == 1
    assert {row_of(each).staying for each in (first, second)} == {None}
    monkeypatch.setattr(catching_up, "VERSION", older + 1)
    for minutes in (92, 93):
        catch_up(now=after(world, minutes))
    assert {(row_of(each).staying, row_of(each).version) for each in (first, second)} == {(50, older + 1)}
    monkeypatch.setattr(catching_up, "VERSION", older)
    assert catch_up(now=after(world, 99)).waiting == 1


@pytest.fixture
def broken(world, monkeypatch):
    """Peggy's rows cannot be made."""

    def fail_for_peggy(material, *, now):
        assert all(person.kept.pk != world.peggy.pk for person in material.people)
        return whole(material, now=now)

    whole = counting.rows_of
    monkeypatch.setattr(counting, "rows_of", fail_for_peggy)
    return monkeypatch


def test_whose_rows_cannot_be_made_waits_alone_until_they_can(world, broken):
    first, second = in_hospital(world), in_hospital(world, resident=world.arthur, bag=world.other_bag)
    assert catch_up(now=after(world, 41)).waiting == 1
    assert catch_up(now=after(world, 42)).waiting == 1
    assert [each.transfer for each in CountedJourney.objects.all()] == [second.pk]
    broken.undo()
    assert catch_up(now=after(world, 45)) == Fresh(after(world, 45), 0)
    assert row_of(first).riding == 30


def test_a_fault_stops_no_page_and_claims_nothing(world, monkeypatch, caplog):
    monkeypatch.setattr(catching_up, "_last_entry", lambda: 1 / 0)
    assert catch_up(now=world.now) == Fresh(None, 1)


def test_a_command_counts_everything_anew_and_one_that_loads_homes_moves_their_rows(world, tmp_path):
    transfer = in_hospital(world)
    catch_up(now=after(world, 41))
    CountedJourney.objects.update(riding=1)
    said = StringIO()
    call_command("count_journeys", "--all", stdout=said)
    assert (row_of(transfer).riding, said.getvalue()) == (30, "Everything is counted.\n")

    file = tmp_path / "places.csv"
    file.write_text(
        "ods_code,name,kind,area,phone,address,beds,places,closed_on\n"
        "QDEM2,North Area Board,area,,,,,,\nVDEM1,Oakview,care_home,QDEM2,,,,,\n"
    )
    call_command("load_organisations", str(file), stdout=StringIO())
    world.oakview.refresh_from_db()
    assert world.oakview.area.ods_code == "QDEM2"
    assert row_of(transfer).area == world.oakview.area_id


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_comes_while_another_counts_goes_on_with_what_is_there(world):
    in_hospital(world)
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Mark.objects.select_for_update().get(pk=1)
            held.set()
            done.wait(20)
        connection.close()

    catch_up(now=after(world, 41))
    tell(world, "crew", pack(world, resident=world.arthur, bag=world.other_bag), minutes=90, kind="handoff", to="RDEM9")
    other = threading.Thread(target=hold)
    other.start()
    held.wait(20)
    try:
        assert catch_up(now=after(world, 91)) == Fresh(after(world, 41), 1)
    finally:
        done.set()
        other.join()
    assert catch_up(now=after(world, 92)) == Fresh(after(world, 92), 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once_leave_every_row_once(world):
    transfer = in_hospital(world)
    catch_up(now=after(world, 41))
    tell(world, "crew", transfer, minutes=90, kind="handoff", to="RDEM9")
    gate, faults = threading.Barrier(2), []

    def go():
        gate.wait(20)
        try:
            count([transfer.resident_id], now=timezone.now())
        except Exception as fault:
            faults.append(fault)
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (faults, row_of(transfer).staying) == ([], 50)
