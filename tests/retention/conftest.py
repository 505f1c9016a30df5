"""Somebody who left long ago, with a row in every table that can hold anything about a resident."""

import json
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection, models

from redbag.deliveries.models import Delivery, Letter
from redbag.departures.models import HomeAnswer, Planned, ReadyMark
from redbag.discharges.actions import acknowledge, write_summary
from redbag.discharges.models import FollowUp, LetterCopy, MailedLetter
from redbag.documents.actions import add_document
from redbag.drafts.models import Draft
from redbag.homecomings.models import ReturnAnswer
from redbag.management.append_only import writable
from redbag.notes.models import Note
from redbag.organisations.models import Membership, User
from redbag.packs.models import Paper, Reader
from redbag.packs.sheets import sheet_of
from redbag.reconciliations.models import Decision, Line, Reconciliation, SecondCheck
from redbag.reminders.models import Reminder
from redbag.reports.inspection_models import InspectionPack, InspectionPart
from redbag.residents.actions import archive_resident, change_resident
from redbag.residents.models import Merge, Resident
from redbag.retention.holdings import HOLDINGS
from redbag.retention.models import (
    Ending,
    Hold,
    Keeping,
    KeptLonger,
    Objection,
    Passage,
    PutRight,
    RecordExport,
    RecordRequest,
)
from redbag.retention.theirs import model_of, theirs
from redbag.summaries.actions import write_sections
from redbag.summaries.models import BodyMap, Observation
from redbag.transfers.actions import Packing, pack_bag
from redbag.transfers.case_models import Case, CaseStep, ItemPhoto, Signature
from redbag.transfers.death_models import Death, Release
from redbag.transfers.intake import take_in
from redbag.transfers.models import HeldFact, Swap, Transfer, WrongCode
from redbag.vault import keep_file
from redbag.visitors.models import BreakGlass, Visitor
from tests.documents.files import face

SECRET = "Quixote"
NEVER = make_password(None)
LATER = timedelta(days=365 * 9)


def second_manager(world):
    """Another manager of Oakview."""
    user = User.objects.create(email="second@test.example", name="Second Tester", password=NEVER, created_at=world.now)
    Membership.objects.create(user=user, organisation=world.oakview, role="home_manager", started_at=world.now)
    world.people["second"] = user
    return user


@pytest.fixture
def left(world):
    """Peggy, who left nine years before `world.later`; two managers look after the records."""
    second_manager(world)
    archive_resident(actor=world.actor("senior"), resident=world.peggy, why="Moved to Devon", now=world.now)
    world.later = world.now + LATER
    return world


@pytest.fixture
def whole(world):
    """Peggy with a row in every table, each with words of hers in it, left nine years ago."""
    second_manager(world)
    Resident.objects.filter(pk=world.peggy.pk).update(
        first_name="Dulcinea", last_name="Toboso", preferred_name="Aldonza"
    )
    world.peggy.refresh_from_db()
    world.earlier = Resident.objects.create(
        home=world.oakview,
        first_name="Dulcinea",
        last_name="Tobosa",
        date_of_birth="1936-03-03",
        created_at=world.now,
        archived_at=world.now,
        merged_into=world.peggy,
    )
    journey = _journey(world)
    _letter(world, journey)
    _rest(world, journey)
    _kept(world)
    write_everywhere(world)
    archive_resident(actor=world.actor("senior"), resident=world.peggy, why=f"{SECRET} left", now=world.now)
    world.later = world.now + LATER
    return world


def _journey(world):
    senior, home = world.actor("senior"), world.peggy
    contents = {"conditions": {"diagnoses": f"{SECRET} frailty"}}
    write_sections(actor=senior, resident=home, contents=contents, seen={}, now=world.now)
    change_resident(actor=senior, resident=home, values={"room": f"{SECRET} 4"}, now=world.now)
    item = {"id": str(uuid.uuid4()), "category": "glasses", "description": f"{SECRET} frames", "where": "bag"}
    packing = Packing(
        resident=home,
        bag=world.bag,
        destination=world.stmarys,
        destination_text="",
        reason={"concern": f"{SECRET} fell"},
        items=(item,),
    )
    transfer, _ = pack_bag(actor=senior, packing=packing, now=world.now)
    told = [
        {"kind": "handoff", "to_text": f"{SECRET} taxi", "to_name": f"{SECRET} Bob", "place": f"{SECRET} street"},
        {"kind": "handoff", "to": "RDEM1", "place": f"{SECRET} bay", "from_name": f"{SECRET} Bob"},
        {"kind": "check", "items": [{"item": item["id"], "state": "missing", "note": f"{SECRET} says no"}]},
        {"kind": "outcome", "outcome": "with_family", "details": {"who": f"{SECRET} Susan", "note": f"{SECRET}!"}},
        {"kind": "handoff", "to": "VDEM1"},
        {"kind": "outcome", "outcome": "closed"},
    ]
    for minutes, each in enumerate(told, start=1):
        at = world.now + timedelta(minutes=minutes)
        fact = {"id": str(uuid.uuid4()), "transfer": str(transfer.pk), "occurred_at": at.isoformat(), **each}
        take_in(actor=senior, sent_at=at, facts=[fact], now=at)
    transfer = Transfer.objects.get(pk=transfer.pk)
    Case.objects.update(closed_at=world.now, outcome="found", closed_by_name="Ana")
    return transfer


