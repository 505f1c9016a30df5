"""A row that is its own queue has one worker at a time, goes on after a crash, and is given up in the end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from structlog.testing import capture_logs

from redbag.bags import printing
from redbag.bags import tasks as bags_tasks
from redbag.bags.models import PrintJob
from redbag.queues.claims import Lost
from redbag.reports import file_making, file_tasks, inspection_making, inspection_tasks
from redbag.reports.file_models import ReportFile
from redbag.reports.inspection_models import InspectionPack
from redbag.retention import tasks as retention_tasks
from redbag.retention.models import RecordExport, RecordRequest

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
DAY = date(2026, 11, 21)


def _job(world, asked):
    return PrintJob.objects.create(organisation=world.oakview, layout="L7160", reason="spares", total=1, **asked)


def _file(world, asked):
    told = {"what": "measures", "form": "pdf", "first_day": DAY, "last_day": DAY}
    return ReportFile.objects.create(place=world.oakview, **told, **asked)


def _pack(world, asked):
    return InspectionPack.objects.create(home=world.oakview, place=world.oakview, **asked)


def _export(world, asked):
    told = {"asked_by": "Her son", "standing": "attorney", "received_on": DAY, "due_on": DAY + timedelta(days=30)}
    noted = RecordRequest.objects.create(resident=world.peggy, home=world.oakview, noted_at=world.now, **told)
    return RecordExport.objects.create(request=noted, home=world.oakview, **asked)


KINDS = {"labels": _job, "report": _file, "inspection pack": _pack, "export of a record": _export}


@pytest.fixture
def row(world, request):
    """One row of a kind, asked for now."""
    asked = {"asked_at": world.now, "asked_by": world.people["manager"], "asked_by_name": "Manager Tester"}
    return KINDS[request.param](world, asked)


@pytest.fixture
def claim(world, row):
    """Claim the row so many minutes from now."""

    def claim(minutes=0):
        return type(row).objects.claim(row.pk, now=lambda: world.now + timedelta(minutes=minutes))

    return claim


every_kind = pytest.mark.parametrize("row", KINDS, indirect=True)


@every_kind
def test_nobody_else_has_it_before_its_lease_is_over_and_a_sign_of_life_makes_that_longer(world, row, claim):
    rows, lease = type(row).objects, type(row).objects.all().lease
    assert rows.waiting(now=world.now) == [row.pk]
    first = claim()
    assert claim() is None
    assert rows.waiting(now=world.now + lease - timedelta(seconds=1)) == []
    assert rows.waiting(now=world.now + lease) == [row.pk]
    replace(first, now=lambda: world.now + timedelta(minutes=1)).say(done=1)
    row.refresh_from_db()
    assert (row.done, row.lease_until) == (1, world.now + timedelta(minutes=1) + lease)
    assert claim(lease.total_seconds() / 60) is None
    assert claim(1 + lease.total_seconds() / 60) is not None


@every_kind
def test_what_was_ended_meanwhile_is_not_changed_by_whoever_worked_on_it(world, row, claim):
    mine = claim()
    type(row).objects.update(state="forgotten", lease_until=None)
    for write in (mine.say, mine.end):
        with pytest.raises(Lost):
            write(done=1)
    mine.fail()
    row.refresh_from_db()
    assert (row.state, row.done, row.lease_until) == ("forgotten", 0, None)
    assert claim(60) is None


@every_kind
def test_what_is_stopped_at_the_moment_of_a_claim_is_not_worked_on(row, claim):
    rows, stopped = type(row).objects.filter(pk=row.pk), []

    def stop_after_the_claim(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if sql.startswith("UPDATE") and context["cursor"].rowcount and not stopped:
            stopped.append(sql)
            rows.update(state="stopped")
        return done

    with connection.execute_wrapper(stop_after_the_claim):
        assert claim() is None
    assert rows.values_list("state", flat=True).get() == "stopped"
    assert stopped


@every_kind
def test_what_no_worker_survives_is_given_up_and_kept_no_longer_than_said(world, row, claim):
    rows = type(row).objects.all()
    for number in range(rows.most_tries):
        assert claim(number * 10) is not None
    over = rows.most_tries * 10
    assert claim(over) is None
    row.refresh_from_db()
    assert (row.state, row.lease_until) == ("failed", None)
    if rows.failed_for is not None:
        assert row.kept_until == world.now + timedelta(minutes=over) + rows.failed_for
    assert rows.waiting(now=world.now + timedelta(days=1)) == []


@pytest.mark.parametrize("row", ["report"], indirect=True)
def test_a_slow_worker_loses_a_report_to_whoever_takes_it_over(row, claim):
    slow, next_one = claim(), claim(10)
    with pytest.raises(Lost):
        slow.end(state="done")
    next_one.end(state="done")
    row.refresh_from_db()
    assert row.state == "done"


@pytest.mark.parametrize("row", ["labels", "inspection pack"], indirect=True)
def test_of_two_slow_workers_whoever_is_first_ends_it(row, claim):
    slow, next_one = claim(), claim(10)
    slow.say(done=1)
    slow.end(state="failed")
    with pytest.raises(Lost):
        next_one.end(state="failed")


SWEEPS = {
    "labels": (bags_tasks.sweep, printing, "draw"),
    "report": (file_tasks.sweep, file_making, "make_file"),
    "inspection pack": (inspection_tasks.sweep, inspection_making, "make"),
    "export of a record": (retention_tasks.make_exports, retention_tasks, "gather"),
}


@pytest.mark.parametrize("fault", [RuntimeError, Lost])
@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_nobody_can_work_on_is_logged_and_ends_no_sweep_for_those_behind_it(world, monkeypatch, kind, fault):
    asked = {"asked_by": world.people["manager"], "asked_by_name": "Manager Tester"}
    rows = [KINDS[kind](world, asked | {"asked_at": world.now + timedelta(minutes=minute)}) for minute in range(2)]
    sweep, module, name = SWEEPS[kind]
    tried = []

    def fails(pk, *, now):
        tried.append(str(pk))
        raise fault

    monkeypatch.setattr(module, name, fails)
    with capture_logs() as said:
        sweep()
    assert tried == [str(row.pk) for row in rows]
    assert len(said) == (0 if fault is Lost else 2)
