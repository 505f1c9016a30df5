"""A crew reads on when the journal cannot be written; what they saw is written down later, and nobody else gets in."""

import psycopg
import pytest
from django.db import connection
from django.test import Client

from redbag.journal import missed
from redbag.journal.models import Entry
from redbag.journal.recording import record_view
from redbag.journal.sealing import seal_pending
from redbag.journal.verifying import verify
from redbag.vault import seal
from tests.visitors.people import let_in, page
from tests.web.journeys import taken_by_crew

pytestmark = pytest.mark.embedded


def _address():
    at = connection.settings_dict
    return {
        "dbname": at["NAME"],
        "user": at["USER"],
        "host": at["HOST"],
        "port": at["PORT"],
        "password": at["PASSWORD"],
    }


def read_only(on):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET default_transaction_read_only = {'on' if on else 'off'}")
        else:
            cursor.execute(f"PRAGMA query_only = {'ON' if on else 'OFF'}")


@pytest.fixture
def database_read_only(transactional_db):
    """A function that makes the database read-only; afterwards it can be written again."""
    yield lambda: read_only(True)
    read_only(False)


def browser_of(world, who):
    browser = Client(raise_request_exception=False)
    browser.force_login(world.people[who])
    return browser


def test_a_crew_reads_on_and_the_look_is_written_later(world, data, database_read_only):
    transfer = taken_by_crew(world)
    label = f"/b/{world.token(world.bag)}"
    crew, ward, manager = (browser_of(world, who) for who in ("crew", "ward", "manager"))
    visitor = let_in(transfer)
    summary = f"/transfers/{transfer.pk}/papers/summary"
    drawn = manager.get(summary).content
    before = Entry.objects.count()
    database_read_only()

    for browser in (crew, ward):
        answer = browser.get(label)
        assert answer.status_code == 200
        assert "JONES" in answer.content.decode()
    assert "JONES" in visitor.get(page(transfer)).content.decode()
    assert ward.get(summary).content == drawn
    assert Client().get(label).content.decode().count("JONES") == 0
    assert manager.get(f"/residents/{world.peggy.pk}").status_code == 500
    assert missed.waiting() == 4
    [file] = missed.folder().iterdir()
    assert str(world.peggy.pk) not in file.read_text()
    assert Entry.objects.count() == before

    read_only(False)
    assert "4 looks of crews or wards" in manager.get("/journal").content.decode()
    assert missed.write_down(now=world.now) == 4
    assert (missed.waiting(), list(missed.folder().iterdir())) == (0, [])
    seen = Entry.objects.filter(action__startswith="viewed.scan.", facts__has_key="written_late")
    assert {each.actor_id for each in seen} == {world.people["crew"].pk, world.people["ward"].pk}
    for action in ("viewed.visit", "printed.summary"):
        assert Entry.objects.filter(action=action, facts__has_key="written_late").count() == 1
    assert {each.resident_id for each in seen} == {transfer.resident_id}
    seal_pending(now=world.now)
    assert verify(now=world.now).faults == ()
    assert missed.write_down(now=world.now) == 0


@pytest.mark.django_db
def test_what_cannot_be_read_is_kept_beside_and_nothing_is_written_twice(
    world, data, django_capture_on_commit_callbacks
):
    actor = world.actor("crew")
    look = {"actor": actor, "at": world.now, "organisation": world.lifeline, "resident": world.peggy}
    record_view("scan.emergency", world.bag, **look)
    entry = Entry.objects.get()
    missed.keep(entry)
    with (missed.folder() / "looks.jsonl").open("a") as file:
        file.write(seal("no look")[:-9] + "\n")
    assert missed.waiting() == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert missed.write_down(now=world.now) == 1
    assert Entry.objects.count() == 1
    assert [path.name for path in missed.folder().iterdir()] == ["unreadable.jsonl"]
    assert (missed.waiting(), missed.unreadable()) == (0, 1)
    manager = browser_of(world, "manager")
    for address in ("/journal", f"/residents/{world.peggy.pk}/who-looked"):
        assert "1 look of crews or wards cannot be read: it is missing here." in manager.get(address).content.decode()


@pytest.mark.django_db
def test_a_disk_that_takes_nothing_stops_no_reader(world, data):
    (data / "journal-fallback").write_text("a file where the folder should be")
    missed.keep(Entry(action="viewed.visit", at=world.now))


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_locked_journal_keeps_a_crew_waiting_two_seconds_and_no_longer(world, data):
    look = {"actor": world.actor("crew"), "at": world.now, "organisation": world.lifeline, "resident": world.peggy}
    with psycopg.connect(**_address()) as other:
        other.execute("LOCK TABLE redbag_entry IN ACCESS EXCLUSIVE MODE")
        record_view("scan.emergency", world.bag, **look)
        other.rollback()
    assert missed.waiting() == 1
    record_view("resident", world.peggy, **look)
    assert Entry.objects.count() == 1