def _letter(world, transfer):
    ward, jo = world.actor("discharge"), {"by": world.people["senior"], "by_name": "Jo", "at": world.now}
    letter = write_summary(
        actor=ward,
        transfer=transfer,
        organisation=world.stmarys,
        headings={"diagnoses": f"{SECRET} better"},
        file=None,
        form="headings",
        draft=False,
        now=world.now,
    )
    letter.file = keep_file("letters/x", SECRET.encode())
    letter.save(update_fields=["file"])
    acknowledge(actor=world.actor("senior"), summary=letter, name=None, role=None, now=world.now)
    FollowUp.objects.create(summary=letter, position=1, text="x", owner="home")
    MailedLetter.objects.create(
        home=world.oakview, message_id="<1@x>", summary=letter, received_at=world.now, file=keep_file("mail/x", b"x")
    )
    kept = Reconciliation.objects.create(
        home=world.oakview, resident=world.peggy, summary=letter, begun_at=world.now, begun_by_name="Jo"
    )
    line = Line.objects.create(reconciliation=kept, position=1, kind="unchanged", compared=json.dumps({"a": SECRET}))
    Decision.objects.create(line=line, number=1, way="as_letter", outcome="give", role="senior", **jo)
    SecondCheck.objects.create(reconciliation=kept, digest="0" * 64, **jo)
    ReadyMark.objects.create(transfer=transfer, organisation=world.stmarys, line="letter", says="ready", **jo)
    Planned.objects.create(transfer=transfer, organisation=world.stmarys, **jo)
    HomeAnswer.objects.create(transfer=transfer, says="yes", **jo)
    ReturnAnswer.objects.create(
        home=world.oakview, resident=world.peggy, transfer=transfer, question="papers", answer="back", **jo
    )


