"""PostgreSQL refuses rows about residents by itself, whatever the code in front of it forgets."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from config.celery import app
from redbag import rows
from redbag.discharges.models import Summaries
from redbag.documents.models import Document, Documents
from redbag.residents.models import OfHomes, Resident
from redbag.rows.checks import role_is_held
from redbag.summaries.models import SectionVersion
from redbag.transfers.models import Fact, Party, Snapshot, Transfer, Transfers
from tests.web.journeys import in_hospital

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
# Tables with a way to a resident that hold none of what anybody would want to know, and why they stand open.
OPEN = {
    "party": "which organisations had to do with a journey: the policies themselves read it",
    "heldfact": "sealed; of no journey yet, found by who sent it",
    "reminder": "what an organisation has to do: ids and times",
    "scanattempt": "a scan that opened nothing, of a bag",
}


@pytest.fixture
def journey(world):
    """Peggy of Oakview, at St Mary's."""
    return in_hospital(world)


@pytest.fixture
def asked_by(world):
    """`asked_by("ward")`: from now on, what a request of theirs would be opened."""

    def ask(*who, also=()):
        rows.only([world.actor(each).first_place().pk for each in who])
        for each in also:
            rows.also(each)

    with rows.a_request():
        yield ask


@pytest.fixture
def browser_of(world):
    def sign_in(who):
        client = Client()
        client.force_login(world.people[who])
        return client

    return sign_in


def ids(model):
    return set(model.objects.values_list("pk", flat=True))


def test_the_service_signs_in_as_a_role_that_the_policies_hold():
    assert role_is_held(databases=["default"]) == []


def test_a_role_that_bypasses_them_stops_the_start_in_production(settings, monkeypatch):
    settings.DEMO = False
    monkeypatch.setattr("redbag.rows.checks.HELD", "SELECT true")
    (said,) = role_is_held(databases=["default"])
    assert isinstance(said, Error)
    assert "superuser" in said.hint
    with pytest.raises(ImproperlyConfigured, match="policies on rows do not hold"):
        connection.copy().connect()


def leads_to_a_resident():
    """Every table from which foreign keys lead to a resident or a journey."""
    found = {Resident, Transfer}
    while more := {
        model
        for model in apps.get_app_config("redbag").get_models()
        if model not in found
        and any(field.related_model in found for field in model._meta.concrete_fields if field.related_model)
    }:
        found |= more
    return {model._meta.db_table for model in found}


def test_every_table_that_leads_to_a_resident_has_a_policy_or_says_why_not():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        guarded = {name for (name,) in cursor.fetchall()}
    open_to_all = leads_to_a_resident() - guarded
    assert {name.removeprefix("redbag_") for name in open_to_all} <= set(OPEN)


def test_nothing_opens_until_it_is_known_who_asks(world, journey, asked_by):
    for model in (Resident, Transfer, Fact, Snapshot, SectionVersion):
        assert ids(model) == set(), model


def test_nothing_opens_to_a_program_that_tells_the_database_nothing(world, journey):
    with rows.everything():
        assert ids(Resident)
    rows_seen = []
    with connection.cursor() as cursor:
        for name in ("everything", "organisations", "transfers"):
            cursor.execute("SELECT set_config(%s, '', false)", [f"redbag.{name}"])
        for table in ("resident", "transfer", "fact", "snapshot"):
            cursor.execute(f"SELECT count(*) FROM redbag_{table}")
            rows_seen += cursor.fetchone()
    connection.told = None
    assert rows_seen == [0, 0, 0, 0]


def test_each_place_reads_its_own(world, journey, asked_by):
    asked_by("carer")
    assert ids(Resident) == {world.peggy.pk, world.arthur.pk}
    asked_by("millbrook")
    assert ids(Resident) == {world.nora.pk}
    assert ids(Transfer) == ids(Fact) == ids(Snapshot) == set()
    asked_by("ward")
    assert ids(Resident) == {world.peggy.pk}
    assert ids(Transfer) == {journey.pk}
    asked_by("northgate")
    assert ids(Resident) == ids(Transfer) == set()
    asked_by("northgate", also=[journey.pk])
    assert ids(Resident) == {world.peggy.pk}


@pytest.fixture
def unscoped(monkeypatch):
    """The code's own scoping taken out."""

    def all_of_it(self, actor, **_):
        return self.all()

    for queryset in (OfHomes, Transfers, Summaries, Documents):
        monkeypatch.setattr(queryset, "visible_to", all_of_it)


def test_with_the_scoping_of_the_code_removed_pages_and_calls_still_show_nothing_of_others(
    world, journey, unscoped, browser_of
):
    for who in ("millbrook_manager", "northgate"):
        client = browser_of(who)
        assert client.get(f"/residents/{world.peggy.pk}").status_code in (403, 404)
        assert client.get(f"/transfers/{journey.pk}").status_code == 404
        assert client.get(f"/api/v1/transfers/{journey.pk}").status_code == 404
        assert client.get(f"/api/v1/transfers/{journey.pk}/snapshot").status_code == 404
        assert client.get("/api/v1/transfers").json()["results"] == []
    names = {each["first_name"] for each in browser_of("millbrook_manager").get("/api/v1/residents").json()["results"]}
    assert names == {world.nora.first_name}


def test_with_the_scoping_removed_whose_it_is_still_read_it(world, journey, unscoped, browser_of):
    assert browser_of("carer").get(f"/residents/{world.peggy.pk}").status_code == 200
    assert browser_of("ward").get(f"/transfers/{journey.pk}").status_code == 200


def test_nobody_changes_adds_or_takes_away_a_row_of_others(world, journey, asked_by):
    asked_by("millbrook")
    assert Resident.objects.filter(pk=world.peggy.pk).update(first_name="Mallory") == 0
    assert Transfer.objects.filter(pk=journey.pk).update(reason="") == 0
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Document.objects.create(resident=world.peggy, kind=Document.Kind.PHOTO, added_at=timezone.now())
    with rows.everything():
        assert Resident.objects.get(pk=world.peggy.pk).first_name == "Margaret"


def test_what_a_rollback_undid_is_told_again(world, asked_by):
    asked_by("carer")
    with transaction.atomic():
        asked_by("millbrook")
        assert ids(Resident) == {world.nora.pk}
        transaction.set_rollback(True)
    assert ids(Resident) == {world.nora.pk}
    with transaction.atomic(), rows.everything():
        assert len(ids(Resident)) == 3
        transaction.set_rollback(True)
    assert ids(Resident) == {world.nora.pk}


def test_a_failed_statement_can_be_rolled_back_under_another_scope(world, asked_by):
    asked_by("carer")
    with pytest.raises(IntegrityError), transaction.atomic(), rows.everything():
        Party.objects.create(transfer_id=uuid4(), organisation_id=uuid4(), reads=None)
    assert ids(Resident) == {world.peggy.pk, world.arthur.pk}


def test_a_request_leaves_nothing_open_for_the_next(world, journey, browser_of, asked_by):
    assert browser_of("carer").get(f"/residents/{world.peggy.pk}").status_code == 200
    assert rows.scope() == rows.CLOSED
    assert ids(Resident) == set()


def test_work_of_the_service_itself_opens_everything(world, asked_by):
    seen = []

    @app.task(name="tests.look")
    def look():
        seen.append(len(ids(Resident)))

    look()
    app.tasks.unregister("tests.look")
    assert (seen, ids(Resident)) == ([3], set())
