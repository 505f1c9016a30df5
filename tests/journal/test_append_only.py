"""What happened stays, whoever asks the database."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from redbag.bags.models import BagStep
from redbag.deliveries.actions import post_to_inbox
from redbag.deliveries.models import Attempt
from redbag.departures.models import HomeAnswer, Planned, ReadyMark
from redbag.discharges.actions import acknowledge, write_summary
from redbag.homecomings.models import ReturnAnswer
from redbag.journal.checkpoints import make_checkpoint
from redbag.journal.models import Destruction, Entry, Personal
from redbag.packs.models import Reader, Sheet
from redbag.reconciliations.models import Decision, Line, Reconciliation, SecondCheck
from redbag.reports.baseline_models import Baseline
from redbag.retention.models import EndedRecord, KeptLonger, PutRight
from redbag.summaries.actions import write_sections
from redbag.summaries.models import BodyMap
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.case_models import Case, CaseStep
from redbag.transfers.models import Swap
from tests.append_only import TRIGGERS

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
TABLES = tuple(table for each in TRIGGERS for table in each.TABLES)


def model_of(table):
    return next(model for model in apps.get_app_config("redbag").get_models() if model._meta.db_table == table)


@pytest.fixture
def everything(told):
    """A row in every append-only table."""
    world, senior = told, told.actor("senior")
    contents = {"conditions": {"diagnoses": "Frailty"}}
    write_sections(actor=senior, resident=world.peggy, contents=contents, seen={}, now=world.now)
    packing = Packing(resident=world.peggy, bag=world.bag, destination=world.stmarys)
    transfer, _ = pack_bag(actor=senior, packing=packing, now=world.now)
    letter = write_summary(
        actor=world.actor("discharge"),
        transfer=transfer,
        organisation=world.stmarys,
        headings={"diagnoses": "Better"},
        file=None,
        form="headings",
        draft=False,
        now=world.now,
    )
    acknowledge(actor=senior, summary=letter, name=None, role=None, now=world.now + timedelta(hours=1))
    [delivery, *_] = post_to_inbox(
        organisation=world.oakview.pk, type="endpoint.test", subject_id=transfer.pk, path="/", ids={}, now=world.now
    )
    Attempt.objects.create(
        delivery=delivery, number=1, started_at=world.now, finished_at=world.now, outcome="delivered"
    )
    BodyMap.objects.create(resident=world.peggy, moment="home", checked=True, seen_at=world.now, recorded_at=world.now)
    sheet = Sheet.objects.create(transfer=transfer, token_digest="0" * 64, token_sealed="", made_at=world.now)
    Reader.objects.create(sheet=sheet, name="Jo", opened_at=world.now, until=world.now)
    BagStep.objects.create(bag=world.bag, before="back", after="cleaning", at=world.now, by_name="Jo")
    Swap.objects.create(transfer=transfer, before=world.bag, at=world.now, by_name="Jo")
    case = Case.objects.create(
        transfer=transfer, item=uuid4(), opened_at=world.now, opened_by=uuid4(), due_on=world.now.date()
    )
    CaseStep.objects.create(case=case, kind="rang", at=world.now, by_name="Jo")
    last_words(world, transfer, letter)
    make_checkpoint(now=world.now)
    Destruction.objects.create(entry_id=Personal.objects.first().pk, told_in=Entry.objects.first())
    if connection.vendor == "postgresql":  # checks that wait for the end of the transaction would refuse TRUNCATE first
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return world


def last_words(world, transfer, letter):
    """What was decided of medicines, said of readiness, and answered on return."""
    jo = {"by": world.people["senior"], "by_name": "Jo", "at": world.now}
    kept = Reconciliation.objects.create(
        home=world.oakview, resident=world.peggy, summary=letter, begun_at=world.now, begun_by_name="Jo"
    )
    line = Line.objects.create(reconciliation=kept, position=1, kind="unchanged", compared="{}")
    Decision.objects.create(line=line, number=1, way="as_letter", outcome="give", role="senior", **jo)
    SecondCheck.objects.create(reconciliation=kept, digest="0" * 64, **jo)
    ReadyMark.objects.create(transfer=transfer, organisation=world.stmarys, line="letter", says="ready", **jo)
    Planned.objects.create(transfer=transfer, organisation=world.stmarys, **jo)
    HomeAnswer.objects.create(transfer=transfer, says="yes", **jo)
    said = {"resident": world.peggy, **jo}
    PutRight.objects.create(section="plan", version=1, **said)
    KeptLonger.objects.create(home=world.oakview, until=world.now, **said)
    times = dict.fromkeys(("proposed_at", "agreed_at", "destroyed_at", "due_on"), world.now)
    EndedRecord.objects.create(pk=uuid4(), home=world.oakview, resident_ref=uuid4(), rule="care", digest="", **times)
    figures = {"year": 2025, "month": 4, "residents": 41, "attendances": 4, "admissions": 3, "kept_by_name": "Jo"}
    Baseline.objects.create(organisation=world.oakview, kept_at=world.now, **figures)
    ReturnAnswer.objects.create(
        home=world.oakview, resident=world.peggy, transfer=transfer, question="papers", answer="back", **jo
    )


def refused(sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_tells_what_happened_can_be_neither_changed_nor_removed(everything, table):
    model = model_of(table)
    key = model._meta.pk.column
    before = list(model.objects.order_by("pk").values())
    assert before, "a table without rows proves nothing"

    refused(f"UPDATE {table} SET {key} = {key}")
    refused(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        refused(f"TRUNCATE {table} CASCADE")
        refused(f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {key} = EXCLUDED.{key}")
    else:
        refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        refused(f"REPLACE INTO {table} SELECT * FROM {table}")
    assert list(model.objects.order_by("pk").values()) == before