def _rest(world, transfer):
    peggy, now = world.peggy, world.now
    add_document(actor=world.actor("senior"), resident=peggy, file=face(), values={"kind": "photo"}, now=now)
    picture = {"item": uuid.uuid4(), "file": keep_file("items/x", b"x"), "taken_at": now, "by_name": "Jo"}
    ItemPhoto.objects.create(transfer=transfer, resident=peggy, **picture)
    LetterCopy.objects.create(
        home=world.oakview,
        resident=peggy,
        begun_by_name="Jo",
        changed_at=now,
        pages=json.dumps([{"id": "1", "file": keep_file("copies/x", b"x"), "kind": "jpeg", "pages": 1, "turn": 0}]),
    )
    Merge.objects.create(kept=peggy, other=world.earlier, why="x", merged_at=now, merged_by_name="Jo")
    Observation.objects.create(resident=peggy, taken_at=now, recorded_at=now, by_name="Jo", pulse=117)
    BodyMap.objects.create(
        resident=world.earlier, moment="home", checked=True, marks=[{"note": SECRET}], seen_at=now, recorded_at=now
    )
    HeldFact.objects.create(
        id=uuid.uuid4(),
        digest="0" * 64,
        reason="malformed",
        transfer_ref=transfer.pk,
        sent_at=now,
        received_at=now,
        settled_at=now,
    )
    Swap.objects.create(transfer=transfer, before=world.bag, at=now, by_name="Jo")
    WrongCode.objects.create(transfer=transfer, step=1)
    case = Case.objects.filter(transfer=transfer).first() or Case.objects.create(
        transfer=transfer, item=uuid.uuid4(), opened_at=now, opened_by=uuid.uuid4(), due_on=now.date()
    )
    Case.objects.filter(pk=case.pk).update(closed_at=now, outcome="found")
    CaseStep.objects.create(case=case, kind="rang", at=now, by_name="Jo")
    signature = Signature.objects.create(transfer=transfer, name="x", file=keep_file("glass/x", b"x"), signed_at=now)
    Death.objects.create(
        transfer=transfer,
        family_told="yes",
        said_at=now,
        said_by_name="Jo",
        said_for=world.oakview,
        taken_back_at=now,
        done={"record": {"by": SECRET}},
    )
    Release.objects.create(
        transfer=transfer, standing="executor", items=[SECRET], signature=signature, released_at=now, by_name="Jo"
    )
    Note.objects.create(transfer=transfer, organisation=world.stmarys, written_at=now, by_name="Jo", role="ward")
    sheet = sheet_of(transfer, now=now)
    Reader.objects.create(sheet=sheet, name="x", opened_at=now, until=now)
    Visitor.objects.create(
        transfer=transfer,
        digest="1" * 64,
        organisation=world.lifeline,
        let_in_by="code",
        started_at=now,
        until=now,
        last_seen_at=now,
    )
    BreakGlass.objects.create(
        transfer=transfer, digest="2" * 64, organisation=world.lifeline, reason="no_tablet", asked_at=now
    )
    Paper.objects.create(
        transfer=transfer,
        kind="pack",
        snapshot_hash="9" * 64,
        file=keep_file("papers/x", b"x"),
        digest="0" * 64,
        pages=1,
        drawn_at=now,
    )
    Reminder.objects.create(
        organisation=world.oakview,
        key="k",
        kind="unread",
        transfer=transfer,
        subject=uuid.uuid4(),
        since=now,
        made_at=now,
        due_at=now,
        done_at=now,
    )
    news = Letter.objects.create(
        organisation=world.oakview, type="item.missing", subject_id=transfer.pk, path="/", written_at=now
    )
    Delivery.objects.create(letter=news, organisation=world.oakview, state="DELIVERED", created_at=now)
    told = {"asked_at": now, "asked_by": world.people["manager"], "asked_by_name": "Jo"}
    kept = {"paper": keep_file("inspection/x", SECRET.encode()), "paper_digest": "3" * 64, "data_digest": "4" * 64}
    pack = InspectionPack.objects.create(home=world.oakview, place=world.oakview, state="done", **told, **kept)
    InspectionPart.objects.create(pack=pack, transfer=transfer, position=1, file=keep_file("inspection/y", b"x"))
    Draft.objects.create(owner=world.people["carer"], place=f"section/{peggy.pk}/allergies", content="x", saved_at=now)


def _kept(world):
    own = {"resident": world.peggy}
    mine, jo = {**own, "home": world.oakview}, {"by": world.people["manager"], "by_name": "Jo"}
    now, today = world.now, world.now.date()
    Keeping.objects.create(**mine, told_at=now, told_by_name="Jo")
    KeptLonger.objects.create(**mine, until=today, at=now, **jo)
    Hold.objects.create(**mine, placed_at=now, placed_by_name="Jo", lifted_at=now, lifted_by_name="Jo")
    Ending.objects.create(
        **mine,
        state="withdrawn",
        rule="care_record",
        due_on=today,
        proposed_at=now,
        proposed_by=world.people["manager"],
        proposed_by_name="Jo",
    )
    asked = RecordRequest.objects.create(
        **mine,
        standing="self",
        received_on=today,
        due_on=today + timedelta(days=30),
        noted_at=now,
        noted_by_name="Jo",
        outcome="sent",
        closed_at=now,
    )
    export = RecordExport.objects.create(
        request=asked,
        home=world.oakview,
        state="ready",
        asked_at=now,
        asked_by_name="Jo",
        raw=keep_file("exports/x", SECRET.encode()),
    )
    Passage.objects.create(export=export, place="1", heading="x", text=SECRET, why_looked_at="name")
    PutRight.objects.create(**own, section="conditions", version=1, at=now, **jo)
    Objection.objects.create(**own, section="conditions", words=SECRET, said_on=today, at=now, **jo)


def write_everywhere(world):
    """Put words into every column that destruction empties and that can hold any, past the triggers."""
    mine = theirs(world.peggy)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for holding in HOLDINGS:
        table = model_of(holding)
        said = {name: f"{SECRET} {name}" for name in holding.empties if _holds_words(holding, table, name)}
        if said and table is not Resident:
            with writable(table):
                mine.rows(holding).update(**said)


def _holds_words(holding, table, name):
    column = table._meta.get_field(name)
    room = column.max_length is None or column.max_length >= 40
    codes = ("nhs_number_index", "band", "sex", "state", "about_key", "token_digest", "token_sealed", "file_hash")
    return isinstance(column, models.CharField | models.TextField) and room and name not in (*codes, *holding.files)


def every_word():
    """Everything in the database as its columns hold it, and as the service reads it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield table, repr(row)
    for model in apps.get_app_config("redbag").get_models():
        for row in model._base_manager.values():
            yield model.__name__, repr(row)
